"""Which items did not pass, in which clause, and what was seen of them?

At most 20 entries, the worst first; the rest is counted. A clause of `each_must` is listed if it
came to what its item came to.
"""

from collections.abc import Iterator, Sequence

from rules.compiled import limits
from rules.compiled.canonical import Json
from rules.engine.build import Frame
from rules.engine.parts import Mark, implied, judged
from rules.engine.program import Program, Walk
from rules.engine.result import ItemResult
from rules.engine.seen import item_form, name_of, seen
from rules.engine.snapshot import Snapshot
from rules.engine.told import told
from rules.engine.values import Listing
from rules.verdict import Verdict


def listed(
    program: Program, frame: Frame, snapshot: Snapshot, marks: Sequence[Mark]
) -> tuple[tuple[ItemResult, ...], int]:
    """The entries of what did not pass, and how many items and clauses were left out."""
    entries: list[ItemResult] = []
    for number, mark in enumerate(marks):
        more = list(_entries(program, frame, snapshot, mark))
        if len(entries) + len(more) > limits.ITEMS_LISTED:
            return tuple(entries), len(marks) - number
        entries.extend(more)
    return tuple(entries), 0


def _entries(
    program: Program, frame: Frame, snapshot: Snapshot, mark: Mark
) -> Iterator[ItemResult]:
    if mark.item is None or program.walk is None:
        values = seen(program.rule, mark.clause, snapshot)
        words = told(program, frame, mark.clause)
        yield ItemResult(None, mark.clause, mark.verdict, mark.why, values, words)
        return
    over = program.walk.over
    form = item_form(over, snapshot, mark.item)
    name = name_of(over, form, mark.item)
    for clause, verdict, why, where in _clauses(program.walk, frame, mark):
        values = seen(program.rule, clause, snapshot, form, where=where)
        words = told(program, frame, clause)
        yield ItemResult(name, clause, verdict, why, values, words)


def _clauses(
    walk: Walk, frame: Frame, mark: Mark
) -> Iterator[tuple[int, Verdict, str | None, bool]]:
    """The clauses that made an item what it came to; with `where`, if that was not sure."""
    selected = _select(walk, frame, mark.item or 0)
    if not walk.clauses:
        yield walk.first_clause, mark.verdict, mark.why, True
        return
    for number, leaf in enumerate(walk.clauses, walk.first_clause):
        holds = leaf.run(frame)
        if holds is True:
            continue
        verdict, why = judged(implied(selected, holds))
        if verdict is mark.verdict:
            yield number, verdict, why, selected is not True


def _select(walk: Walk, frame: Frame, number: int) -> Json:
    listing = walk.items.run(frame)
    frame[walk.slot] = listing.items[number] if isinstance(listing, Listing) else None
    return walk.where.run(frame)
