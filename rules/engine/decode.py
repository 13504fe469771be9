"""How does the JSON form of a fact become values, when it may be wrong in any place?

What was not read is a gap with its reason; what is not of its type is a gap of error DL811: one
wrong value spoils the leaves that read it, and nothing else. The fields of a record are looked at
when a rule first asks for them: a volume has sixteen, and a rule reads three.
"""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from rules.compiled import instants, limits, literal
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.engine.values import Gap, Listing, Value, broken
from rules.facts.base import Why
from rules.facts.types import Enum, List, Nullable, Record, Type

At: TypeAlias = "tuple[At | None, str | int]"
"""Where a form stands: in what, and under which name or number there."""

Decode = Callable[[Json, At], Value]

_MISFIT = "DL811"
_CODES = frozenset(Why)
_ABSENT = {"$unknown": str(Why.NOT_COLLECTED)}


def decode(of: Type, form: Json, name: str) -> Value:
    """The value of a JSON form of a type; its `name` begins the paths of what it lacks."""
    return decoder(of)(form, (None, name))


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


class Decoded(dict[str, Value]):
    """The fields of a record that were asked for so far; any other is read when it is."""

    __slots__ = ("_at", "_form", "_readers")

    def __init__(self, readers: Mapping[str, Decode], form: Json, at: At) -> None:
        self._readers = readers
        self._form = form
        self._at = at

    def __missing__(self, name: str) -> Value:
        form = self._form.get(name, _ABSENT)
        self[name] = value = self._readers[name](form, (self._at, name))
        return value


def _hole(form: Json, at: At) -> Gap:
    """What stands where the form is not the one of the type."""
    if isinstance(form, dict) and len(form) == 1 and form.get("$unknown") in _CODES:
        return Gap(form["$unknown"], at=_path(at))
    return broken(_MISFIT, _path(at))


def _path(at: At) -> str:
    parent, name = at
    before = _path(parent) if parent is not None else ""
    if isinstance(name, int):
        return f"{before}[{name}]"
    return f"{before}.{name}" if before else name


def _checked(fits: Callable[[Json], bool], read: Callable[[Json], Value]) -> Decode:
    def scalar(form: Json, at: At) -> Value:
        try:
            return read(form) if fits(form) else _hole(form, at)
        except (TypeError, ValueError, OverflowError):
            return _hole(form, at)

    return scalar


def _nullable(inner: Decode) -> Decode:
    def nullable(form: Json, at: At) -> Value:
        return None if form is None else inner(form, at)

    return nullable


def _record(of: Record) -> Decode:
    readers = {field.name: decoder(field.type) for field in of.fields}

    def record(form: Json, at: At) -> Value:
        if not isinstance(form, dict) or "$unknown" in form:
            return _hole(form, at)
        return Decoded(readers, form, at)

    return record


def _list(inner: Decode) -> Decode:
    def listing(form: Json, at: At) -> Value:
        items, missing = form, None
        if isinstance(form, dict) and form.keys() == {"$items", "$missing"}:
            items = form["$items"]
            missing = _missing(form["$missing"], at)
        if not isinstance(items, list):
            return _hole(form, at)
        if len(items) > limits.ITEMS:
            return broken("DL807", _path(at))
        return Listing(tuple(inner(item, (at, n)) for n, item in enumerate(items)), missing)

    return listing


def _missing(code: Json, at: At) -> Gap:
    known = isinstance(code, str) and code in _CODES
    return Gap(code, at=_path(at)) if known else broken(_MISFIT, _path(at))


def _is_int(form: Json) -> bool:
    return type(form) is int and literal.INT_MIN <= form <= literal.INT_MAX


def _is_number(form: Json) -> bool:
    """JSON has no NaN, and a condition turned round would pass on one (RFC 8259, section 6)."""
    return type(form) in (int, float) and math.isfinite(form)


def _is_text(form: Json) -> bool:
    return isinstance(form, str)


_SCALARS: dict[str, Decode] = {
    "bool": _checked(lambda form: isinstance(form, bool), bool),
    "int": _checked(_is_int, int),
    "double": _checked(_is_number, float),
    "string": _checked(_is_text, str),
    "duration": _checked(_is_text, instants.read_seconds),
    "timestamp": _checked(_is_text, instants.read_timestamp),
    "version": _checked(_is_text, literal.version),
}
