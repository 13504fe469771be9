"""On how many machines was one rule not proven, day by day, in a clinic or in all of them?

For the line of ninety days on a rule's page. All clinics of an org together have a row of their
own a day, summed when theirs are written: a page reads ninety rows, however many clinics there are.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from controller.findings.day_models import WHOLE, RuleDay
from controller.findings.scores import Tally
from controller.tenants.scope import Place

OVER_EVERYWHERE = timedelta(hours=12)
"""So long after its end in UTC a day is over in every zone of the earth (UTC-12)."""
_DAY = timedelta(days=1)
_PARTS = ("failing", "error", "unknown", "stale", "proven")


@dataclass(frozen=True, slots=True)
class Day:
    """How a rule stood at the end of a day: machines that failed, and that it judged at all."""

    day: date
    failing: int
    error: int
    unknown: int
    stale: int
    proven: int

    @property
    def not_proven(self) -> int:
        """Failing, in error, unknown, or silent."""
        return self.failing + self.error + self.unknown + self.stale

    @property
    def judged(self) -> int:
        """All to which it applied."""
        return self.not_proven + self.proven


def trend(place: Place, rule_no: int, now: datetime, kept: timedelta) -> list[Day]:
    """The days of a rule, the oldest first; days that nothing is known of are left out. A query.

    Of several clinics a day is told once it is over in every zone.
    """
    rows = RuleDay.objects.at(place).filter(day__gte=(now - kept).date())
    if place.clinics is None:
        rows = rows.filter(clinic_id=WHOLE)
    if place.clinics is None or len(place.clinics) > 1:
        rows = rows.filter(day__lte=(now - _DAY - OVER_EVERYWHERE).date())
    found: dict[date, list[int]] = {}
    for day, counts in rows.order_by("day").values_list("day", f"rules__{_key(rule_no)}"):
        if counts is not None:
            before = found.get(day, [0] * len(_PARTS))
            found[day] = [one + other for one, other in zip(before, counts, strict=True)]
    return [Day(day, *counts) for day, counts in found.items()]


def write(org: UUID, clinic: UUID, day: date, rules: Mapping[int, Tally]) -> None:
    """Write how the rules stood in a clinic at the end of a day."""
    counts = {
        _key(number): [getattr(one, part) for part in _PARTS]
        for number, one in rules.items()
        if one.checks
    }
    RuleDay(org_id=org, clinic_id=clinic, day=day, rules=counts).save(force_insert=True)


def sum_up(org: UUID, day: date) -> None:
    """Write what all clinics of an org come to on a day, anew."""
    rows = RuleDay.objects.at(Place(org)).filter(day=day)
    whole: dict[str, Counter[int]] = {}
    for rules in rows.exclude(clinic_id=WHOLE).values_list("rules", flat=True):
        for key, counts in rules.items():
            whole.setdefault(key, Counter()).update(dict(enumerate(counts)))
    summed = {key: [one[n] for n in range(len(_PARTS))] for key, one in whole.items()}
    with transaction.atomic():
        rows.filter(clinic_id=WHOLE).delete()
        RuleDay(org_id=org, clinic_id=WHOLE, day=day, rules=summed).save(force_insert=True)


def drop(org: UUID, before: date) -> None:
    """Forget what no page shows any more."""
    RuleDay.objects.at(Place(org)).filter(day__lt=before).delete()


def forget(place: Place) -> None:
    """Forget the days of a place; what all come to is summed again when they are written."""
    RuleDay.objects.at(place).delete()


def _key(rule_no: int) -> str:
    # With a letter, because a path of digits means the place in an array to SQLite.
    return f"r{rule_no}"
