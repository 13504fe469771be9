"""What do the comparisons and the arithmetic of the language give?

Ints are 64-bit, and so are the nanoseconds of a duration that is computed (292 years either way:
CEL's language definition, "Overflow"); timestamps lie in the years 1 to 9999. What leaves its range
is error DL803, and never wraps round. An int beside a double compares as a double. Null is equal to
null alone.
"""

import math
import operator
import unicodedata
from collections.abc import Callable
from typing import Any

from rules.compiled import instants, literal
from rules.compiled.operations import ORDERED, SCALARS
from rules.compiled.tree import Node
from rules.engine.build import Build, Closure, Frame, Make, binary, literal_of, unary
from rules.engine.values import DIVIDED_BY_ZERO, NO_OVERLOAD, OUT_OF_RANGE, Gap, Value
from rules.facts.base import Why

AHEAD = 300 * instants.SECOND
"""How far a time may lie in the future before it contradicts the clock: five minutes."""

_Compare = Callable[[Any, Any], bool]


def age(now: int, at: Value) -> Value:
    """The time since an instant; a little ahead is none, further ahead is a conflict of clocks."""
    if at.__class__ is not int:
        return NO_OVERLOAD
    if at > now + AHEAD:
        return Gap(str(Why.CONFLICT))
    return max(now - at, 0)


def fold(text: Any) -> Any:  # noqa: ANN401 - text, or what stands in its place
    """Text without its case, so that RemoteRegistry is remoteregistry; all else as it is."""
    if text.__class__ is not str:
        return text
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _folded(compare: _Compare) -> _Compare:
    return lambda one, other: compare(fold(one), fold(other))


def _as_doubles(compare: _Compare) -> _Compare:
    return lambda one, other: compare(float(one), float(other))


def _as_is(compare: _Compare) -> _Compare:
    return compare


def _compare_makers() -> dict[str, Make]:
    makers = {}
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        compare: _Compare = getattr(operator, name)
        kinds = (*SCALARS, "null") if name in ("eq", "ne") else ORDERED
        for kind in kinds:
            how = {"caseless": _folded, "number": _as_doubles}.get(kind, _as_is)
            make = binary(how(compare))
            plain = how is _as_is and name in ("eq", "ne")
            makers[f"{name}.{kind}"] = _quick(make, wanted=name == "eq") if plain else make
    return makers


def _quick(make: Make, *, wanted: bool) -> Make:
    """Equality with a constant, the commonest question of all, without a call in between."""

    def quick(build: Build, node: Node) -> Closure:
        if node.args[1].op != "value":
            return make(build, node)
        left, other = build.part(node.args[0]), literal_of(node.args[1])

        def run(frame: Frame) -> Value:
            one = left(frame)
            if one.__class__ is Gap:
                return one
            return (one == other) is wanted

        return run

    return quick


def _within(low: int, high: int, compute: Callable[[int, int], int]) -> Make:
    def run(one: int, other: int) -> Value:
        result = compute(one, other)
        return result if low <= result <= high else OUT_OF_RANGE

    return binary(run)


def _int(compute: Callable[[int, int], int]) -> Make:
    return _within(literal.INT_MIN, literal.INT_MAX, compute)


def _instant(compute: Callable[[int, int], int]) -> Make:
    return _within(instants.FIRST, instants.LAST, compute)


def _negated_int(number: int) -> Value:
    return OUT_OF_RANGE if number == literal.INT_MIN else -number


def _divide_int(one: int, other: int) -> Value:
    if other == 0:
        return DIVIDED_BY_ZERO
    whole = abs(one) // abs(other)
    result = whole if (one < 0) == (other < 0) else -whole
    return result if result <= literal.INT_MAX else OUT_OF_RANGE


def _remainder(one: int, other: int) -> Value:
    if other == 0:
        return DIVIDED_BY_ZERO
    if (one, other) == (literal.INT_MIN, -1):
        return OUT_OF_RANGE
    rest = abs(one) % abs(other)
    return -rest if one < 0 else rest


def _divide_double(one: float, other: float) -> float:
    if other != 0:
        return one / other
    if one == 0 or math.isnan(one):
        return math.nan
    return math.copysign(math.inf, one) * math.copysign(1.0, other)


MAKERS: dict[str, Make] = {
    **_compare_makers(),
    "neg.int": unary(_negated_int),
    "neg.double": unary(operator.neg),
    "add.int": _int(operator.add),
    "sub.int": _int(operator.sub),
    "mul.int": _int(operator.mul),
    "div.int": binary(_divide_int),
    "rem.int": binary(_remainder),
    "add.double": binary(operator.add),
    "sub.double": binary(operator.sub),
    "mul.double": binary(operator.mul),
    "div.double": binary(_divide_double),
    "add.duration": _int(operator.add),
    "sub.duration": _int(operator.sub),
    "sub.timestamp": _int(operator.sub),
    "add.timestamp_duration": _instant(operator.add),
    "add.duration_timestamp": _instant(operator.add),
    "sub.timestamp_duration": _instant(operator.sub),
}
