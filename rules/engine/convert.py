"""What does `int("42")` give? Conversions by CEL's rules; what cannot be one is error DL805."""

import math
import re
from collections.abc import Callable
from typing import Any

from rules.compiled import instants, literal
from rules.compiled.literal import Literal
from rules.compiled.operations import PLAIN
from rules.engine.build import Make, unary
from rules.engine.values import NOT_CONVERTIBLE, OUT_OF_RANGE, Value

_INT = r"[-+]?0*[0-9]{1,19}"
_SPAN = r"([0-9]{0,15})(?:\.([0-9]{0,15}))?(w|d|h|ms|us|ns|m|s)"
_DOUBLE = r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?|NaN|[-+]?Infinity"
_TRUE = frozenset({"1", "t", "true", "TRUE", "True"})
_FALSE = frozenset({"0", "f", "false", "FALSE", "False"})
_LONGEST = 256
"""Nobody writes a number or a time with more characters; it is not even tried."""
_TWO_63 = float(1 << 63)


def _same(value: Value) -> Value:
    return value


def _int_of_double(number: float) -> Value:
    if math.isnan(number) or not -_TWO_63 < number < _TWO_63:
        return OUT_OF_RANGE
    return int(number)


def _int_of_string(text: str) -> Value:
    if not re.fullmatch(_INT, text):
        return NOT_CONVERTIBLE
    number = int(text)
    return number if literal.INT_MIN <= number <= literal.INT_MAX else OUT_OF_RANGE


def _double_of_string(text: str) -> Value:
    return float(text) if len(text) <= 64 and re.fullmatch(_DOUBLE, text) else NOT_CONVERTIBLE


def _bool_of_string(text: str) -> Value:
    return text in _TRUE if text in _TRUE | _FALSE else NOT_CONVERTIBLE


def _duration_of_string(text: str) -> Value:
    """CEL takes a sign and decimals too: `-1.5h`; what is less than a nanosecond is cut off."""
    bare, span, at = text[text[:1] in ("-", "+") :], 0, 0
    while bare != "0" and (at < len(bare) or not bare):
        found = re.compile(_SPAN).match(bare, at)
        if found is None or not (found[1] or found[2]):
            return NOT_CONVERTIBLE
        unit, decimals = instants.UNITS[found[3]], found[2] or "0"
        span += int(found[1] or "0") * unit + int(decimals) * unit // 10 ** len(decimals)
        at = found.end()
    if span > instants.LONGEST:
        return NOT_CONVERTIBLE
    return -span if text.startswith("-") else span


def _timestamp_of_int(seconds: int) -> Value:
    at = seconds * instants.SECOND
    return at if instants.FIRST <= at <= instants.LAST else OUT_OF_RANGE


def _string_of(kind: str) -> Callable[[Any], Value]:
    def write(value: Any) -> Value:  # noqa: ANN401 - a value of that kind
        return literal.write(Literal(kind, value))[kind]

    return write


def _string_of_double(number: float) -> str:
    text = str(literal.write(Literal("double", number))["double"])
    if "e" in text:
        text = f"{number:.17f}".rstrip("0") if 1e-7 <= abs(number) < 1 else text
    return text.removesuffix(".0")


_HOW: dict[str, Callable[[Any], Value]] = {
    "int.double": _int_of_double,
    "int.string": _int_of_string,
    "int.timestamp": lambda at: at // instants.SECOND,
    "double.int": float,
    "double.string": _double_of_string,
    "string.bool": lambda value: "true" if value else "false",
    "string.int": str,
    "string.double": _string_of_double,
    "string.duration": _string_of("duration"),
    "string.timestamp": _string_of("timestamp"),
    "string.version": _string_of("version"),
    "bool.string": _bool_of_string,
    "duration.string": _duration_of_string,
    "timestamp.string": instants.read_timestamp,
    "timestamp.int": _timestamp_of_int,
    "version.string": literal.version,
}


def _guarded(convert: Callable[[Any], Value]) -> Callable[[Any], Value]:
    def run(value: Any) -> Value:  # noqa: ANN401 - a value of the kind that the overload names
        if value is None:
            raise TypeError("null has no other form")
        if convert is not _same and value.__class__ is str and len(value) > _LONGEST:
            return NOT_CONVERTIBLE
        try:
            return convert(value)
        except (ValueError, AttributeError):
            return NOT_CONVERTIBLE

    return run


MAKERS: dict[str, Make] = {
    op: unary(_guarded(_HOW.get(op, _same)))
    for op in PLAIN
    if op.partition(".")[0]
    in ("int", "double", "string", "bool", "duration", "timestamp", "version")
}
