"""Is a changed value of a param tighter than the one below it, looser, or only another?

| the param declares | tighter or equal if |
|---|---|
| `tighten: at-most`, `at-least` | not greater, not smaller |
| `tighten: subset`, `superset` | nothing added, nothing removed |
| `tighten: only-true`, `only-false` | not weaker than the one below |
| `loosen: true` | never: every change loosens |
| neither | no change is either |

What cannot be compared (a NaN, a list where a number should be) is not tighter. The order of a
list, and what stands in it twice, mean nothing.
"""

from collections.abc import Callable
from enum import StrEnum

from rules.compiled.literal import Literal
from rules.compiled.rule import Param


class Change(StrEnum):
    """What a value does to the one that it replaces."""

    SAME = "same"
    TIGHTENED = "tightened"
    LOOSENED = "loosened"
    CHANGED = "changed"


def compare(param: Param, value: Literal, below: Literal) -> Change:
    """What a value of this param does to the one below it."""
    if _is_same(value, below):
        return Change.SAME
    if param.loosen:
        return Change.LOOSENED
    if param.tighten is None:
        return Change.CHANGED
    try:
        is_tighter = _TIGHTER[param.tighten](value, below)
    except (KeyError, TypeError):
        is_tighter = False
    return Change.TIGHTENED if is_tighter else Change.LOOSENED


def is_inside(param: Param, value: Literal) -> bool:
    """Does a value of the param's type lie within `min` and `max`? A list has neither."""
    if value.kind == "list":
        return True
    if value.value != value.value:  # NaN lies nowhere
        return False
    above = param.low is None or param.low.value <= value.value
    return above and (param.high is None or value.value <= param.high.value)


def _is_same(value: Literal, below: Literal) -> bool:
    if value.kind == "list" and below.kind == "list":
        return set(value.value) == set(below.value)
    return value == below


_TIGHTER: dict[str, Callable[[Literal, Literal], bool]] = {
    "at-most": lambda value, below: value.value <= below.value,
    "at-least": lambda value, below: value.value >= below.value,
    "subset": lambda value, below: set(value.value) <= set(below.value),
    "superset": lambda value, below: set(value.value) >= set(below.value),
    "only-true": lambda value, _below: value.value is True,
    "only-false": lambda value, _below: value.value is False,
}
