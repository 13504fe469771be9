"""What do the functions on text give, at a cost that their length bounds?"""

from collections.abc import Callable
from typing import Any

from rules.compiled import limits
from rules.compiled.tree import Node
from rules.engine.budget import check_made
from rules.engine.build import BUDGET, Build, Closure, Frame, Make, literal_of, unary
from rules.engine.matching import matcher
from rules.engine.operators import fold
from rules.engine.values import NO_OVERLOAD, Gap, Value, strict

_Ask = Callable[[str, str], Value]


def glob(text: str, pattern: str) -> bool:
    """Does the whole text fit a pattern in which `*` is any run and `?` one character?"""
    first, *rest = pattern.split("*")
    if not rest:
        return len(text) == len(first) and _stands_at(text, 0, first)
    if not _stands_at(text, 0, first):
        return False
    at, last = len(first), rest.pop()
    for piece in rest:
        at = _find(text, at, piece)
        if at < 0:
            return False
        at += len(piece)
    return len(text) - len(last) >= at and _stands_at(text, len(text) - len(last), last)


def _stands_at(text: str, at: int, piece: str) -> bool:
    if len(text) - at < len(piece):
        return False
    if "?" not in piece:
        return text.startswith(piece, at)
    return all(wanted in ("?", text[at + n]) for n, wanted in enumerate(piece))


def _find(text: str, at: int, piece: str) -> int:
    if "?" not in piece:
        return text.find(piece, at)
    starts = range(at, len(text) - len(piece) + 1)
    return next((start for start in starts if _stands_at(text, start, piece)), -1)


def _glob_cost(text: str, pattern: str) -> int:
    return len(text) * (len(pattern) if "?" in pattern else 1)


def _length(text: str, _other: str) -> int:
    return len(text)


def _asks(ask: _Ask, cost: Callable[[str, str], int], *, folds: bool = False) -> Make:
    """A question about two texts, charged by their length."""

    def make(build: Build, node: Node) -> Closure:
        left, right = build.part(node.args[0]), build.part(node.args[1])

        def run(frame: Frame) -> Value:
            one, other = left(frame), right(frame)
            if one.__class__ is Gap or other.__class__ is Gap:
                return strict(one, other)
            if one.__class__ is not str or other.__class__ is not str:
                return NO_OVERLOAD
            frame[BUDGET].spend(cost(one, other))
            return ask(fold(one), fold(other)) if folds else ask(one, other)

        return run

    return make


def _matches(*, folds: bool = False) -> Make:
    """Is a pattern found in a text? It stands in the rule, and is made ready with it."""

    def make(build: Build, node: Node) -> Closure:
        of = build.part(node.args[0])
        finds = matcher(literal_of(node.args[1]), caseless=folds).finds

        def run(frame: Frame) -> Value:
            text = of(frame)
            if text.__class__ is not str:
                return text if text.__class__ is Gap else NO_OVERLOAD
            return finds(fold(text) if folds else text, frame[BUDGET].spend)

        return run

    return make


def _join(one: str, other: str) -> str:
    check_made(len(one) + len(other), limits.STRING_MADE)
    return one + other


def _text_makers() -> dict[str, Make]:
    asks: dict[str, tuple[_Ask, Callable[[str, str], int]]] = {
        "startsWith": (str.startswith, _length),
        "endsWith": (str.endswith, _length),
        "contains": (str.__contains__, _length),
        "glob": (glob, _glob_cost),
    }
    makers = {f"{name}.string": _asks(ask, cost) for name, (ask, cost) in asks.items()}
    return makers | {
        f"{name}.caseless": _asks(ask, cost, folds=True) for name, (ask, cost) in asks.items()
    }


def _size(text: Any) -> Value:  # noqa: ANN401 - a null may stand here
    return len(text) if isinstance(text, str) else NO_OVERLOAD


MAKERS: dict[str, Make] = {
    **_text_makers(),
    "matches.string": _matches(),
    "matches.caseless": _matches(folds=True),
    "size.string": unary(_size),
    "add.string": _asks(_join, lambda one, other: len(one) + len(other)),
}
