r"""How is each kind of value said in JSON Schema 2020-12?

Patterns are written so that ECMA-262 and Python read them alike: `(?![\s\S])` is the end of the
text, where `$` would let Python see a last line break by.
"""

from collections.abc import Callable
from typing import Any

from rules.compiled.operations import kind as kind_of
from rules.facts.index import CATALOGUE
from rules.facts.types import Enum, List, Type
from rules.language.controls import citations
from rules.language.forms.base import (
    Anything,
    Case,
    Citation,
    Either,
    Kind,
    Known,
    Leaf,
    ListOf,
    Named,
    Record,
    Spelling,
    Text,
    Truth,
    ValueOf,
    When,
    Whole,
    Word,
)
from rules.workbench.fact_schema import SCALARS, fact, whole

Json = Any
Schema = dict[str, Json]

_ONE_LINE = r"^(?![\s\S]*[\u0000-\u001f\u007f-\u009f\u2028\u2029])[\s\S]*\S"


class Writer:
    """Writes kinds as schemas; long closed sets stand once, in `shared`."""

    def __init__(self) -> None:
        self.shared: dict[str, Schema] = {}

    def write(self, kind: Kind) -> Schema:
        """The schema of a kind."""
        return _WRITERS[type(kind)](self, kind)

    def record(self, of: Record) -> Schema:
        """A closed object, with what its keys ask of one another."""
        made: Schema = {
            "type": "object",
            "properties": {
                key.name: {**self.write(key.kind), "description": key.about} for key in of.keys
            },
            "required": [key.name for key in of.keys if key.is_required],
            "additionalProperties": False,
            "minProperties": of.least,
        }
        rules = [*self._cases(of), *map(self._when, of.whens), *self._values(of)]
        return {**made, "allOf": rules} if rules else made

    def share(self, name: str, words: list[str]) -> Schema:
        """A reference to a closed set of words."""
        self.shared[name] = {"enum": words}
        return {"$ref": f"#/$defs/{name.replace(' ', '%20')}"}

    def _cases(self, of: Record) -> list[Schema]:
        keyed = [case for case in of.cases if case.key is not None]
        return [self._chain(of, keyed)] if keyed else []

    def _chain(self, of: Record, left: list[Case]) -> Schema:
        if not left:
            fallen = next((case for case in of.cases if case.key is None), Case(None))
            return _then(fallen.needs, sorted(of.of_cases))
        case, rest = left[0], left[1:]
        refused = of.of_cases - {*case.needs, *case.allows}
        refused |= {str(other.key) for other in rest}
        return {
            "if": {"required": [case.key]},
            "then": _then(case.needs, sorted(refused)),
            "else": self._chain(of, rest),
        }

    def _when(self, when: When) -> Schema:
        then = _then(when.needs, list(when.refuses))
        kinds = {key: self.write(kind) for key, kind in when.kinds}
        then["properties"] = {**then.get("properties", {}), **kinds}
        return _if(when.key, list(when.among), then)

    def _values(self, of: Record) -> list[Schema]:
        """By the type that a key names, what the values of that type look like."""
        typed = [(key.name, key.kind) for key in of.keys if isinstance(key.kind, ValueOf)]
        made = []
        for by, types in {(kind.key, kind.types) for _, kind in typed}:
            keys = [name for name, kind in typed if (kind.key, kind.types) == (by, types)]
            for name, value_type in types().items():
                value = _value(value_type)
                made.append(_if(by, [name], {"properties": dict.fromkeys(keys, value)}))
        return made


def _then(needs: tuple[str, ...], refused: list[str]) -> Schema:
    made: Schema = {"required": list(needs)} if needs else {}
    return {**made, "properties": dict.fromkeys(refused, False)} if refused else made


def _if(key: str, words: list[str], then: Schema) -> Schema:
    return {"if": {"required": [key], "properties": {key: {"enum": words}}}, "then": then}


def _text(_: Writer, kind: Text) -> Schema:
    if kind.spelt is not None:
        return _spelt(kind.spelt, kind.limit)
    return {"type": "string", "pattern": _ONE_LINE, **_limit(kind.limit)}


def _spelt(spelt: Spelling, limit: int | None = None) -> Schema:
    return {"type": "string", "pattern": whole(spelt.pattern), **_limit(spelt.limit or limit)}


def _limit(limit: int | None) -> Schema:
    return {} if limit is None else {"maxLength": limit}


def _leaf(_: Writer, __: Leaf) -> Schema:
    return {"type": ["string", "boolean", "number"], "pattern": _ONE_LINE}


def _word(_: Writer, kind: Word) -> Schema:
    return {"enum": list(kind.words)}


def _known(writer: Writer, kind: Known) -> Schema:
    return writer.share(kind.what, list(kind.names()))


def _citation(writer: Writer, kind: Citation) -> Schema:
    table = citations().table.values()
    fitting = [one for one in table if one.basis == kind.basis]
    if kind.sets_number:
        found = [one.id for one in fitting if one.sets is not None]
        return writer.share(f"{kind.basis}-number", found)
    return writer.share(kind.basis, [one.id for one in fitting])


def _whole(_: Writer, kind: Whole) -> Schema:
    return (
        {"const": kind.only}
        if kind.only is not None
        else {"type": "integer", "minimum": kind.least}
    )


def _truth(_: Writer, __: Truth) -> Schema:
    return {"type": "boolean"}


def _anything(_: Writer, __: Anything | ValueOf) -> Schema:
    return {}


def _list(writer: Writer, kind: ListOf) -> Schema:
    most = {} if kind.most is None else {"maxItems": kind.most}
    made = {"type": "array", "items": writer.write(kind.of), "minItems": kind.least, **most}
    return {**made, "uniqueItems": True} if kind.is_unique else made


def _named(writer: Writer, kind: Named) -> Schema:
    if isinstance(kind.of, Anything) and kind.of.facts is not None:
        facts = {
            name: {**fact(of, writer.shared), "description": CATALOGUE[name].asks}
            for name, of in kind.of.facts().items()
        }
        return {"type": "object", "properties": facts, "additionalProperties": False}
    most = {} if kind.most is None else {"maxProperties": kind.most}
    name = _spelt(kind.spelt)
    of = writer.write(kind.of)
    return {"type": "object", "propertyNames": name, "additionalProperties": of, **most}


def _either(writer: Writer, kind: Either) -> Schema:
    """By the sort of value that stands there, so that an editor says what is wrong with that."""
    scalar = [one for one in kind.kinds if type(one) not in _SORTS]
    made: Schema = writer.write(scalar[0]) if scalar else {"type": sorted(_sorts(kind))}
    made = made or {"type": ["string", "number", "boolean"]}
    for one in kind.kinds:
        if type(one) in _SORTS:
            sort = {"type": _SORTS[type(one)]}
            made = {"if": sort, "then": writer.write(one), "else": made}
    return made


def _sorts(kind: Either) -> set[str]:
    return {_SORTS[type(one)] for one in kind.kinds}


def _value(of: Type) -> Schema:
    if isinstance(of, List):
        return {"type": "array", "items": _value(of.of)}
    if isinstance(of, Enum):
        return {"enum": list(of.values)}
    return SCALARS[kind_of(of)]


_SORTS: dict[type, str] = {ListOf: "array", Record: "object", Named: "object"}
_WRITERS: dict[type, Callable[[Writer, Any], Schema]] = {
    Text: _text,
    Leaf: _leaf,
    Word: _word,
    Known: _known,
    Citation: _citation,
    Whole: _whole,
    Truth: _truth,
    ValueOf: _anything,
    Anything: _anything,
    ListOf: _list,
    Named: _named,
    Either: _either,
    Record: Writer.record,
}
