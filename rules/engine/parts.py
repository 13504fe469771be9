"""How do clauses become the verdict of one part of a rule?

| part | fails | passes | otherwise |
|---|---|---|---|
| a `must` entry | leaf false | leaf true | the leaf's unknown or error |
| `every`: `not where or each_must` | an item false | all true, one surely selected | `_every` |
| `no` | `where` true of an item | false of all, list whole | error before unknown |
| `some` | list whole, fewer than `at_least` can hold | `at_least` hold | error before unknown |

A proven failure is a failure whatever else is unknown; an item that may be selected can hold back
a pass, and never proves a failure.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rules.compiled.rule import Quantifier
from rules.engine.build import BUDGET, Frame
from rules.engine.program import Leaf, Walk
from rules.engine.result import ORDER
from rules.engine.values import NO_OVERLOAD, Gap, Listing, Value, gap_in, in_logic
from rules.verdict import Verdict


class Mark(NamedTuple):
    """One thing that did not pass: an item by its number, or a clause about the machine."""

    verdict: Verdict
    why: str | None
    item: int | None
    clause: int


class Part:
    """What one part of a rule came to: its marks, and its items by verdict."""

    __slots__ = ("counts", "marks", "verdict", "why")

    def __init__(
        self, verdict: Verdict = Verdict.PASS, why: str | None = None, marks: Sequence[Mark] = ()
    ) -> None:
        self.verdict = verdict
        self.why = why
        self.marks = list(marks)
        self.counts = dict.fromkeys(ORDER, 0)


def of_gap(gap: Gap) -> Verdict:
    """A broken evaluation is an error, an unread fact unknown."""
    return Verdict.ERROR if gap.is_error else Verdict.UNKNOWN


def judged(value: Value) -> tuple[Verdict, str | None]:
    """The verdict of a leaf's value, and its code."""
    if value is True:
        return Verdict.PASS, None
    if value is False:
        return Verdict.FAIL, None
    gap = value if value.__class__ is Gap else NO_OVERLOAD
    return of_gap(gap), gap.code


def machine(leaf: Leaf, clause: int, frame: Frame) -> Part:
    """A clause about the machine as a whole."""
    verdict, why = judged(leaf.run(frame))
    marks = [] if verdict is Verdict.PASS else [Mark(verdict, why, None, clause)]
    return Part(verdict, why, marks)


def items(walk: Walk, frame: Frame) -> Part:
    """The clauses about the items of a list."""
    listing = walk.items.run(frame)
    if not isinstance(listing, Listing):
        verdict, why = judged(listing)
        return Part(verdict, why, [Mark(verdict, why, None, walk.first_clause)])
    part = _QUANTIFIERS[walk.over.quantifier](walk, listing, frame)
    if listing.missing is not None and part.verdict not in (Verdict.PASS, Verdict.FAIL):
        gap = listing.missing
        part.marks.append(Mark(of_gap(gap), gap.code, None, walk.first_clause))
    return part


def _every(walk: Walk, listing: Listing, frame: Frame) -> Part:
    """Nothing selected is `if_none`; nothing surely selected can pass only if that is a pass."""
    part, sure, passed, skipped = Part(), False, 0, 0
    gaps: list[Gap] = []
    perhaps: Gap | None = None
    met = walk.met.closure
    for number, selected in _selected(walk, listing, frame):
        if selected is False:
            skipped += 1
            continue
        holds = met(frame)
        if holds is True:
            passed += 1
        else:
            _note(part, gaps, number, implied(selected, holds))
        if selected is True:
            sure = True
        else:
            perhaps = in_logic(selected if perhaps is None else perhaps, selected)
    part.counts |= {Verdict.PASS: passed, Verdict.NOT_APPLICABLE: skipped}
    if _decide(part, gaps, listing) or sure:
        return part
    part.verdict = walk.over.if_none or Verdict.UNKNOWN
    if perhaps is not None and part.verdict is not Verdict.PASS:
        part.verdict, part.why = judged(perhaps)
    return part


def _no(walk: Walk, listing: Listing, frame: Frame) -> Part:
    part = Part()
    gaps: list[Gap] = []
    for number, selected in _selected(walk, listing, frame):
        if selected is False:
            part.counts[Verdict.PASS] += 1
        else:
            _note(part, gaps, number, False if selected is True else selected)
    _decide(part, gaps, listing)
    return part


def _some(walk: Walk, listing: Listing, frame: Frame) -> Part:
    part = Part()
    gaps: list[Gap] = []
    for number, selected in _selected(walk, listing, frame):
        if selected is True:
            part.counts[Verdict.PASS] += 1
        elif selected is False:
            part.counts[Verdict.NOT_APPLICABLE] += 1
        else:
            _note(part, gaps, number, selected)
    found, wanted = part.counts[Verdict.PASS], walk.over.at_least
    if found >= wanted:
        part.marks.clear()
    elif listing.missing is None and found + len(gaps) < wanted:
        part.verdict = Verdict.FAIL
        part.marks = [Mark(Verdict.FAIL, None, None, walk.first_clause)]
    else:
        _decide(part, gaps, listing)
    return part


def _selected(walk: Walk, listing: Listing, frame: Frame) -> Iterator[tuple[int, Value]]:
    """Each item in its slot, by number, with what `where` says of it."""
    spend, slot, where = frame[BUDGET].spend, walk.slot, walk.where.closure
    cost = walk.where.cost + walk.met.cost + 1
    for number, item in enumerate(listing.items):
        spend(cost)
        frame[slot] = item
        yield number, where(frame)


def implied(selected: Value, holds: Value) -> Value:
    """`not selected or holds`, where `selected` is not false and `holds` is not true."""
    return False if selected is True and holds is False else in_logic(selected, holds)


def _note(part: Part, gaps: list[Gap], number: int, value: Value) -> None:
    """Count and mark an item that did not pass."""
    verdict, why = judged(value)
    part.counts[verdict] += 1
    part.marks.append(Mark(verdict, why, number, 0))
    if verdict is not Verdict.FAIL:
        gaps.append(value if value.__class__ is Gap else NO_OVERLOAD)


def _decide(part: Part, gaps: list[Gap], listing: Listing) -> bool:
    """Fail on a failed item, else error before unknown; False if nothing speaks against a pass."""
    if part.counts[Verdict.FAIL]:
        part.verdict = Verdict.FAIL
        return True
    gap = gap_in((*gaps, listing.missing))
    if gap is None:
        return False
    part.verdict, part.why = judged(gap)
    return True


_QUANTIFIERS = {Quantifier.EVERY: _every, Quantifier.NO: _no, Quantifier.SOME: _some}
