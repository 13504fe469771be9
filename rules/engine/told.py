"""What does a message say besides facts: the size of a list, the value of a define?

Words for the eyes at this machine. No path of the catalogue names them, so they never leave it.
"""

from collections.abc import Mapping
from functools import lru_cache

from rules.compiled import literal, scope
from rules.compiled.canonical import Json
from rules.compiled.infer import infer
from rules.compiled.literal import Literal
from rules.compiled.operations import bare, kind
from rules.compiled.rule import SIZE, Rule
from rules.engine.build import Frame
from rules.engine.evaluate import Deferred
from rules.engine.program import Program
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value
from rules.engine.words import words
from rules.facts.types import INT, List, Type


def told(program: Program, frame: Frame, clause: int) -> dict[str, str]:
    """In words, by path, what the message of a clause names that is no fact's value.

    The item's own place of the frame must hold the item.
    """
    rule = program.rule
    paths = [part for part in rule.clauses[clause].say if not isinstance(part, str)]
    return {
        ".".join(path): _words(_value(program, frame, path), _type(rule, path))
        for path in paths
        if path[-1] == SIZE or path[0] in rule.define
    }


@lru_cache(maxsize=4096)
def types(rule: Rule) -> Mapping[str, Type]:
    """The types of a rule's defines."""
    params = scope.machine({name: param.type for name, param in rule.params.items()})
    names = dict(params)
    for name, leaf in rule.define.items():
        names[name] = infer(leaf, names)
    return {name: names[name] for name in rule.define}


def _type(rule: Rule, path: tuple[str, ...]) -> Type | None:
    return INT if path[-1] == SIZE else types(rule).get(path[0])


def _value(program: Program, frame: Frame, path: tuple[str, ...]) -> Value:
    value: Value = frame[program.names[path[0]]] if path[0] in program.names else NO_OVERLOAD
    if value.__class__ is Deferred:
        value = value(frame)
    for word in path[1:]:
        if isinstance(value, Gap):
            return value
        if word == SIZE:
            return _size(value)
        value = value[word] if isinstance(value, dict) else NO_OVERLOAD
    return value


def _size(value: Value) -> Value:
    if not isinstance(value, Listing):
        return NO_OVERLOAD
    return len(value.items) if value.missing is None else value.missing


def _words(value: Value, of: Type | None) -> str:
    return words(of, _form(value, of))


def _form(value: Value, of: Type | None) -> Json:
    """The JSON form of facts; a record has none in a message."""
    if isinstance(value, Gap):
        return {"$unknown": value.code}
    if isinstance(value, Listing):
        inner = of.of if isinstance(of, List) else None
        return [_form(item, inner) for item in value.items]
    if value is None or of is None or isinstance(value, bool):
        return value
    name = kind(bare(of))
    return literal.plain(Literal("string" if name == "caseless" else name, value))
