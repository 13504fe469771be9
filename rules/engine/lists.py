"""What do the functions on lists give, when a list may have more items than were read?

An incomplete list proves less than a whole one: `all` can be false and never true, `exists` and
`in` can be true and never false; `filter`, `map`, `distinct` and `+` hand the mark on; `size`, an
index, `==` and `exists_one` are unknown.
"""

from collections.abc import Callable, Iterator

from rules.compiled import limits
from rules.compiled.operations import SCALARS
from rules.compiled.tree import Node, size
from rules.engine.budget import check_made
from rules.engine.build import BUDGET, Build, Closure, Frame, Make, literal_of
from rules.engine.operators import fold
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
        known = _known(node.args[1])
        if known is not None and not folds:
            return _in_known(needle, known)

        def run(frame: Frame) -> Value:
            one, among = needle(frame), items(frame)
            if one.__class__ is Gap or among.__class__ is Gap:
                return strict(one, among)
            if among.__class__ is not Listing:
                return NO_OVERLOAD
            frame[BUDGET].spend(len(among.items))
            return _contains(one, among, folds=folds)

        return run

    return make


def _known(node: Node) -> frozenset[Value] | None:
    """The members of a list that stands in the rule itself."""
    if node.op != "list" or any(part.op != "value" for part in node.parts):
        return None
    return Listing(tuple(literal_of(part) for part in node.parts)).members


def _in_known(needle: Closure, members: frozenset[Value]) -> Closure:
    """Is it one of these words? Their number is part of the cost of the leaf already."""

    def run(frame: Frame) -> Value:
        one = needle(frame)
        if one in members:
            return True
        return one if one.__class__ is Gap else False

    return run


def _contains(one: Value, among: Listing, *, folds: bool) -> Value:
    if among.members is not None and not folds:
        return True if one in among.members else _unless_missing(among)
    wanted = fold(one) if folds else one
    gap: Gap | None = among.missing
    for item in among.items:
        if item.__class__ is Gap:
            gap = item if gap is None else in_logic(gap, item)
        elif (fold(item) if folds else item) == wanted:
            return True
    return False if gap is None else gap


def _unless_missing(among: Listing) -> Value:
    return False if among.missing is None else among.missing


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


def _equal(wanted: bool) -> Make:  # noqa: FBT001 - which of the two operators
    def make(build: Build, node: Node) -> Closure:
        left, right = build.part(node.args[0]), build.part(node.args[1])

        def run(frame: Frame) -> Value:
            raw = left(frame), right(frame)
            if None in raw and not any(value.__class__ is Gap for value in raw):
                return (raw[0] is raw[1]) is wanted
            one, other = _whole(raw[0]), _whole(raw[1])
            if not isinstance(one, Listing) or not isinstance(other, Listing):
                return strict(one, other)
            frame[BUDGET].spend(len(one.items) + len(other.items))
            gap = gap_in(one.items + other.items)
            return (one.items == other.items) is wanted if gap is None else gap

        return run

    return make


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
        return Listing(
            one.items + other.items, other.missing if one.missing is None else one.missing
        )

    return run


def _distinct(*, folds: bool) -> Make:
    def make(build: Build, node: Node) -> Closure:
        of = build.part(node.args[0])

        def run(frame: Frame) -> Value:
            among = of(frame)
            if among.__class__ is not Listing:
                return among if among.__class__ is Gap else NO_OVERLOAD
            frame[BUDGET].spend(len(among.items))
            gap = gap_in(among.items)
            if gap is not None:
                return gap
            kept: dict[Value, Value] = {}
            for item in among.items:
                kept.setdefault(fold(item) if folds else item, item)
            return Listing(tuple(kept.values()), among.missing)

        return run

    return make


# --- loops --------------------------------------------------------------------------------------

_Loop = Callable[[Listing, Iterator[Value]], Value]
"""Makes the result of a loop from its list and what its body gives for each item."""


def _loop(finish: _Loop) -> Make:
    def make(build: Build, node: Node) -> Closure:
        of = build.part(node.args[0])
        slot, body = build.body(node.args[1], node.args[2])
        cost = 1 + size(node.args[2])

        def run(frame: Frame) -> Value:
            among = of(frame)
            if among.__class__ is not Listing:
                return among if among.__class__ is Gap else NO_OVERLOAD
            return finish(among, _each(frame, among.items, slot, body, cost))

        return run

    return make


def _each(
    frame: Frame, items: tuple[Value, ...], slot: int, body: Closure, cost: int
) -> Iterator[Value]:
    budget = frame[BUDGET]
    for item in items:
        budget.spend(cost)
        frame[slot] = item
        yield body(frame)


def _decided(by: bool) -> _Loop:  # noqa: FBT001 - the value that decides at once
    def finish(among: Listing, results: Iterator[Value]) -> Value:
        open_still: list[Value] = []
        for result in results:
            if result is by:
                return by
            if result is not (not by):
                open_still = [_open(result, open_still)]
        if among.missing is not None:
            open_still = [_open(among.missing, open_still)]
        return open_still[0] if open_still else not by

    return finish


def _open(result: Value, before: list[Value]) -> Gap:
    return in_logic(before[0] if before else result, result)


def _truth(result: Value) -> Value:
    return result if result.__class__ in (bool, Gap) else NO_OVERLOAD


def _exists_one(among: Listing, results: Iterator[Value]) -> Value:
    found = [_truth(result) for result in results]
    gap = gap_in((*found, among.missing))
    return found.count(True) == 1 if gap is None else gap


def _filter(among: Listing, results: Iterator[Value]) -> Value:
    chosen = [_truth(result) for result in results]
    gap = gap_in(chosen)
    if gap is not None:
        return gap
    kept = tuple(item for item, keep in zip(among.items, chosen, strict=True) if keep)
    return Listing(kept, among.missing)


def _map(among: Listing, results: Iterator[Value]) -> Value:
    made = tuple(results)
    gap = gap_in(made)
    return Listing(made, among.missing) if gap is None else gap


MAKERS: dict[str, Make] = {
    **{f"in.{kind}": _in(folds=kind == "caseless") for kind in SCALARS},
    **{f"distinct.{kind}": _distinct(folds=kind == "caseless") for kind in SCALARS},
    "size.list": _size,
    "index": _index,
    "eq.list": _equal(wanted=True),
    "ne.list": _equal(wanted=False),
    "add.list": _add,
    "all": _loop(_decided(by=False)),
    "exists": _loop(_decided(by=True)),
    "exists_one": _loop(_exists_one),
    "filter": _loop(_filter),
    "map": _loop(_map),
}
