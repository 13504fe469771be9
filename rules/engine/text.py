"""What do the operations on text give, at a cost that their length bounds?

Each is charged by the length of what it reads; caseless text is folded first, and that too.
"""

import operator
from collections.abc import Callable
from typing import Any

from rules.compiled import limits
from rules.compiled.tree import Node
from rules.engine import glob
from rules.engine.budget import check_made
from rules.engine.build import BUDGET, Build, Closure, Frame, Make, literal_of, unary
from rules.engine.fold import fold
from rules.engine.operators import quick
from rules.engine.values import NO_OVERLOAD, Gap, Value, strict

_Ask = Callable[[Any, Any], Value]
_Cost = Callable[[str, str], int]


def _shorter(one: str, other: str) -> int:
    """A comparison is over at the end of the shorter text."""
    return min(len(one), len(other))


def _first(one: str, _other: str) -> int:
    return len(one)


def _both(one: str, other: str) -> int:
    return len(one) + len(other)


def _asks(ask: _Ask, cost: _Cost, *, folds: bool = False, of_null: bool = False) -> Make:
    """A question about two texts; with `of_null` one of them may be null."""

    def make(build: Build, node: Node) -> Closure:
        left, right = build.part(node.args[0]), build.part(node.args[1])

        def run(frame: Frame) -> Value:
            one, other = left(frame), right(frame)
            if one.__class__ is Gap or other.__class__ is Gap:
                return strict(one, other)
            if one.__class__ is not str or other.__class__ is not str:
                return ask(one, other) if of_null else NO_OVERLOAD
            if folds:
                frame[BUDGET].spend(_both(one, other))
                one, other = fold(one), fold(other)
            frame[BUDGET].spend(cost(one, other))
            return ask(one, other)

        return run

    return make


def _matches(*, folds: bool) -> Make:
    """Is a pattern found in a text? It stands in the rule, and is made ready with it."""

    def make(build: Build, node: Node) -> Closure:
        from rules.engine.matching import matcher  # noqa: PLC0415 - few packs have a pattern

        of = build.part(node.args[0])
        finds = matcher(literal_of(node.args[1]), caseless=folds).finds

        def run(frame: Frame) -> Value:
            text = of(frame)
            if text.__class__ is not str:
                return text if text.__class__ is Gap else NO_OVERLOAD
            if folds:
                frame[BUDGET].spend(len(text))
                text = fold(text)
            return finds(text, frame[BUDGET].spend)

        return run

    return make


def _join(one: str, other: str) -> str:
    check_made(len(one) + len(other), limits.STRING_MADE)
    return one + other


def _size(text: Any) -> Value:  # noqa: ANN401 - a null may stand here
    return len(text) if isinstance(text, str) else NO_OVERLOAD


_ASKS: dict[str, tuple[_Ask, _Cost]] = {
    "lt": (operator.lt, _shorter),
    "le": (operator.le, _shorter),
    "gt": (operator.gt, _shorter),
    "ge": (operator.ge, _shorter),
    "startsWith": (str.startswith, _shorter),
    "endsWith": (str.endswith, _shorter),
    "contains": (str.__contains__, _first),
    "glob": (glob.glob, glob.cost),
}
_EQUAL = {"eq": operator.eq, "ne": operator.ne}

MAKERS: dict[str, Make] = {
    **{f"{name}.string": _asks(*how) for name, how in _ASKS.items()},
    **{f"{name}.caseless": _asks(*how, folds=True) for name, how in _ASKS.items()},
    **{f"{n}.string": quick(n, _asks(ask, _shorter, of_null=True)) for n, ask in _EQUAL.items()},
    **{f"{n}.caseless": _asks(a, _shorter, folds=True, of_null=True) for n, a in _EQUAL.items()},
    "matches.string": _matches(folds=False),
    "matches.caseless": _matches(folds=True),
    "size.string": unary(_size),
    **dict.fromkeys(("add.string", "add.caseless"), _asks(_join, _both)),
}
