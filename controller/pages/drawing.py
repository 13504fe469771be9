"""How do boxes and the arrows between them lie on a drawing that is read from left to right? Pure.

A box stands one column behind the last that leads to it, as far as there is no circle, one from
which all begins right before the first that it leads to; in its column it stands as high as what
leads to it. Arrows that have the same ends are one. Lengths are units of the drawing, which scales
as a whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

WIDE, HIGH, APART, BELOW = 168, 40, 140, 26
_COLUMNS, _LONGEST, _NAME = 5, 19, 20
_LINE = 14
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
    arrows: list[Arrow] = []
    for (source, target), between in pairs.items():
        arrow = _arrow(boxes[source], boxes[target], between, weights)
        arrows.append(replace(arrow, at=_free(arrow.at, [one.at for one in arrows])))
    width = max((box.x + WIDE for box in boxes.values()), default=0) + 2 * _EDGE
    height = max((box.y + HIGH for box in boxes.values()), default=0) + BELOW
    return Drawing(width, height, tuple(boxes.values()), tuple(arrows))


def columns(ends: Iterable[tuple[str, str]]) -> dict[str, int]:
    """In which column each box stands, counted from 0; what closes a circle moves none."""
    pairs: list[tuple[str, str]] = []
    for source, target in dict.fromkeys(ends):
        if source not in _reached(target, pairs):
            pairs.append((source, target))
    column = dict.fromkeys((name for pair in pairs for name in pair), 0)
    for _ in range(_COLUMNS):
        for source, target in pairs:
            column[target] = max(column[target], min(column[source] + 1, _COLUMNS - 1))
    for name in column.keys() - {target for _, target in pairs}:
        column[name] = max(min(column[target] for source, target in pairs if source == name) - 1, 0)
    return column


def _reached(name: str, pairs: Iterable[tuple[str, str]]) -> set[str]:
    """A box, and all that one comes to from it."""
    found, before = {name}, 0
    while len(found) > before:
        before = len(found)
        found |= {target for source, target in pairs if source in found}
    return found


def _boxes(lines: Sequence[Ends]) -> dict[str, Box]:
    column = columns((one.source, one.target) for one in lines)
    names = list(dict.fromkeys(name for one in lines for name in (one.source, one.target)))
    rows: dict[str, int] = {}
    for at in range(_COLUMNS):
        here = [name for name in names if column.get(name, 0) == at]
        here.sort(key=lambda name: _height(name, lines, rows))
        rows |= {name: row for row, name in enumerate(here)}
    return {name: _box(name, column.get(name, 0), rows[name]) for name in names}


def _height(name: str, lines: Sequence[Ends], rows: Mapping[str, int]) -> float:
    """How high on the average the boxes stand that lead to it, among those that stand already."""
    above = [rows[one.source] for one in lines if one.target == name and one.source in rows]
    return sum(above) / len(above) if above else len(rows)


def _box(name: str, column: int, row: int) -> Box:
    x, y = _EDGE + column * (WIDE + APART), _EDGE + row * (HIGH + BELOW)
    return Box(name, _cut(name, _NAME), x, y)


def _free(at: tuple[int, int], taken: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """As near as can be below a place where no other word stands."""
    x, y = at
    while any(abs(x - one_x) < APART and abs(y - one_y) < _LINE for one_x, one_y in taken):
        y += _LINE
    return x, y


def _arrow(source: Box, target: Box, between: Sequence[Ends], weights: Sequence[str]) -> Arrow:
    kind = min((one.kind for one in between), key=weights.index)
    word = between[0].word if len(between) == 1 else f"{len(between)} ways"
    from_x, from_y = source.x + WIDE, source.y + HIGH // 2
    to_x, to_y = target.x, target.y + HIGH // 2
    if target.x > source.x:
        bend = (to_x - from_x) // 2
        path = f"M{from_x} {from_y}C{from_x + bend} {from_y} {to_x - bend} {to_y} {to_x} {to_y}"
        is_near = to_x - from_x <= APART
        at = to_x - APART // 2, ((from_y + to_y) // 2 if is_near else to_y) - 6
    else:
        low = max(source.y, target.y) + HIGH + BELOW // 2
        path = f"M{from_x} {from_y}h{_EDGE}V{low}H{to_x - 2 * _EDGE}V{to_y}h{2 * _EDGE}"
        at = (from_x + to_x) // 2, low - 4
    head = f"M{to_x} {to_y}l-9 -5v10z"
    return Arrow(path, head, _cut(word), at, kind)


def _cut(word: str, most: int = _LONGEST) -> str:
    return word if len(word) <= most else f"{word[: most - 1]}…"
