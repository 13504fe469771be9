"""Which failures are accepted now, by a waiver that has not ended?

The one place that asks. A waived failure stays a failure; it is counted apart. What is not known
is not accepted: of a silent machine no failure is.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from controller.findings.models import Shield
from controller.fleet.models import MachineState
from controller.fleet.queries import unheard
from controller.tenants.scope import Place


def _now(place: Place, now: datetime) -> QuerySet[Shield]:
    """One row a failure that a waiver accepts at this moment; of silent machines none."""
    holding = Shield.objects.at(place).filter(since_at__lte=now, until_at__gt=now)
    return holding.exclude(machine__in=unheard(place, now)).order_by()


def _counted(place: Place, now: datetime) -> QuerySet[Shield]:
    return _now(place, now).filter(machine__state=MachineState.ACTIVE)


def by_clinic(place: Place, now: datetime) -> Counter[UUID]:
    """How many failures are accepted in each clinic, of machines that are approved."""
    rows = _counted(place, now).values("clinic_id").annotate(n=Count("machine_id"))
    return Counter({row["clinic_id"]: row["n"] for row in rows})


def by_rule(place: Place, now: datetime) -> Counter[int]:
    """On how many approved machines the failure of each rule is accepted."""
    rows = _counted(place, now).values("rule_no").annotate(n=Count("machine_id"))
    return Counter({row["rule_no"]: row["n"] for row in rows})


def by_machine(place: Place, machines: Iterable[UUID], now: datetime) -> Counter[UUID]:
    """How many failures are accepted on each of these machines."""
    found = _now(place, now).filter(machine_id__in=list(machines))
    rows = found.values("machine_id").annotate(n=Count("rule_no"))
    return Counter({row["machine_id"]: row["n"] for row in rows})
