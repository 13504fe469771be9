"""What do `==`, `!=`, `in` and `distinct` give, when a list may hold values of any kind?

In a list whose items are all of the needle's kind the operation of rules looks (`in.string`).
"""

from collections.abc import Callable
from functools import partial

from rules.compiled.tree import Node
from rules.engine.build import BUDGET, Closure, Frame
from rules.engine.open.builder import Builder, OpenMake
from rules.engine.open.operations import Overloads
from rules.engine.open.same import COMPARED, Same
from rules.engine.open.values import KEYS, kind
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value, gap_in, in_logic

_UNIFORM = KEYS | {"double"}
_QUICK = frozenset({bool, int, float, str})
"""Two of one such class are asked by the operation of rules: `eq.string`, `ne.int`."""


def _equal(wanted: bool) -> OpenMake:  # noqa: FBT001 - which of the two operators
    def make(build: Builder, node: Node) -> Closure:
        left, right = (build.part(part) for part in node.parts)
        overloads, same = Overloads(build, node), Same(build, node)

        def run(frame: Frame) -> Value:
            one, other = values = left(frame), right(frame)
            if one.__class__ is other.__class__ and one.__class__ in _QUICK:
                return overloads.run(frame, f"{node.op}.{kind(one)}", values)
            found = same(frame, one, other)
            return found if found.__class__ is Gap else found is wanted

        return run

    return make


def _in(build: Builder, node: Node) -> Closure:
    needle, among = (build.part(part) for part in node.parts)
    overloads, same, uniform = Overloads(build, node), Same(build, node), _Uniform()

    def run(frame: Frame) -> Value:
        one, items = values = needle(frame), among(frame)
        if one.__class__ is Gap or not isinstance(items, Listing):
            return overloads(frame, values)
        of = uniform(items)
        if of is not None and kind(one) == of:
            return overloads.run(frame, f"in.{of}", values)
        frame[BUDGET].spend(COMPARED * len(items.items))
        return _found(items, partial(same, frame, one))

    return run


class _Uniform:
    """The one plain kind that all items of a list have; a loop asks it of one list many times."""

    __slots__ = ("_kind", "_of")

    def __init__(self) -> None:
        self._of: Listing | None = None
        self._kind: str | None = None

    def __call__(self, among: Listing) -> str | None:
        if among is not self._of:
            kinds = {None if item.__class__ is Gap else kind(item) for item in among.items}
            of = kinds.pop() if len(kinds) == 1 else None
            self._of, self._kind = among, of if of in _UNIFORM else None
        return self._kind


def _found(among: Listing, same: Callable[[Value], Value]) -> Value:
    gap: Gap | None = among.missing
    for item in among.items:
        found = same(item)
        if found is True:
            return True
        if found.__class__ is Gap:
            gap = found if gap is None else in_logic(gap, found)
    return False if gap is None else gap


def _distinct(build: Builder, node: Node) -> Closure:
    of = build.part(node.args[0])
    overloads, same, uniform = Overloads(build, node), Same(build, node), _Uniform()

    def run(frame: Frame) -> Value:
        among = of(frame)
        if not isinstance(among, Listing):
            return among if among.__class__ is Gap else NO_OVERLOAD
        gap = gap_in(among.items)
        if gap is not None:
            return gap
        item = uniform(among)
        if item is not None:
            return overloads.run(frame, f"distinct.{item}", (among,))
        return _each_once(frame, among, same)

    return run


def _each_once(frame: Frame, among: Listing, same: Same) -> Value:
    kept: list[Value] = []
    for item in among.items:
        frame[BUDGET].spend(COMPARED * (1 + len(kept)))
        found = _found(Listing(tuple(kept)), partial(same, frame, item))
        if found.__class__ is Gap:
            return found
        if found is False:
            kept.append(item)
    return Listing(tuple(kept), among.missing)


MAKERS: dict[str, OpenMake] = {
    "eq": _equal(wanted=True),
    "ne": _equal(wanted=False),
    "in": _in,
    "distinct": _distinct,
}
