"""Which failures are accepted now, by a waiver that has not ended?

The one place that asks. A waived failure stays a failure; it is counted apart. What is not known
is not accepted: of a silent machine no failure is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from controller.findings.models import RuleState, Shield
from controller.fleet.models import MachineState
from controller.fleet.queries import unheard
from controller.policy.queries import Numbered
from controller.policy.rulebook import RANKS, UNKNOWN_RANK
from controller.tenants.scope import Place
from rules.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Accepting:
    """An approved machine on which `n` failures are accepted.

    `kept` is the rank of its worst failure as intake keeps it, `left` of the worst that is not
    accepted; 0 for none.
    """

    clinic: UUID
    n: int
    kept: int
    left: int


def holding(place: Place, now: datetime) -> QuerySet[Shield]:
    """One row a failure that a waiver accepts at this moment; of silent machines none."""
    found = Shield.objects.at(place).filter(since_at__lte=now, until_at__gt=now)
    return found.exclude(machine__in=unheard(place, now)).order_by()


def counted(place: Place, now: datetime) -> QuerySet[Shield]:
    """The same of the machines that count: those that are approved."""
    return holding(place, now).filter(machine__state=MachineState.ACTIVE)


def machines(place: Place, now: datetime, rules: Mapping[int, Numbered]) -> list[Accepting]:
    """Every machine of a place on which something is accepted; one query, `rules` by number."""
    return [Accepting(*row) for row in rows(place, now, rules)]


def rows(
    place: Place, now: datetime, rules: Mapping[int, Numbered]
) -> QuerySet[RuleState, tuple[UUID, int, int, int]]:
    """The same as a query of four columns, in the order of `Accepting`."""
    ids = counted(place, now).values("machine_id")
    failing = RuleState.objects.at(Place(place.org)).filter(
        machine_id__in=ids, verdict=Verdict.FAIL
    )
    held = _of_state(place, now)
    return (
        failing.order_by()
        .values("machine_id", "clinic_id")
        .annotate(
            at=F("clinic_id"),
            n=Count("rule_no", filter=Exists(held)),
            kept=Max("machine__worst"),
            left=Coalesce(Max(_rank(rules), filter=~Exists(held)), Value(0)),
        )
        .values_list("at", "n", "kept", "left")
    )


def on_each(place: Place, now: datetime) -> Coalesce:
    """How many failures are accepted on a machine, for a query of machines."""
    here = holding(place, now).filter(machine_id=OuterRef("pk")).values("machine_id")
    return Coalesce(Subquery(here.annotate(n=Count("rule_no")).values("n")), Value(0))


def without(states: QuerySet[RuleState], place: Place, now: datetime) -> QuerySet[RuleState]:
    """These states without the failures that are accepted."""
    return states.exclude(Exists(_of_state(place, now)))


def _of_state(place: Place, now: datetime) -> QuerySet[Shield]:
    same = {"machine_id": OuterRef("machine_id"), "rule_no": OuterRef("rule_no")}
    return holding(place, now).filter(**same)


def by_clinic(held: Iterable[Accepting]) -> dict[UUID, list[Accepting]]:
    """The same by clinic."""
    found: dict[UUID, list[Accepting]] = {}
    for one in held:
        found.setdefault(one.clinic, []).append(one)
    return found


def _rank(rules: Mapping[int, Numbered]) -> Case:
    """How severe a failure is, by the rule's number."""
    numbers: dict[int, list[int]] = {}
    for no, rule in rules.items():
        numbers.setdefault(RANKS.get(rule.severity, UNKNOWN_RANK), []).append(no)
    whens = [When(rule_no__in=nos, then=Value(rank)) for rank, nos in sorted(numbers.items())]
    return Case(*whens, default=Value(0), output_field=IntegerField())
