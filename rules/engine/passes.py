"""What did the clauses that hold look at? For people who ask why a rule passes.

Judging keeps nothing of what passes; here it is looked at once more, for a few items.
"""

from collections.abc import Iterator
from datetime import datetime

from rules.compiled import instants
from rules.compiled.rule import Quantifier, Rule
from rules.engine.budget import Budget
from rules.engine.build import Frame
from rules.engine.program import Program, Walk, program
from rules.engine.result import ItemResult
from rules.engine.seen import item_form, name_of, seen
from rules.engine.snapshot import Snapshot
from rules.engine.terms import Terms
from rules.engine.values import Listing
from rules.verdict import Verdict


def is_asked(rule: Rule, snapshot: Snapshot, now: datetime, terms: Terms) -> bool:
    """Does `when` hold, so that clauses are asked at all?"""
    ready = program(rule)
    frame = ready.frame(snapshot, instants.of_datetime(now), terms.params, Budget(_still))
    return ready.when is None or ready.when.run(frame) is True


def passing(
    rule: Rule, snapshot: Snapshot, now: datetime, terms: Terms, limit: int
) -> list[ItemResult]:
    """Entries of clauses that hold: of the machine, and of up to `limit` items that pass.

    An item of `some` is one that is counted; of `no` nothing is shown, for what it looked for is
    not there. OverBudgetError if it costs too much.
    """
    ready = program(rule)
    frame = ready.frame(snapshot, instants.of_datetime(now), terms.params, Budget(_still))
    holds = (leaf.run(frame) is True for leaf in ready.must)
    found = [
        ItemResult(None, clause, Verdict.PASS, None, seen(rule, clause, snapshot))
        for clause, is_true in enumerate(holds)
        if is_true
    ]
    walk = ready.walk
    if walk is None or walk.over.quantifier is Quantifier.NO:
        return found
    items = _items(ready, walk, frame, snapshot)
    return [*found, *(entry for _, entry in zip(range(limit), items, strict=False))]


def _items(ready: Program, walk: Walk, frame: Frame, snapshot: Snapshot) -> Iterator[ItemResult]:
    listing = walk.items.run(frame)
    for number, item in enumerate(listing.items if isinstance(listing, Listing) else ()):
        frame[walk.slot] = item
        if walk.where.run(frame) is not True or walk.met.run(frame) is not True:
            continue
        form = item_form(walk.over, snapshot, number)
        values: dict[str, object] = {}
        for clause in range(walk.first_clause, len(ready.rule.clauses)):
            values |= seen(ready.rule, clause, snapshot, form)
        name = name_of(walk.over, form, number)
        yield ItemResult(name, walk.first_clause, Verdict.PASS, None, values)


def _still() -> int:
    """Nobody waits for this but the one who asked: its steps are counted."""
    return 0
