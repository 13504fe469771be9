"""How does the JSON form of a fact become values, when it may be wrong in any place?

What was not read is a gap with its reason; what is not of its type is a gap of error DL811: one
wrong value spoils the leaves that read it, and nothing else.
"""

from collections.abc import Callable
from functools import cache

from rules.compiled import instants, limits, literal
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.engine.values import Gap, Listing, Value, broken
from rules.facts.base import Why
from rules.facts.types import Enum, List, Nullable, Record, Type

Decode = Callable[[Json, str, str], Value]
"""Takes a JSON form, the path of its parent, and its own name in the parent."""

_MISFIT = "DL811"
_CODES = frozenset(Why)
_ABSENT = {"$unknown": str(Why.NOT_COLLECTED)}


def decode(of: Type, form: Json, at: str) -> Value:
    """The value of a JSON form of a type; `at` is its path, for the reasons."""
    return decoder(of)(form, "", at)


def of_literal(constant: Literal) -> Value:
    """The value of a constant of a tree."""
    if constant.kind == "list":
        return Listing(tuple(of_literal(item) for item in constant.value))
    return constant.value


@cache
def decoder(of: Type) -> Decode:
    """The reader of one type; made once."""
    match of:
        case Nullable(inner):
            return _nullable(decoder(inner))
        case Record():
            return _record(of)
        case List(inner):
            return _list(decoder(inner))
        case Enum(values):
            return _checked(frozenset(values).__contains__, lambda word: word)
    return _SCALARS[of.name]


def _hole(form: Json, parent: str, name: str) -> Gap:
    """What stands where the form is not the one of the type."""
    at = f"{parent}.{name}" if parent else name
    if isinstance(form, dict) and len(form) == 1 and form.get("$unknown") in _CODES:
        return Gap(form["$unknown"], at=at)
    return broken(_MISFIT, at)


def _checked(fits: Callable[[Json], bool], read: Callable[[Json], Value]) -> Decode:
    def scalar(form: Json, parent: str, name: str) -> Value:
        try:
            return read(form) if fits(form) else _hole(form, parent, name)
        except (TypeError, ValueError):
            return _hole(form, parent, name)

    return scalar


def _nullable(inner: Decode) -> Decode:
    def nullable(form: Json, parent: str, name: str) -> Value:
        return None if form is None else inner(form, parent, name)

    return nullable


def _record(of: Record) -> Decode:
    fields = tuple((field.name, decoder(field.type)) for field in of.fields)

    def record(form: Json, parent: str, name: str) -> Value:
        if not isinstance(form, dict) or "$unknown" in form:
            return _hole(form, parent, name)
        at = f"{parent}.{name}" if parent else name
        return {field: read(form.get(field, _ABSENT), at, field) for field, read in fields}

    return record


def _list(inner: Decode) -> Decode:
    def listing(form: Json, parent: str, name: str) -> Value:
        items, missing = form, None
        at = f"{parent}.{name}" if parent else name
        if isinstance(form, dict) and form.keys() == {"$items", "$missing"}:
            items = form["$items"]
            missing = _missing(form["$missing"], at)
        if not isinstance(items, list):
            return _hole(form, parent, name)
        if len(items) > limits.ITEMS:
            return broken("DL807", at)
        read = tuple(inner(item, "", f"{at}[{number}]") for number, item in enumerate(items))
        return Listing(read, missing)

    return listing


def _missing(code: Json, at: str) -> Gap:
    return Gap(code, at=at) if isinstance(code, str) and code in _CODES else broken(_MISFIT, at)


def _is_int(form: Json) -> bool:
    return type(form) is int and literal.INT_MIN <= form <= literal.INT_MAX


def _is_text(form: Json) -> bool:
    return isinstance(form, str)


_SCALARS: dict[str, Decode] = {
    "bool": _checked(lambda form: isinstance(form, bool), bool),
    "int": _checked(_is_int, int),
    "double": _checked(lambda form: type(form) in (int, float), float),
    "string": _checked(_is_text, str),
    "duration": _checked(_is_text, instants.read_seconds),
    "timestamp": _checked(_is_text, instants.read_timestamp),
    "version": _checked(_is_text, literal.version),
}
