"""What stands in a paper: a clinic's controls at the end of a period, and what happened in it?

Where the period ends now, controls stand as on their page; where it ended before, as they were
known at its end. What was not known then is not told as if it had been.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controller.controls import standing
from controller.controls.catalogue import Catalogue, catalogue
from controller.controls.metrics import index as metrics
from controller.controls.metrics.base import Figure
from controller.controls.parts import SAID, Part, Shown
from controller.exports.paper import answers, past
from controller.exports.paper.past import Failures, Stay
from controller.exports.paper.profiles import Profile
from controller.paperwork import lists, queries
from controller.paperwork.registers import incidents
from controller.policy import waivers
from controller.policy.models import Waiver
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

_GOOD = ("pass", "attested", "waived", "not-applicable")


@dataclass(frozen=True, slots=True)
class Ordered:
    """Of which clinic, from when to when, for whom, and when it is made."""

    clinic: Clinic
    profile: Profile
    since: datetime
    until: datetime
    now: datetime

    @property
    def place(self) -> Place:
        """The clinic alone."""
        return Place(self.clinic.org_id).clinic(self.clinic.id)

    @property
    def is_now(self) -> bool:
        """Does the period end as the paper is made?"""
        return self.until >= self.now


@dataclass(frozen=True, slots=True)
class Row:
    """A control, its parts with what each rule did in the period, and its gaps in words."""

    shown: Shown
    parts: tuple[tuple[Part, Failures | None], ...]
    gaps: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Is something to be done, or not known?"""
        return self.shown.state not in _GOOD and bool(self.shown.parts)


@dataclass(frozen=True, slots=True)
class Paper:
    """All of it; a section that a profile does not show is not asked for."""

    ordered: Ordered
    catalogue: Catalogue
    rows: tuple[Row, ...]
    summary: tuple[tuple[str, int], ...]
    uncovered: int
    stays: tuple[Stay, ...]
    figures: tuple[Figure, ...]
    answers: tuple[answers.Answer, ...]
    waivers: tuple[tuple[Waiver, str], ...]
    incidents: tuple[dict[str, Any], ...]

    @property
    def whole(self) -> int:
        """How many machines were heard without a break."""
        return sum(one.is_whole for one in self.stays)


def of_clinic(ordered: Ordered) -> Paper:
    """The paper of a clinic."""
    shown = _shown(ordered)
    failed = past.failures(ordered.place, ordered.since, ordered.until)
    states = Counter(row.said for row in shown)
    wanted = ordered.profile.sections
    return Paper(
        ordered=ordered,
        catalogue=catalogue(),
        rows=tuple(_row(one, failed) for one in shown),
        summary=tuple((state, states[state]) for state in SAID if states[state]),
        uncovered=states[""],
        stays=tuple(past.stays(ordered.place, ordered.since, ordered.until)),
        figures=tuple(metrics.of_clinic(ordered.clinic, ordered.now))
        if "figures" in wanted
        else (),
        answers=tuple(answers.answers(shown)) if "answers" in wanted else (),
        waivers=_waivers(ordered) if "waivers" in wanted else (),
        incidents=_incidents(ordered) if "incidents" in wanted else (),
    )


def _shown(ordered: Ordered) -> list[Shown]:
    if ordered.is_now:
        return standing.of_clinic(ordered.clinic, ordered.now)
    return standing.as_of(ordered.clinic, ordered.until, ordered.now)


def _row(one: Shown, failed: dict[int, Failures]) -> Row:
    parts = tuple((part, failed.get(part.rule_no or 0)) for part in one.parts)
    return Row(one, parts, tuple(_gaps(one)))


def _gaps(one: Shown) -> list[str]:
    """What is missing from the evidence: not known, not stated, not covered."""
    lacking = ("unknown", "error", "stale", "expired")
    found = [f"{part.name}: {part.words}" for part in one.parts if part.state in lacking]
    if one.control.not_covered:
        found.append(f"Not covered: {one.control.not_covered}")
    return found or ([] if one.parts else ["Nothing here looks at it."])


def _waivers(ordered: Ordered) -> tuple[tuple[Waiver, str], ...]:
    """Those that were asked for before its end and could hold in it, and how each stood then."""
    rows = waivers.waivers(ordered.place).filter(
        requested_at__lt=ordered.until, until_at__gt=ordered.since
    )
    return tuple((one, str(waivers.standing(one, ordered.until))) for one in rows)


def _incidents(ordered: Ordered) -> tuple[dict[str, Any], ...]:
    """What stands in the register of incidents, and whom to tell by when."""
    rows = lists.newest(ordered.place, "incidents")
    day = queries.today(ordered.clinic, ordered.now).day
    told = [
        {
            "data": row.data,
            "clock": [(word, last, row.data.get(field)) for field, word, last in _clock(row.data)],
            "marks": incidents.REGISTER.marks(row.data, day),
        }
        for row in rows
        if not row.is_struck
    ]
    return tuple(sorted(told, key=lambda one: str(one["data"].get("discovered_on")), reverse=True))


def _clock(values: dict[str, Any]) -> tuple[tuple[str, str, Any], ...]:
    return incidents.clock(values)
