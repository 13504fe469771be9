"""What do the rules of a pack say of a machine?

- Facts, params and `now` are one frozen snapshot; no rule sees another's doing.
- A rule that costs too much, recurses too deep or meets a bug of ours is an error for that rule
  alone (DL806 to DL809), and the next one runs.
- Only what did not pass is looked at again, to say what was seen.
- A rule that a practice has switched off is not-applicable (`disabled`); one for which it has set
  what decides nothing is in error (DL602, DL603).
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from rules.compiled import instants
from rules.compiled.rule import Pack, Rule
from rules.engine import parts
from rules.engine.budget import Budget, OverBudgetError, Stopwatch
from rules.engine.build import Frame
from rules.engine.program import Program, program
from rules.engine.result import ORDER, ItemResult, Result
from rules.engine.snapshot import Snapshot
from rules.engine.terms import Terms, plain
from rules.facts.base import Reading, Why
from rules.verdict import Verdict, worst

ByRule = Mapping[str, Terms]
"""The terms of each rule for which something is set (rules.engine.tailor)."""

_OF_PACK: ByRule = MappingProxyType({})
_WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN)


def judge(
    pack: Pack,
    readings: Mapping[str, Reading],
    now: datetime,
    terms: ByRule = _OF_PACK,
    stopwatch: Stopwatch = time.monotonic_ns,
) -> tuple[Result, ...]:
    """One result for each rule of the pack, in its order.

    `now` is an aware datetime; a fact that is not in `readings` is unknown (`not_collected`). A
    rule that is not in `terms` is judged by the values of its pack.
    """
    snapshot = Snapshot(readings, now)
    return tuple(
        _guarded(rule, snapshot, terms.get(rule.id) or plain(rule), now, stopwatch)
        for rule in pack.rules
    )


class _Judged(NamedTuple):
    verdict: Verdict
    why: str | None = None
    counts: Mapping[Verdict, int] = MappingProxyType({})
    items: tuple[ItemResult, ...] = ()
    left_out: int = 0


def _guarded(
    rule: Rule,
    snapshot: Snapshot,
    terms: Terms,
    now: datetime,
    stopwatch: Stopwatch,
) -> Result:
    budget, began = Budget(stopwatch), stopwatch()
    try:
        judged = _settled(rule, terms)
        if judged is None:
            judged = _judge(rule, snapshot, terms, instants.of_datetime(now), budget)
    except OverBudgetError as over:
        judged = _Judged(Verdict.ERROR, over.code)
    except Exception:  # noqa: BLE001 - a bug or a full memory in one rule ends that rule alone
        judged = _Judged(Verdict.ERROR, "DL809")
    return Result(
        rule=rule.id,
        verdict=judged.verdict,
        why=judged.why,
        n=tuple(judged.counts.get(verdict, 0) for verdict in ORDER),  # type: ignore[arg-type]
        items=judged.items,
        left_out=judged.left_out,
        terms=terms,
        steps=budget.spent,
        ms=(stopwatch() - began) // 1_000_000,
    )


def _settled(rule: Rule, terms: Terms) -> _Judged | None:
    """What is said of a rule before any fact is looked at; None if facts decide."""
    if terms.broken is not None:
        return _Judged(Verdict.ERROR, terms.broken.code)
    if terms.disabled is not None:
        return _Judged(Verdict.NOT_APPLICABLE, str(Why.DISABLED))
    return None if rule.supported else _Judged(Verdict.UNKNOWN, str(Why.NOT_COLLECTED))


def _judge(rule: Rule, snapshot: Snapshot, terms: Terms, now: int, budget: Budget) -> _Judged:
    ready = program(rule)
    frame = ready.frame(snapshot, now, terms.params, budget)
    if ready.when is not None:
        applies = ready.when.run(frame)
        if applies is False:
            return _Judged(Verdict.NOT_APPLICABLE)
        if applies is not True:
            return _Judged(*parts.judged(applies))
    found = [parts.machine(leaf, clause, frame) for clause, leaf in enumerate(ready.must)]
    walked = parts.Part(Verdict.NOT_APPLICABLE)
    if ready.walk is not None:
        walked = parts.items(ready.walk, frame)
        found.append(walked)
    verdict = worst(part.verdict for part in found)
    why = next((part.why for part in found if part.verdict is verdict), None)
    marks = sorted((mark for part in found for mark in part.marks), key=_worst_first)
    listed, left_out = _looked_at(ready, frame, snapshot, marks) if marks else ((), 0)
    return _Judged(verdict, why, walked.counts, listed, left_out)


def _looked_at(
    ready: Program, frame: Frame, snapshot: Snapshot, marks: Sequence[parts.Mark]
) -> tuple[tuple[ItemResult, ...], int]:
    """What was seen of what did not pass, and how much is left out."""
    from rules.engine import details  # noqa: PLC0415 - on most machines most rules pass

    try:
        return details.listed(ready, frame, snapshot, marks)
    except OverBudgetError:  # what was proved stands, though nothing is left to tell it in full
        return (), len(marks)


def _worst_first(mark: parts.Mark) -> int:
    return _WORST_FIRST.index(mark.verdict)
