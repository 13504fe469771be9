"""Are two values equal, when they may be of any kind?

Values of unlike kinds are not equal, an int beside a double is taken for one, and lists, maps and
records are equal if all in them is. Two scalars of one kind are asked by the very operation of
rules (`eq.duration`). A gap in an operand is the answer, error before unknown.
"""

from collections.abc import Iterable

from rules.compiled.operations import SCALARS
from rules.compiled.tree import Node
from rules.engine import evaluate
from rules.engine.build import BUDGET, Closure, Frame
from rules.engine.open.builder import Builder, slot_node
from rules.engine.open.values import Fields, Map, bare, kind, whole
from rules.engine.values import Gap, Listing, Value, gap_in, strict

COMPARED = 8
"""Steps of a comparison of values of any kind: so many steps of a rule take as long."""


class Same:
    """Equality, asked at one place of a tree."""

    __slots__ = ("_asks", "_build", "_node", "_slots")

    def __init__(self, build: Builder, node: Node) -> None:
        self._build = build
        self._node = node
        self._slots = build.slots.take(), build.slots.take()
        self._asks: dict[str, Closure] = {}

    def __call__(self, frame: Frame, one: Value, other: Value) -> Value:
        """True, false, or the gap that stands in the way."""
        one, other = whole(one), whole(other)
        if one.__class__ is Gap or other.__class__ is Gap:
            return strict(one, other)
        of, beside = kind(one), kind(other)
        if {of, beside} == {"int", "double"}:
            of = beside = "double"
            one, other = float(one), float(other)
        if of != beside:
            return False
        if of == "null":
            return True
        if of in SCALARS:
            return self._ask(frame, f"eq.{of}", one, other)
        return self._inside(frame, one, other)

    def _ask(self, frame: Frame, op: str, one: Value, other: Value) -> Value:
        left, right = self._slots
        frame[left], frame[right] = bare(one), bare(other)
        if op not in self._asks:
            operands = slot_node(self._node, left), slot_node(self._node, right)
            node = Node(op, self._node.place, operands)
            self._asks[op] = evaluate.MAKERS[op](self._build, node)
        return self._asks[op](frame)

    def _inside(self, frame: Frame, one: Value, other: Value) -> Value:
        if isinstance(one, Listing):
            return self._lists(frame, one, other)
        if isinstance(one, Map):
            return self._maps(frame, one, other)
        return self._records(frame, one, other)

    def _lists(self, frame: Frame, one: Listing, other: Listing) -> Value:
        frame[BUDGET].spend(COMPARED * (1 + len(one.items)))
        gap = gap_in(one.items + other.items)
        if gap is not None:
            return gap
        if len(one.items) != len(other.items):
            return False
        return _all(self(frame, *pair) for pair in zip(one.items, other.items, strict=True))

    def _maps(self, frame: Frame, one: Map, other: Map) -> Value:
        frame[BUDGET].spend(COMPARED * (1 + len(one.entries)))
        gap = gap_in((*one.entries.values(), *other.entries.values()))
        if gap is not None:
            return gap
        if one.entries.keys() != other.entries.keys():
            return False
        return _all(self(frame, value, other.entries[key]) for key, value in one.entries.items())

    def _records(self, frame: Frame, one: Fields, other: Fields) -> Value:
        names = one.values.keys() | other.values.keys()
        frame[BUDGET].spend(COMPARED * (1 + len(names)))
        return _all(self(frame, one.get(name), other.get(name)) for name in sorted(names))


def _all(results: Iterable[Value]) -> Value:
    found = tuple(results)
    gap = gap_in(found)
    return False not in found if gap is None else gap
