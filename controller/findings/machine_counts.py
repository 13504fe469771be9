"""What do the rows of machines add up to, clinic by clinic? One query of two arms.

The machines that count, by clinic alone, as an index has them in order; and by which rules they
are judged and how many wait for a person, from an index that holds all of it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from controller.fleet.models import Machine, MachineState
from controller.fleet.queries import LIVE, approved, silent
from controller.fleet.silence import LOST
from controller.tenants.scope import Place

RANKS = {"critical": 4, "high": 3, "medium": 2, "low": 1}
"""The ranks of a machine's worst failure, as columns."""
_SUMS = ("n_pass", "n_fail", "n_error", "n_unknown", "n_na", "n_findings")
_COLUMNS = (
    *("clinic", "policy", "version", "machines", "approved", "heard"),
    *("silent", "lost", "waiting", "stale"),
    *RANKS,
    *(f"sum_{name}" for name in _SUMS),
    "oldest",
)


def rows(place: Place, now: datetime) -> Iterator[dict[str, Any]]:
    """Counts to be added up by `clinic`; `heard` are approved machines judged by one `policy`."""
    for row in _counted(place, now).union(_by_policy(place), all=True):
        yield dict(zip(_COLUMNS, row, strict=True))


def _counted(place: Place, now: datetime) -> QuerySet[Machine, tuple[Any, ...]]:
    overdue = silent(now)
    found = approved(place).order_by().values(clinic_key=F("clinic_id"))
    return found.annotate(
        machines=Count("clinic_id"),
        silent=Count("clinic_id", filter=overdue),
        lost=Count("clinic_id", filter=overdue & Q(seen_at__lte=now - LOST)),
        waiting=Count("clinic_id", filter=Q(reported_at__isnull=True)),
        stale=_sum("n_pass", overdue),
        **{word: Count("clinic_id", filter=Q(worst=rank)) for word, rank in RANKS.items()},
        **{f"sum_{name}": _sum(name) for name in _SUMS},
        oldest=Min("seen_at"),
    ).values_list(
        *("clinic_key", Value(""), Value(""), "machines", F("machines"), Value(0)),
        *("silent", "lost", "waiting", "stale", *RANKS),
        *(f"sum_{name}" for name in _SUMS),
        "oldest",
    )


def _by_policy(place: Place) -> QuerySet[Machine, tuple[Any, ...]]:
    grouped = Machine.objects.at(place).filter(state__in=LIVE).order_by()
    found = grouped.values("state", "policy_state", "pack_version", "clinic_id")
    is_counted = Q(state=MachineState.ACTIVE)
    nothing = (Value(0) for _ in range(4 + len(RANKS) + len(_SUMS)))
    return found.annotate(
        waits=Count("clinic_id", filter=~is_counted),
        heard=Count("clinic_id", filter=is_counted & ~Q(policy_state="")),
    ).values_list(
        *("clinic_id", "policy_state", "pack_version", "waits", Value(0), "heard"),
        *nothing,
        Value(None, output_field=DateTimeField()),
    )


def _sum(column: str, where: Q | None = None) -> Coalesce:
    return Coalesce(Sum(column, filter=where), Value(0))
