"""A constant in a tree: its kind, its value in the engine, and its one wire form.

On the wire a value is an object with exactly one key, so that nothing depends on how a JSON
reader treats numbers: `{"int": "42"}`, `{"duration": "900s"}`, `{"list": [{"enum": "tpm"}]}`.
In the engine: int is int, duration and timestamp are nanoseconds, a version is a tuple of numbers
without trailing zeros, a list is a tuple of literals.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from rules.compiled import instants
from rules.compiled.canonical import Json
from rules.facts.types import Version

INT_MIN, INT_MAX = -(1 << 63), (1 << 63) - 1

_LONE = "[\ud800-\udfff]"


class Literal(NamedTuple):
    """One constant; `kind` is the key of its wire form."""

    kind: str
    value: Any


NULL = Literal("null", None)


def read(wire: Json) -> Literal:
    """Read the wire form; ValueError says what is wrong with it."""
    if not isinstance(wire, dict) or len(wire) != 1:
        raise ValueError("a value is an object with one key")
    ((kind, form),) = wire.items()
    if kind == "list":
        if not isinstance(form, list):
            raise ValueError("the form of a list is an array")
        return Literal(kind, tuple(read(item) for item in form))
    return Literal(kind, read_scalar(kind, form))


def write(literal: Literal) -> Json:
    """The wire form of a constant; `read` gives it back."""
    if literal.kind == "list":
        return {"list": [write(item) for item in literal.value]}
    return {literal.kind: write_scalar(literal.kind, literal.value)}


def read_scalar(kind: str, form: Json) -> Any:  # noqa: ANN401 - what the engine has for the kind
    """The value of a form of that kind; ValueError says what is wrong with it."""
    if kind not in _READ:
        raise ValueError(f"{kind[:40]!r} is no kind of value")
    return _READ[kind](form)


def write_scalar(kind: str, value: Any) -> Json:  # noqa: ANN401 - as above
    """The form of a value of that kind."""
    return _WRITE.get(kind, _same)(value)


def plain(literal: Literal) -> Json:
    """The value in the JSON form of facts: `"900s"`, `42`, `["tpm"]`."""
    if literal.kind == "list":
        return [plain(item) for item in literal.value]
    if literal.kind in ("int", "double"):
        return literal.value
    return write_scalar(literal.kind, literal.value)


def said(literal: Literal) -> str:
    """The value as an author writes it, without quotes: `15m`, `[tpm, pin]`, `true`."""
    if literal.kind == "list":
        return f"[{', '.join(said(item) for item in literal.value)}]"
    if literal.kind == "duration":
        return instants.write_span(literal.value)
    form = plain(literal)
    return (
        {True: "true", False: "false", None: "null"}[form] if literal.kind in _WORDS else str(form)
    )


_WORDS = ("bool", "null")


def version(text: str) -> tuple[int, ...]:
    """The numbers of a version without trailing zeros: 1.2 equals 1.2.0."""
    numbers = Version.parse(text).numbers
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers = numbers[:-1]
    return numbers


def _same(value: Json) -> Json:
    return value


def _read_null(form: Json) -> None:
    if form is not None:
        raise ValueError("the form of null is null")


def _read_bool(form: Json) -> bool:
    if not isinstance(form, bool):
        raise ValueError("the form of a bool is true or false")  # noqa: TRY004
    return form


def _text(form: Json) -> str:
    if not isinstance(form, str):
        raise ValueError("the form of a value is text")  # noqa: TRY004 - one kind of refusal
    if not form.isascii() and re.search(_LONE, form):
        raise ValueError("text holds half a character")
    return form


def _read_int(form: Json) -> int:
    number = int(_text(form)[:21])
    if str(number) != form or not INT_MIN <= number <= INT_MAX:
        raise ValueError(f"{form[:40]!r} is no 64-bit integer")
    return number


def _read_double(form: Json) -> float:
    number = float(_text(form))
    if _write_double(number) != form:
        raise ValueError(f"{form[:40]!r} is not the shortest text of a number")
    return number


def _read_timestamp(form: Json) -> int:
    if not _text(form).endswith("Z"):
        raise ValueError(f"{form[:40]!r} is no time in UTC with Z")
    return instants.read_timestamp(form)


def _write_double(number: float) -> str:
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(number), repr(number))


def _write_version(numbers: tuple[int, ...]) -> str:
    return ".".join(str(number) for number in numbers)


_READ: dict[str, Callable[[Json], Any]] = {
    "null": _read_null,
    "bool": _read_bool,
    "int": _read_int,
    "double": _read_double,
    "string": _text,
    "duration": lambda form: instants.read_seconds(_text(form)),
    "timestamp": _read_timestamp,
    "version": lambda form: version(_text(form)),
    "enum": _text,
}
_WRITE: dict[str, Callable[[Any], Json]] = {
    "int": str,
    "double": _write_double,
    "duration": instants.write_seconds,
    "timestamp": instants.write_timestamp,
    "version": _write_version,
}
