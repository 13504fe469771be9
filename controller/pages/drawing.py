"""How do boxes and the arrows between them lie on a drawing that is read from left to right? Pure.

A box stands one column behind the last that leads to it, as far as there is no circle; arrows that
have the same ends are one. Lengths are units of the drawing, which scales as a whole.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDE, HIGH, APART, BELOW = 168, 40, 132, 26
_COLUMNS, _LONGEST = 5, 22
_EDGE = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A box with its left upper corner; `short` is as much of its name as fits."""

    name: str
    short: str
    x: int
    y: int

    @property
    def middle(self) -> tuple[int, int]:
        """Where its text stands."""
        return self.x + WIDE // 2, self.y + HIGH // 2 + 5


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line between two boxes with its head, what stands beside it, and its class."""

    path: str
    head: str
    word: str
    at: tuple[int, int]
    kind: str


@dataclass(frozen=True, slots=True)
class Ends:
    """What is drawn: from where to where, in a word, as which class; the first of these weighs."""

    source: str
    target: str
    word: str
    kind: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and arrows, and how large the whole is."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def drawing(lines: Sequence[Ends], weights: Sequence[str]) -> Drawing:
    """The drawing of these lines; of several between two boxes the class first in `weights`."""
    boxes = _boxes(lines)
    pairs: dict[tuple[str, str], list[Ends]] = {}
    for one in lines:
        pairs.setdefault((one.source, one.target), []).append(one)
    arrows = [
        _arrow(boxes[source], boxes[target], between, weights)
        for (source, target), between in pairs.items()
    ]
    width = max((box.x + WIDE for box in boxes.values()), default=0) + _EDGE
    height = max((box.y + HIGH for box in boxes.values()), default=0) + BELOW
    return Drawing(width, height, tuple(boxes.values()), tuple(arrows))


def columns(ends: Iterable[tuple[str, str]]) -> dict[str, int]:
    """In which column each box stands, counted from 0."""
    pairs = [pair for pair in dict.fromkeys(ends) if pair[0] != pair[1]]
    column = dict.fromkeys((name for pair in pairs for name in pair), 0)
    for _ in range(min(len(column), _COLUMNS)):
        for source, target in pairs:
            column[target] = max(column[target], min(column[source] + 1, _COLUMNS - 1))
    return column


def _boxes(lines: Sequence[Ends]) -> dict[str, Box]:
    column = columns((one.source, one.target) for one in lines)
    names = dict.fromkeys(name for one in lines for name in (one.source, one.target))
    filled: dict[int, int] = {}
    boxes = {}
    for name in names:
        at = column.get(name, 0)
        row = filled.get(at, 0)
        filled[at] = row + 1
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
        boxes[name] = Box(name, short, _EDGE + at * (WIDE + APART), _EDGE + row * (HIGH + BELOW))
    return boxes


def _arrow(source: Box, target: Box, between: Sequence[Ends], weights: Sequence[str]) -> Arrow:
    kind = min((one.kind for one in between), key=weights.index)
    word = between[0].word if len(between) == 1 else f"{len(between)} ways"
    from_x, from_y = source.x + WIDE, source.y + HIGH // 2
    to_x, to_y = target.x, target.y + HIGH // 2
    if target.x > source.x:
        bend = (to_x - from_x) // 2
        path = f"M{from_x} {from_y}C{from_x + bend} {from_y} {to_x - bend} {to_y} {to_x} {to_y}"
        at = from_x + bend, (from_y + to_y) // 2 - 6
    else:
        low = max(source.y, target.y) + HIGH + BELOW // 2
        path = f"M{from_x} {from_y}h{_EDGE}V{low}H{to_x - 2 * _EDGE}V{to_y}h{2 * _EDGE}"
        at = (from_x + to_x) // 2, low - 4
    head = f"M{to_x} {to_y}l-9 -5v10z"
    return Arrow(path, head, _cut(word), at, kind)


def _cut(word: str) -> str:
    return word if len(word) <= _LONGEST else f"{word[: _LONGEST - 1]}…"
