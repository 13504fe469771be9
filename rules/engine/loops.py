"""What do `all`, `exists`, `exists_one`, `filter` and `map` give?

`all` is `and` over the items, `exists` is `or`; the others are strict: a body that is a gap for
one item is a gap for the whole.

An incomplete list proves less than a whole one: `all` can be false and never true, `exists` true
and never false; `filter` and `map` hand the mark on; `exists_one` is unknown.
"""

from collections.abc import Callable, Iterator

from rules.compiled.tree import Node, size
from rules.engine.build import BUDGET, Build, Closure, Frame, Make
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value, gap_in, in_logic

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
        gap: Gap | None = None
        for result in results:
            if result is by:
                return by
            if result is not (not by):
                gap = in_logic(gap, result)
        if among.missing is not None:
            gap = in_logic(gap, among.missing)
        return not by if gap is None else gap

    return finish


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
    "all": _loop(_decided(by=False)),
    "exists": _loop(_decided(by=True)),
    "exists_one": _loop(_exists_one),
    "filter": _loop(_filter),
    "map": _loop(_map),
}
