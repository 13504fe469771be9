"""Which failures are accepted now, by a waiver that has not ended?

The one place that asks. A waived failure stays a failure; it is counted apart. What is not known
is not accepted: of a silent machine no failure is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, Max, OuterRef, QuerySet, Value, When

from controller.findings.models import RuleState, Shield
from controller.fleet.models import MachineState
from controller.fleet.queries import unheard
from controller.policy.models import Rule
from controller.policy.rulebook import RANKS, UNKNOWN_RANK
from controller.tenants.scope import Place
from rules.verdict import Verdict


def _now(place: Place, now: datetime) -> QuerySet[Shield]:
    """One row a failure that a waiver accepts at this moment; of silent machines none."""
    holding = Shield.objects.at(place).filter(since_at__lte=now, until_at__gt=now)
    return holding.exclude(machine__in=unheard(place, now)).order_by()


def _counted(place: Place, now: datetime) -> QuerySet[Shield]:
    return _now(place, now).filter(machine__state=MachineState.ACTIVE)


def counted(place: Place, now: datetime) -> Counter[tuple[UUID, int]]:
    """By clinic and rule, on how many approved machines its failure is accepted."""
    rows = _counted(place, now).values("clinic_id", "rule_no").annotate(n=Count("machine_id"))
    return Counter({(row["clinic_id"], row["rule_no"]): row["n"] for row in rows})


def by_clinic(held: Counter[tuple[UUID, int]]) -> Counter[UUID]:
    """The same by clinic alone."""
    found: Counter[UUID] = Counter()
    for (clinic, _), n in held.items():
        found[clinic] += n
    return found


def by_rule(held: Counter[tuple[UUID, int]]) -> Counter[int]:
    """The same by rule alone."""
    found: Counter[int] = Counter()
    for (_, rule_no), n in held.items():
        found[rule_no] += n
    return found


def by_machine(place: Place, machines: Iterable[UUID], now: datetime) -> Counter[UUID]:
    """How many failures are accepted on each of these machines."""
    found = _now(place, now).filter(machine_id__in=list(machines))
    rows = found.values("machine_id").annotate(n=Count("rule_no"))
    return Counter({row["machine_id"]: row["n"] for row in rows})


def machines(place: Place, now: datetime) -> QuerySet[Shield, UUID]:
    """The approved machines on which something is accepted, for a condition of a query."""
    return _counted(place, now).values_list("machine_id", flat=True)


def without(states: QuerySet[RuleState], place: Place, now: datetime) -> QuerySet[RuleState]:
    """These states without the failures that are accepted."""
    held = _now(place, now).filter(machine_id=OuterRef("machine_id"), rule_no=OuterRef("rule_no"))
    return states.exclude(Exists(held))


def worst(place: Place, now: datetime) -> dict[UUID, Counter[int]]:
    """By clinic, how many machines on which something is accepted have which worst open failure."""
    failing = RuleState.objects.at(Place(place.org)).filter(
        machine_id__in=machines(place, now), verdict=Verdict.FAIL
    )
    rows = without(failing, place, now).order_by().values("clinic_id", "machine_id")
    found: dict[UUID, Counter[int]] = {}
    for row in rows.annotate(worst=Max(_rank(place))):
        found.setdefault(row["clinic_id"], Counter())[row["worst"]] += 1
    return found


def _rank(place: Place) -> Case:
    """How severe a failure is, by the rule's number."""
    numbers: dict[int, list[int]] = {}
    for no, severity in Rule.objects.at(place).values_list("rule_no", "severity"):
        numbers.setdefault(RANKS.get(severity, UNKNOWN_RANK), []).append(no)
    whens = [When(rule_no__in=nos, then=Value(rank)) for rank, nos in sorted(numbers.items())]
    return Case(*whens, default=Value(0), output_field=IntegerField())
