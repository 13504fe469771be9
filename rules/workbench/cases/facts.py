"""How does a fact that an author wrote in YAML become the JSON form of facts?

Written as facts are written, typed by the catalogue: `{$unknown: timeout}` for what was not read,
`{$items: […], $missing: timeout}` for half a list, `$use` for a fixture with changes. What is left
out is unknown (`not_collected`). What does not fit is DL503, told once for a fixture.
"""

from collections.abc import Mapping as Table
from typing import Any

from rules.compiled import instants
from rules.compiled.operations import bare, kind
from rules.errors import Place
from rules.facts.base import Why
from rules.facts.form import misfits
from rules.facts.types import Enum, List, Nullable, Record, Type
from rules.language.document import Mapping, Scalar, Sequence, Value
from rules.language.entry import Says
from rules.language.near import read_span
from rules.language.suggest import did_you_mean

_CODES = frozenset(Why)
_UNKNOWN, _ITEMS, _MISSING, _USE = "$unknown", "$items", "$missing", "$use"
_TEXTS = ("string", "caseless", "timestamp", "version")
_SUCH_AS = {
    "duration": "such as 15m",
    "timestamp": 'such as "2026-11-22T10:00:00Z"',
    "version": 'such as "10.0.19045"',
    "bool": "true or false",
}
Json = Any


class FactText:
    """Reads the facts of one test file, and remembers which fixtures were used.

    `is_sound` stays true as long as everything fits; a test begins by setting it so.
    """

    def __init__(self, fixtures: Table[str, Mapping], teller: Says) -> None:
        self._fixtures = fixtures
        self._teller = teller
        self._read: dict[tuple[str, Record], tuple[dict[str, Json], bool]] = {}
        self.used: set[str] = set()
        self.is_sound = True

    def read(self, of: Type, value: Value, at: str) -> Json:
        """The JSON form of a value; None where it cannot be read, with a problem."""
        if isinstance(value, Mapping):
            return self._mapping(bare(of), value, at)
        if isinstance(value, Scalar) and value.is_null:
            return None if isinstance(of, Nullable) else self._never_null(of, value, at)
        if isinstance(value, Sequence):
            return self._list(bare(of), value, at)
        return self._scalar(bare(of), value, at)

    def _never_null(self, of: Type, value: Scalar, at: str) -> None:
        help_ = "what was not read is {$unknown: timeout}, or left out"
        self._misfit(value, f"{at} is a {kind(of)}, and never null", help_)

    def _mapping(self, of: Type, value: Mapping, at: str) -> Json:
        if value.get(_UNKNOWN) is not None:
            self._alone(value, {_UNKNOWN})
            return {_UNKNOWN: self._code(value, _UNKNOWN)}
        if isinstance(of, Record):
            return self._record(of, value, at)
        if isinstance(of, List) and value.get(_ITEMS) is not None:
            return self._half(of, value, at)
        if isinstance(of, List):
            help_ = "write [{…}, {…}], or {$items: […], $missing: timeout} for half a list"
            return self._misfit(value, f"{at} is a list", help_)
        return self._misfit(value, f"{at} is a {kind(of)}, and has no keys")

    def _half(self, of: List, value: Mapping, at: str) -> Json:
        self._alone(value, {_ITEMS, _MISSING})
        items = value.get(_ITEMS)
        if not isinstance(items, Sequence):
            return self._misfit(value, "$items is a list", "write $items: [{…}, {…}]")
        return {_ITEMS: self._list(of, items, at), _MISSING: self._code(value, _MISSING)}

    def _alone(self, value: Mapping, words: set[str]) -> None:
        """These keys say all there is to say."""
        for key, _ in value.entries:
            if key.text not in words:
                message = f"{key.text[:40]!r} does not go with {' and '.join(sorted(words))}"
                self._say("DL503", message, key.place, "leave one of them out")

    def _code(self, value: Mapping, key: str) -> str:
        code = value.get(key)
        if isinstance(code, Scalar) and code.text in _CODES:
            return code.text
        given = code.text if isinstance(code, Scalar) else ""
        place = code.place if code is not None else value.place
        help_ = did_you_mean(given, _CODES) or f"one of {', '.join(Why)}"
        self._say("DL503", f"{key} needs a reason code", place, help_)
        return str(Why.NOT_COLLECTED)

    def _record(self, of: Record, value: Mapping, at: str) -> Json:
        used = value.get(_USE)
        form = {} if used is None else dict(self._fixture(of, used))
        return form | self._fields(of, value, at)

    def _fields(self, of: Record, value: Mapping, at: str) -> dict[str, Json]:
        form: dict[str, Json] = {}
        for key, inner in value.entries:
            field = of.field(key.text)
            if field is not None:
                form[key.text] = self.read(field.type, inner, f"{at}.{key.text}")
            elif key.text != _USE:
                help_ = did_you_mean(key.text, [field.name for field in of.fields])
                message = f"a {of.name} has no field {key.text[:40]!r}"
                self._say("DL503", message, key.place, help_)
        return form

    def _fixture(self, of: Record, named: Value) -> dict[str, Json]:
        name = named.text if isinstance(named, Scalar) else ""
        fixture = self._fixtures.get(name)
        if fixture is None:
            help_ = did_you_mean(name, self._fixtures) or "fixtures stand at the head of the file"
            self._say("DL503", f"there is no fixture {name[:40]!r}", named.place, help_)
            return {}
        self.used.add(name)
        if (name, of) not in self._read:
            before, self.is_sound = self.is_sound, True
            self._read[name, of] = self._fields(of, fixture, name), self.is_sound
            self.is_sound = before
        form, is_sound = self._read[name, of]
        self.is_sound = self.is_sound and is_sound
        return form

    def _list(self, of: Type, value: Sequence, at: str) -> Json:
        if not isinstance(of, List):
            return self._misfit(value, f"{at} is a {kind(of)}, not a list")
        return [self.read(of.of, item, f"{at}[{n}]") for n, item in enumerate(value.items)]

    def _scalar(self, of: Type, value: Scalar, at: str) -> Json:
        if isinstance(of, List | Record):
            what = "a list" if isinstance(of, List) else f"a {of.name}"
            return self._misfit(value, f"{at} is {what}, and this is one value")
        if kind(of) in _TEXTS and value.reads_as:
            help_ = f'put quotes around it: "{value.text[:40]}"'
            self._say(
                "DL007", f"{at} is text, and this reads as {value.reads_as}", value.place, help_
            )
        form = _form(of, value)
        wrong = next(misfits(of, form, at), None)
        return form if wrong is None else self._misfit(value, wrong, _hint(of, value))

    def _say(self, code: str, message: str, place: Place, help_: str = "") -> None:
        self.is_sound = False
        self._teller.say(code, message, place, help_)

    def _misfit(self, value: Value, message: str, help_: str = "") -> None:
        self._say("DL503", message, value.place, help_)


def _hint(of: Type, value: Scalar) -> str:
    if isinstance(of, Enum):
        return did_you_mean(value.text, of.values)
    return _SUCH_AS.get(kind(of), "")


def _form(of: Type, value: Scalar) -> Json:
    name = kind(of)
    if name == "duration":
        try:
            return instants.write_seconds(read_span(value.text))
        except ValueError:
            return value.text
    reads = {"bool": value.as_bool, "int": value.as_int, "double": value.as_double}
    return reads[name]() if name in reads else value.text
