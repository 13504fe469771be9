"""What do the operations on lists give, when a list may have more items than were read?

An incomplete list proves less than a whole one: `in` can be true and never false; `distinct` and
`+` hand the mark on; `size`, an index and `==` are unknown.
"""

import operator

from rules.compiled import limits
from rules.compiled.operations import SCALARS
from rules.compiled.tree import Node
from rules.engine.budget import check_made
from rules.engine.build import BUDGET, Build, Closure, Frame, Make, literal_of
from rules.engine.fold import fold
from rules.engine.values import (
    NO_OVERLOAD,
    NO_SUCH_INDEX,
    Gap,
    Listing,
    Value,
    gap_in,
    in_logic,
    strict,
)


def _whole(value: Value) -> Listing | Gap:
    """A list that is complete, or why it is none."""
    if not isinstance(value, Listing):
        return value if isinstance(value, Gap) else NO_OVERLOAD
    return value if value.missing is None else value.missing


# --- membership ---------------------------------------------------------------------------------


def _in(*, folds: bool) -> Make:
    def make(build: Build, node: Node) -> Closure:
        needle, items = build.part(node.args[0]), build.part(node.args[1])
        known = None if folds else _known(node.args[1])
        if known is not None:
            return _in_known(needle, known)

        def run(frame: Frame) -> Value:
            one, among = needle(frame), items(frame)
            if one.__class__ is Gap or among.__class__ is Gap:
                return strict(one, among)
            if among.__class__ is not Listing:
                return NO_OVERLOAD
            return _contains(frame, one, among, folds=folds)

        return run

    return make


def _known(node: Node) -> frozenset[Value] | None:
    """The members of a list that stands in the rule itself; made once, when a pack is loaded."""
    if node.op != "list" or any(part.op != "value" for part in node.parts):
        return None
    return Listing(tuple(literal_of(part) for part in node.parts)).members(folds=False)


def _in_known(needle: Closure, members: frozenset[Value]) -> Closure:
    """Is it one of these words? Their number is part of the cost of the leaf already."""

    def run(frame: Frame) -> Value:
        one = needle(frame)
        if one in members:
            return True
        return one if one.__class__ is Gap else False

    return run


def _contains(frame: Frame, one: Value, among: Listing, *, folds: bool) -> Value:
    members = among.members(folds=folds)
    if folds or members is None:
        frame[BUDGET].spend(_length(among, folds=folds) + _length_of(one))
    wanted = fold(one) if folds else one
    if members is None:
        return _looked_for(wanted, among, folds=folds)
    if wanted in members:
        return True
    return False if among.missing is None else among.missing


def _looked_for(one: Value, among: Listing, *, folds: bool) -> Value:
    """One look at each item, where there is no set: some are holes, or doubles."""
    gap: Gap | None = among.missing
    for item in among.items:
        if item.__class__ is Gap:
            gap = in_logic(gap, item) if gap is None or gap.is_error else gap
        elif (fold(item) if folds else item) == one:
            return True
    return False if gap is None else gap


# --- size, index, equality, joining -------------------------------------------------------------


def _size(build: Build, node: Node) -> Closure:
    of = build.part(node.args[0])

    def run(frame: Frame) -> Value:
        whole = _whole(of(frame))
        return len(whole.items) if isinstance(whole, Listing) else whole

    return run


def _index(build: Build, node: Node) -> Closure:
    of, index = build.part(node.args[0]), build.part(node.args[1])

    def run(frame: Frame) -> Value:
        whole, at = _whole(of(frame)), index(frame)
        if whole.__class__ is Gap or at.__class__ is Gap:
            return strict(whole, at)
        if at.__class__ is not int or not isinstance(whole, Listing):
            return NO_OVERLOAD
        return whole.items[at] if 0 <= at < len(whole.items) else NO_SUCH_INDEX

    return run


def _equal(*, wanted: bool, folds: bool = False) -> Make:
    def make(build: Build, node: Node) -> Closure:
        left, right = build.part(node.args[0]), build.part(node.args[1])

        def run(frame: Frame) -> Value:
            raw = left(frame), right(frame)
            if None in raw and not any(value.__class__ is Gap for value in raw):
                return (raw[0] is raw[1]) is wanted
            one, other = _whole(raw[0]), _whole(raw[1])
            if not isinstance(one, Listing) or not isinstance(other, Listing):
                return strict(one, other)
            frame[BUDGET].spend(_length(one, folds=folds) + _length(other, folds=folds))
            gap = gap_in(one.items + other.items)
            return _same(one, other, folds=folds) is wanted if gap is None else gap

        return run

    return make


def _length(among: Listing, *, folds: bool) -> int:
    """What it costs to read every item; caseless text is read to its end."""
    return sum(map(_length_of, among.items)) if folds else len(among.items)


def _length_of(item: Value) -> int:
    return len(item) if item.__class__ is str else 1


def _same(one: Listing, other: Listing, *, folds: bool) -> bool:
    """Item for item: tuples would take a NaN for equal to itself."""
    if len(one.items) != len(other.items):
        return False
    if folds:
        return all(map(operator.eq, map(fold, one.items), map(fold, other.items)))
    return all(map(operator.eq, one.items, other.items))


def _add(build: Build, node: Node) -> Closure:
    left, right = build.part(node.args[0]), build.part(node.args[1])

    def run(frame: Frame) -> Value:
        one, other = left(frame), right(frame)
        if one.__class__ is Gap or other.__class__ is Gap:
            return strict(one, other)
        if one.__class__ is not Listing or other.__class__ is not Listing:
            return NO_OVERLOAD
        length = len(one.items) + len(other.items)
        check_made(length, limits.ITEMS)
        frame[BUDGET].spend(length)
        return Listing(one.items + other.items, gap_in((one.missing, other.missing)))

    return run


def _distinct(*, folds: bool) -> Make:
    def make(build: Build, node: Node) -> Closure:
        of = build.part(node.args[0])

        def run(frame: Frame) -> Value:
            among = of(frame)
            if among.__class__ is not Listing:
                return among if among.__class__ is Gap else NO_OVERLOAD
            frame[BUDGET].spend(_length(among, folds=folds))
            gap = gap_in(among.items)
            if gap is not None:
                return gap
            kept: dict[Value, Value] = {}
            for item in among.items:
                kept.setdefault(fold(item) if folds else item, item)
            return Listing(tuple(kept.values()), among.missing)

        return run

    return make


MAKERS: dict[str, Make] = {
    **{f"in.{kind}": _in(folds=kind == "caseless") for kind in SCALARS},
    **{f"distinct.{kind}": _distinct(folds=kind == "caseless") for kind in SCALARS},
    "size.list": _size,
    "index": _index,
    "eq.list": _equal(wanted=True),
    "ne.list": _equal(wanted=False),
    "eq.list_caseless": _equal(wanted=True, folds=True),
    "ne.list_caseless": _equal(wanted=False, folds=True),
    "add.list": _add,
}
