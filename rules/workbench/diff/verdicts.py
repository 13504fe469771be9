"""Which verdicts would be others under the newer pack, on facts that were recorded?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rules.compiled.rule import Pack
from rules.engine.judge import judge
from rules.facts.base import Reading
from rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """A verdict on one machine by the packs before and after; None where a rule is not there."""

    facts: str
    rule: str
    before: Verdict | None
    after: Verdict | None


def moved(
    facts: str, readings: Mapping[str, Reading], before: Pack, after: Pack
) -> Iterator[Moved]:
    """The verdicts that differ, by rule; each pack judges by its own params.

    The facts are judged at the instant of the newest of them.
    """
    now = max(reading.observed_at for reading in readings.values())
    old, new = (
        {result.rule: result.verdict for result in judge(pack, readings, now)}
        for pack in (before, after)
    )
    for rule in sorted({*old, *new}):
        if old.get(rule) is not new.get(rule):
            yield Moved(facts, rule, old.get(rule), new.get(rule))
