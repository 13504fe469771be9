"""Which failures does a practice accept? An overlay: no verdict is made here, and none is changed.

- Judged by the clock that is given, the controller's: that of a machine can be turned back.
- A waiver without `items` accepts the failure of its rule as a whole. One with `items` accepts
  those that its leaves hold of, by what left the machine; what is not known is not accepted, nor
  is anything of a list that is not whole.
- A result is waived if each item that did not pass is accepted by some waiver, until the first of
  them ends. A failed clause about the whole machine is accepted by a waiver without `items` alone.
- A waiver that is over, that matches nothing, or whose rule is gone is a finding.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rules.compiled import instants
from rules.compiled.assignment import Assignment
from rules.compiled.rule import Pack, Rule
from rules.compiled.waiver import Waiver
from rules.engine.accept import acceptor
from rules.facts.base import Reading
from rules.verdict import Verdict


class ItemLike(Protocol):
    """One entry of what did not pass, as the engine or a report lists it."""

    @property
    def item(self) -> str | None:
        """The name that it goes by; None for the machine, or where no name may leave."""


class ResultLike(Protocol):
    """The verdict of one rule, as the engine gives it or a report holds it."""

    @property
    def rule(self) -> str:
        """The id of the rule."""

    @property
    def verdict(self) -> Verdict:
        """Its verdict."""

    @property
    def n(self) -> tuple[int, int, int, int, int]:
        """The items by verdict: pass, fail, error, unknown, not-applicable."""

    @property
    def items(self) -> Sequence[ItemLike]:
        """What did not pass, at most 20 entries."""

    @property
    def left_out(self) -> int:
        """How many items and clauses that did not pass have no entry."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One machine: where it stands, what its rules said, and the facts as they left it."""

    machine: Assignment
    results: Sequence[ResultLike]
    readings: Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Shield:
    """What waivers say beside one failure.

    `items` names for each entry of the result the waiver that accepts it; `until` is the instant
    up to which the whole failure is accepted, None if it is not.
    """

    machine: Assignment
    rule: str
    items: tuple[str | None, ...]
    until: int | None

    @property
    def is_waived(self) -> bool:
        """Is the failure accepted as a whole? It stays a failure."""
        return self.until is not None


class Kind(StrEnum):
    """What is the matter with a waiver."""

    ENDED = "ended"
    UNMATCHED = "unmatched"
    ORPHANED = "orphaned"


@dataclass(frozen=True, slots=True)
class Finding:
    """A waiver that somebody should look at, and why."""

    waiver: Waiver
    kind: Kind
    because: str


@dataclass(frozen=True, slots=True)
class Overlay:
    """All failures with what waivers say of them, and the waivers that say nothing."""

    shields: tuple[Shield, ...]
    findings: tuple[Finding, ...]


def overlay(
    waivers: Sequence[Waiver], packs: Sequence[Pack], machines: Iterable[Judged], now: datetime
) -> Overlay:
    """Lay waivers over results; `now` is aware, and the clock of who asks."""
    laying = _Laying(instants.of_datetime(now), _by_id(packs), tuple(waivers))
    shields = tuple(shield for judged in machines for shield in laying.shields(judged))
    return Overlay(shields, tuple(laying.findings()))


def _by_id(packs: Iterable[Pack]) -> dict[str, Rule]:
    """Each rule by its id, and by the ids whose history it carries on."""
    rules = [rule for pack in packs for rule in pack.rules]
    heirs = {old: rule for rule in rules for old in rule.replaces}
    return heirs | {rule.id: rule for rule in rules}


class _Laying:
    """Lays waivers over one machine after the other, and remembers which of them were of use."""

    def __init__(self, at: int, rules: Mapping[str, Rule], waivers: Sequence[Waiver]) -> None:
        self._at = at
        self._rules = rules
        self._waivers = waivers
        self._holding = [one for one in waivers if one.state(at) == "holds" and one.rule in rules]
        self._reached: set[str] = set()
        self._failing: set[str] = set()
        self._used: set[str] = set()

    def shields(self, judged: Judged) -> Iterator[Shield]:
        """What waivers say of each failure of a machine."""
        mine = [one for one in self._holding if one.match.fits(judged.machine)]
        self._reached.update(one.id for one in mine)
        for result in judged.results:
            if result.verdict is Verdict.FAIL:
                asked = [one for one in mine if self._rules[one.rule].id == result.rule]
                self._failing.update(one.id for one in asked)
                yield self._shield(judged, result, asked)

    def _shield(self, judged: Judged, result: ResultLike, asked: Sequence[Waiver]) -> Shield:
        whole = [one for one in asked if not one.items]
        by_item = [self._accepting(judged, entry.item, asked) for entry in result.items]
        chosen = [_last(whole + found) for found in by_item]
        self._used.update(one.id for one in (*chosen, *whole) if one is not None)
        until = None
        if whole:
            until = _end(whole)
        elif _is_all_listed(result):
            ends = [None if one is None else one.grant.until for one in chosen]
            until = min(end for end in ends if end is not None) if None not in ends else None
        ids = tuple(one.id if one is not None else None for one in chosen)
        return Shield(judged.machine, result.rule, ids, until)

    def _accepting(self, judged: Judged, item: str | None, asked: Sequence[Waiver]) -> list[Waiver]:
        """The waivers with `items` that accept an item; nothing accepts what has no name."""
        found = []
        for one in asked:
            over = self._rules[one.rule].over
            if item is not None and one.items and over is not None:
                accepts = acceptor(one, over, judged.readings, self._at)
                found += [one] if accepts(item) else []
        return found

    def findings(self) -> Iterator[Finding]:
        """Waivers that are over, match nothing, or are left without a rule."""
        for one in self._waivers:
            state = one.state(self._at)
            if one.rule not in self._rules:
                yield Finding(one, Kind.ORPHANED, f"there is no rule {one.rule} any more")
            elif state == "ended":
                ended = instants.write_timestamp(one.grant.until or 0)
                yield Finding(one, Kind.ENDED, f"it ended at {ended}")
            elif state == "holds" and one.id not in self._used:
                yield Finding(one, Kind.UNMATCHED, self._unused(one))

    def _unused(self, waiver: Waiver) -> str:
        if waiver.id not in self._reached:
            return f"no machine is {waiver.match}"
        if waiver.id not in self._failing:
            return f"{self._rules[waiver.rule].id} fails nowhere there"
        return "no item that fails is as it says"


def _is_all_listed(result: ResultLike) -> bool:
    """Has each item and clause that did not pass an entry, and each item a name of its own?"""
    names = {entry.item for entry in result.items}
    is_whole = not result.left_out and None not in names
    return is_whole and 0 < sum(result.n[1:4]) <= len(names)


def _last(waivers: Sequence[Waiver]) -> Waiver | None:
    """The one that holds longest; of several the first by its id."""
    return min(waivers, key=lambda one: (-(one.grant.until or 0), one.id), default=None)


def _end(waivers: Sequence[Waiver]) -> int:
    return max(one.grant.until or 0 for one in waivers)
