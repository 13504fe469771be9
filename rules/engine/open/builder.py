"""What do the makers of open evaluation share? Bound names, and the place of an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from rules.compiled import tree
from rules.compiled.tree import Node
from rules.engine.build import Build, Closure, Frame
from rules.engine.evaluate import Slots
from rules.engine.values import Gap, Value, broken

UNBOUND = broken("DL810")
SLOT = "slot"
"""The operation that reads a place of the frame; no text can write it."""


@dataclass(frozen=True, slots=True)
class Builder(Build):
    """Builds the parts of a tree.

    `slots` holds the names that are bound, also dotted ones; `loops` grows by the variable of each
    loop; `has_now` says whether the run has an instant.
    """

    makers: Mapping[str, "OpenMake"]
    slots: Slots
    loops: Mapping[str, int]
    has_now: bool

    def part(self, node: Node) -> Closure:
        """The closure of a node, which puts its place on what breaks in it."""
        closure = self.makers[node.op](self, node)
        return closure if self._is_there(node) else _placed(closure, node)

    def _is_there(self, node: Node) -> bool:
        """A constant, or a name that is bound: it cannot break."""
        words = tree.path(node)
        is_bound = words is not None and self.bound(words) is not None
        return is_bound or node.op in ("value", SLOT)

    def body(self, variable: str, node: Node) -> tuple[int, Closure]:
        """The slot of a loop's variable, and the closure of the loop's body."""
        slot = self.slots.take()
        loops = {**self.loops, variable: slot}
        return slot, Builder(self.makers, self.slots, loops, self.has_now).part(node)

    def slot(self, name: str) -> int:
        """The slot of a name that is surely bound."""
        return self.loops[name] if name in self.loops else self.slots.names[name]

    def bound(self, words: tuple[str, ...]) -> int | None:
        """The slot of a dotted name; a loop's variable hides those that begin with it."""
        if words[0] in self.loops:
            return self.loops[words[0]] if len(words) == 1 else None
        return self.slots.names.get(".".join(words))


OpenMake: TypeAlias = Callable[[Builder, Node], Closure]


def slot_node(like: Node, slot: int) -> Node:
    """A node that reads a place of the frame, standing where another stands."""
    return Node(SLOT, like.place, (slot,))


def read(slot: int) -> Closure:
    """A closure that reads a place of the frame."""

    def reading(frame: Frame) -> Value:
        return frame[slot]

    return reading


def _placed(closure: Closure, node: Node) -> Closure:
    def placed(frame: Frame) -> Value:
        value = closure(frame)
        if value.__class__ is Gap and value.is_error and value.place is None:
            return value._replace(place=node.place)
        return value

    return placed
