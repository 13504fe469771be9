"""What do the comparisons and the arithmetic of the language give?

Ints are 64-bit, and so are the nanoseconds of a duration that is computed (292 years either way:
CEL's language definition, "Overflow"); timestamps lie in the years 1 to 9999. What leaves its range
is error DL803, and never wraps round. An int beside a double compares as a double. Null is equal to
null alone.
"""

import math
import operator
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


def _as_doubles(compare: _Compare) -> _Compare:
    return lambda one, other: compare(float(one), float(other))


def _compare_makers() -> dict[str, Make]:
    """Of all kinds but text, whose comparisons are charged by its length."""
    makers = {}
    for name in ("eq", "ne", "lt", "le", "gt", "ge"):
        compare: _Compare = getattr(operator, name)
        for kind in (*SCALARS, "null") if name in ("eq", "ne") else ORDERED:
            if kind == "number":
                makers[f"{name}.{kind}"] = binary(_as_doubles(compare))
            elif kind not in ("string", "caseless"):
                makers[f"{name}.{kind}"] = quick(name, binary(compare))
    return makers


def quick(name: str, make: Make) -> Make:
    """Equality with a constant, the commonest question of all, without a call in between."""
    if name not in ("eq", "ne"):
        return make
    wanted = name == "eq"

    def ready(build: Build, node: Node) -> Closure:
        if node.args[1].op != "value":
            return make(build, node)
        left, other = build.part(node.args[0]), literal_of(node.args[1])

        def run(frame: Frame) -> Value:
            one = left(frame)
            if one.__class__ is Gap:
                return one
            return (one == other) is wanted

        return run

    return ready


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
