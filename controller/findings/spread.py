"""Where is one rule not proven, clinic by clinic, since when, and on which machines first?

From the states that do not pass, by their index: it costs by what is wrong, not by how many
machines there are. What is accepted until a day is counted apart and is no open failure.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from controller.findings import accepted
from controller.findings.models import RuleState
from controller.findings.queries import Named, unproven
from controller.tenants.scope import Place
from rules.verdict import Verdict

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Inside:
    """How a rule stands in a clinic: machines in each state that is not proven.

    Of its open failures `today` became known within 24 hours, `week` within seven days, and the
    oldest at `oldest_at`; None where none is open. `zone` is where the clinic's days begin.
    """

    clinic: UUID
    slug: str
    name: str
    zone: str
    failing: int
    error: int
    unknown: int
    today: int
    week: int
    oldest_at: datetime | None

    @property
    def open(self) -> int:
        """On how many machines it is not proven."""
        return self.failing + self.error + self.unknown


def by_clinic(place: Place, rule_no: int, now: datetime) -> list[Inside]:
    """The clinics in which a rule is not proven, most failures first; one query."""
    fails = Q(verdict=Verdict.FAIL)
    rows = (
        _open(place, rule_no, now)
        .order_by()
        .values("clinic_id", "clinic__slug", "clinic__name", "clinic__time_zone")
        .annotate(
            failing=Count("machine_id", filter=fails),
            error=Count("machine_id", filter=Q(verdict=Verdict.ERROR)),
            unknown=Count("machine_id", filter=Q(verdict=Verdict.UNKNOWN)),
            today=Count("machine_id", filter=fails & Q(known_since__gt=now - _DAY)),
            week=Count("machine_id", filter=fails & Q(known_since__gt=now - _WEEK)),
            oldest=Min("known_since", filter=fails),
        )
        .order_by("-failing", "-error", "-unknown", "clinic__name", "clinic_id")
    )
    return [Inside(*row.values()) for row in rows]


def first_of(
    place: Place, rule_no: int, now: datetime, clinics: Collection[UUID], most: int
) -> dict[UUID, list[Named]]:
    """By clinic, the first machines on which it fails, by name; one query."""
    failing = _open(place, rule_no, now).filter(clinic_id__in=clinics, verdict=Verdict.FAIL)
    nth = Window(RowNumber(), [F("clinic_id")], [F("machine__host"), F("machine_id")])
    rows = failing.annotate(nth=nth).filter(nth__lte=most).order_by("clinic_id", "nth")
    found: dict[UUID, list[Named]] = {}
    columns = ("clinic_id", "machine_id", "machine__host")
    for clinic, machine, host in rows.values_list(*columns):
        named = Named(rule_no, Verdict.FAIL, machine, host)
        found.setdefault(clinic, []).append(named)
    return found


def _open(place: Place, rule_no: int, now: datetime) -> QuerySet[RuleState]:
    return accepted.without(unproven(place).filter(rule_no=rule_no), place, now)
