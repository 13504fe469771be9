"""How does an operation without an overload run? It waits for its operands, and asks their kinds.

The overload that they name runs by the closure that it has in rules, made when it is first met. A
constant stays a constant to it, so the short ways that rules take are taken here too.
"""

from collections.abc import Sequence

from rules.compiled.tree import Node
from rules.engine import evaluate
from rules.engine.build import Closure, Frame, constant
from rules.engine.open import own
from rules.engine.open.builder import UNBOUND, Builder, OpenMake, slot_node
from rules.engine.open.overloads import OPERATIONS, overload, tag
from rules.engine.open.values import PLAIN, Tagged, bare, kind, whole
from rules.engine.values import NO_OVERLOAD, Gap, Value, gap_in


class Overloads:
    """The overloads of the operation at one place of a tree."""

    __slots__ = ("_build", "_made", "_node", "slots")

    def __init__(self, build: Builder, node: Node) -> None:
        self._build = build
        self._node = node
        self.slots = tuple(build.slots.take() for _ in node.parts)
        self._made: dict[str, Closure] = {}

    def __call__(self, frame: Frame, values: Sequence[Value]) -> Value:
        """What the overload for these values gives; error DL801 if there is none."""
        gap = gap_in(values)
        if gap is not None:
            return gap
        kinds = tuple([kind(value) for value in values])
        name = overload(self._node.op, kinds)
        return NO_OVERLOAD if name is None else self.run(frame, name, values)

    def run(self, frame: Frame, name: str, values: Sequence[Value]) -> Value:
        """What one overload gives."""
        for slot, value in zip(self.slots, values, strict=True):
            frame[slot] = bare(value)
        return self.closure(name)(frame)

    def closure(self, name: str) -> Closure:
        """One overload, over the slots of the operands."""
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> Closure:
        pairs = zip(self._node.parts, self.slots, strict=True)
        operands = tuple(
            part if _is_constant(part) else slot_node(part, slot) for part, slot in pairs
        )
        make = own.MAKERS.get(name) or evaluate.MAKERS[name]
        closure, to = make(self._build, Node(name, self._node.place, operands)), tag(name)
        return closure if to is None else _tagged(closure, to)


def _is_constant(node: Node) -> bool:
    return node.op == "value" or (node.op == "list" and all(p.op == "value" for p in node.parts))


def _tagged(closure: Closure, to: str) -> Closure:
    def run(frame: Frame) -> Value:
        value = closure(frame)
        return value if value.__class__ is Gap else Tagged(to, value)

    return run


def _operation(build: Builder, node: Node) -> Closure:
    if len(node.parts) == 2:
        return _of_two(build, node)
    parts = tuple(build.part(part) for part in node.parts)
    overloads = Overloads(build, node)

    def run(frame: Frame) -> Value:
        return overloads(frame, [part(frame) for part in parts])

    return run


def _of_two(build: Builder, node: Node) -> Closure:
    """Two values whose classes tell their kinds are quick: no gap, nothing to look up twice."""
    left, right = (build.part(part) for part in node.parts)
    overloads = Overloads(build, node)
    one_slot, other_slot = overloads.slots
    quick: dict[tuple[type, type], Closure] = {}

    def run(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        classes = (one.__class__, other.__class__)
        if classes in quick:
            frame[one_slot], frame[other_slot] = one, other
            return quick[classes](frame)
        if classes[0] in PLAIN and classes[1] in PLAIN:
            name = overload(node.op, (kind(one), kind(other)))
            if name is not None:
                quick[classes] = overloads.closure(name)
        return overloads(frame, (one, other))

    return run


def _index(build: Builder, node: Node) -> Closure:
    of, at = (build.part(part) for part in node.parts)
    overloads = Overloads(build, node)

    def run(frame: Frame) -> Value:
        return overloads(frame, (whole(of(frame)), at(frame)))

    return run


def needs_now(make: OpenMake) -> OpenMake:
    """The maker of what asks for the time; without an instant there is none to ask for."""
    return lambda build, node: make(build, node) if build.has_now else constant(UNBOUND)


MAKERS: dict[str, OpenMake] = {
    **dict.fromkeys(OPERATIONS, _operation),
    "age": needs_now(_operation),
    "index": _index,
}
