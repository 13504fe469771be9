"""On which computers are X-rays protected, and why and since when are they not on the others?

Protected is only what a report that is not overdue proves: every disk that can hold images is
encrypted. What is unknown, silent, paused, accepted or never reported is not, and says so. That a
rule lets a pause pass for a day does not make the disk protected meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case as When_
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable

from controller.findings.models import RuleState, Shield
from controller.fleet import queries as fleet
from controller.fleet.models import FactsNow, Machine
from controller.tenants.scope import Place
from rules.facts.form import instant
from rules.verdict import Verdict

RULE = "volumes-encrypted"
"""The rule that an owner's first question is about: can a thief read the X-rays?"""
_MOST = 200
_WORDS = {
    "suspended": "encryption is paused",
    "converting": "encryption is not finished",
    "unprotected": "a disk is not encrypted",
}
_ELSE = {
    Verdict.FAIL: "a disk is not encrypted as it should be",
    Verdict.ERROR: "its disks could not be judged",
    Verdict.UNKNOWN: "it is not known whether its disks are encrypted",
    Verdict.NOT_APPLICABLE: "no disk of it was judged",
}
_ORDER = ("fail", "silent", "error", "unknown", "waiting", "waived")


class Disk(NamedTuple):
    """A disk that failed: its word of protection, and since when it is so, if it says."""

    protection: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the disks of one computer; `verdict` is empty where none was given.

    `seen` are its failing disks, `is_paused` says whether any disk is paused now, `until` is the
    end of a waiver that holds.
    """

    id: UUID
    host: str
    verdict: str
    since: datetime | None
    heard_at: datetime | None
    is_silent: bool
    seen: tuple[Disk, ...] = ()
    is_paused: bool = False
    until: datetime | None = None

    @property
    def is_protected(self) -> bool:
        """Is it proven, now?"""
        is_heard = self.heard_at is not None and not self.is_silent
        return is_heard and self.verdict == Verdict.PASS and not self.is_paused


@dataclass(frozen=True, slots=True)
class Case:
    """A computer on which X-rays are not protected: why, since when, and as what it is shown.

    `also` is what was so when a silent one was heard last. `is_first_report`: nothing says since
    when it is so, and `since` is the first report that showed it.
    """

    id: UUID
    host: str
    state: str
    why: str
    since: datetime | None
    until: datetime | None = None
    also: str = ""
    is_first_report: bool = False


@dataclass(frozen=True, slots=True)
class Protection:
    """On how many of how many computers, and those on which not; the first few of them."""

    protected: int
    machines: int
    cases: tuple[Case, ...]

    @property
    def more(self) -> int:
        """On how many more than are named."""
        return self.machines - self.protected - len(self.cases)

    @property
    def is_whole(self) -> bool:
        """On every one, of one at least?"""
        return 0 < self.machines == self.protected


def told(of: Iterable[Known], protected: int, machines: int) -> Protection:
    """The answer of what is known of those that are not plainly proven.

    `protected`: on how many the rule passes by reports that are not overdue, paused ones too.
    """
    listed = list(of)
    paused = sum(_would_pass(one) and one.is_paused for one in listed)
    cases = sorted((_case(one) for one in listed if not one.is_protected), key=_urgency)
    return Protection(max(protected - paused, 0), machines, tuple(cases))


def of_clinic(place: Place, rule_no: int, now: datetime) -> list[Known]:
    """What is known of the approved computers that are not plainly proven; one query."""
    return [known(one, now) for one in rows(place, rule_no, now)]


def _would_pass(one: Known) -> bool:
    return one.verdict == Verdict.PASS and one.heard_at is not None and not one.is_silent


def _case(one: Known) -> Case:
    if one.heard_at is None:
        return Case(one.id, one.host, "waiting", "it has not reported yet", None)
    if one.is_silent:
        last = _because(one) if one.verdict != Verdict.PASS or one.is_paused else "protected"
        also = f"when last heard: {last}"
        return Case(one.id, one.host, "silent", "silent", one.heard_at, also=also)
    if one.until is not None and one.verdict == Verdict.FAIL:
        since, is_first = _began(one)
        return Case(one.id, one.host, "waived", _because(one), since, one.until, "", is_first)
    is_fail = one.verdict == Verdict.FAIL or one.is_paused
    state = "fail" if is_fail else "error" if one.verdict == Verdict.ERROR else "unknown"
    since, is_first = _began(one)
    return Case(one.id, one.host, state, _because(one), since, is_first_report=is_first)


def _began(one: Known) -> tuple[datetime | None, bool]:
    """Since when, and whether that is only the first report that showed it.

    A pause that the rule lets pass began when nobody can say from here.
    """
    if _would_pass(one):
        return None, False
    worst = _worst(one)
    began = min(
        (disk.since for disk in one.seen if disk.since and disk.protection == worst), default=None
    )
    return (began, False) if began else (one.since, True)


def _worst(one: Known) -> str:
    """The word of protection that a sentence is about; empty if its failing disks showed none."""
    words = {disk.protection for disk in one.seen}
    return next((word for word in _WORDS if word in words), "")


def _because(one: Known) -> str:
    seen = _WORDS.get(_worst(one), "")
    if one.is_paused and not seen:
        return _WORDS["suspended"]
    is_fail = one.verdict == Verdict.FAIL
    return seen if is_fail and seen else _ELSE.get(one.verdict, "its disks were not judged")  # type: ignore[call-overload]


def _urgency(one: Case) -> tuple[int, str]:
    return (_ORDER.index(one.state), one.host)


def rows(place: Place, rule_no: int, now: datetime, **beside: Combinable) -> QuerySet[Machine]:
    """The computers of which `known` tells, for whoever asks for something `beside` each.

    The columns of that stand in the same query.
    """
    whole = Place(place.org)
    state = RuleState.objects.at(whole).filter(machine_id=OuterRef("pk"), rule_no=rule_no)
    shield = Shield.objects.at(whole).filter(
        machine_id=OuterRef("pk"), rule_no=rule_no, since_at__lte=now, until_at__gt=now
    )
    paused = FactsNow.objects.at(whole).filter(
        machine_id=OuterRef("pk"), document__volumes__value__icontains='"suspended"'
    )
    found = fleet.approved(place).annotate(
        verdict=Subquery(state.values("verdict")[:1]),
        since=Subquery(state.values("observed_since")[:1]),
        evidence=Subquery(state.values("evidence")[:1]),
        until=Subquery(shield.order_by("-until_at").values("until_at")[:1]),
        is_paused=Exists(paused),
        **beside,
    )
    plain = Q(verdict=Verdict.PASS, is_paused=False, reported_at__isnull=False)
    # Paused ones first: they are what is taken off the count.
    first = When_(When(is_paused=True, then=Value(0)), default=Value(1))
    lacking = found.exclude(plain & ~fleet.silent(now))
    return lacking.order_by(first, "-worst", "host", "id")[:_MOST]


def known(row: Any, now: datetime) -> Known:  # noqa: ANN401 - a machine with annotations
    """What one of the `rows` says of its computer."""
    return Known(
        id=row.pk,
        host=row.host,
        verdict=row.verdict or "",
        since=row.since,
        heard_at=row.reported_at,
        is_silent=fleet.is_silent(row, now),
        seen=tuple(_seen((row.evidence or {}).get("items", ()))),
        is_paused=bool(row.is_paused),
        until=row.until,
    )


def _seen(items: Sequence[dict[str, Any]]) -> Iterable[Disk]:
    for item in items:
        seen = item.get("seen", {})
        word, since = seen.get("volume.protection"), seen.get("volume.state_since")
        if item.get("verdict") == Verdict.FAIL and isinstance(word, str):
            yield Disk(word, _time(since))


def _time(value: object) -> datetime | None:
    """A time that a machine sent, if it is one."""
    try:
        return instant(value) if isinstance(value, str) else None
    except ValueError:
        return None
