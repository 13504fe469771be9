"""How is one param of a rule read: its type, its default, its bounds, and whose word it is?"""

from rules.compiled import catalogue, limits, literal
from rules.compiled.canonical import Json
from rules.compiled.infer import of_literal
from rules.compiled.literal import Literal
from rules.compiled.operations import join
from rules.compiled.reader import Reader, one_of
from rules.compiled.rule import BASES, TIGHTEN, Param
from rules.facts.types import List, Type


def read_param(name: str, wire: Json, *, known: bool) -> Param:
    """Read a param; ValueError says what is wrong.

    `known` is false for a rule that needs a newer catalogue: its types and words may be new.
    """
    take = Reader(wire, f"param {name[:40]!r}")
    type_text = take.text("type", limits.TITLE_LENGTH)
    default = take.maybe("default", _value)
    if default is None:
        raise ValueError(f"param {name[:40]!r} has no default")
    of = catalogue.param_type(type_text) if known else of_literal(default)
    if of is None:
        raise ValueError(f"param {name[:40]!r} is of a type that is not known")
    param = Param(
        name=name,
        type_text=type_text,
        type=of,
        default=default,
        low=take.maybe("min", _value),
        high=take.maybe("max", _value),
        tighten=take.maybe("tighten", _tighten),
        loosen=take.flag("loosen"),
        basis=take.maybe("basis", _basis),
        source=take.optional_text("source", limits.NAME_LENGTH),
        about=take.optional_text("about", limits.TITLE_LENGTH),
    )
    take.done()
    _check(param)
    return param


def _check(param: Param) -> None:
    values = [value for value in (param.default, param.low, param.high) if value is not None]
    if not all(_fits(value, param.type) for value in values):
        raise ValueError(f"param {param.name[:40]!r} holds a value that is no {param.type_text}")
    if isinstance(param.type, List) and (param.low or param.high):
        raise ValueError(f"param {param.name[:40]!r} is a list, and has no min and max")


def _fits(value: Literal, of: Type) -> bool:
    return join(of_literal(value), of) == of


def _value(wire: Json) -> Literal:
    value = literal.read(wire)
    items = value.value if value.kind == "list" else (value,)
    if len(items) > limits.PARAM_ITEMS:
        raise ValueError(f"a param holds more than {limits.PARAM_ITEMS} items")
    if any(isinstance(i.value, str) and len(i.value) > limits.TEXT_LENGTH for i in items):
        raise ValueError(f"a param holds more than {limits.TEXT_LENGTH} characters in one text")
    if literal.write(value) != wire:
        raise ValueError("a value is not written in its one form")
    return value


def _basis(word: Json) -> str:
    return one_of(word, BASES)


def _tighten(word: Json) -> str:
    return one_of(word, TIGHTEN)
