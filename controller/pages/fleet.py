"""How do all clinics of an org stand, worst first, and what has changed?"""

from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.pages.changes import changes
from controller.pages.frame import enter, show
from controller.policy import queries as policy
from controller.tenants.queries import clinics
from controller.tenants.scope import Place
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_RECENT = timedelta(hours=24)
_MOST_FAILED = 5
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A clinic and how it stands; no standing while it has no machine."""

    clinic: "Clinic"
    standing: Standing | None

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Heaviest open failure first, then by how many machines have one, then by name."""
        if self.standing is None:
            return (1, 0, 0, self.clinic.name)
        return (
            -self.standing.worst,
            -self.standing.urgent,
            -self.standing.silent,
            self.clinic.name,
        )


@dataclass(frozen=True, slots=True)
class Failed:
    """A rule that fails somewhere, on how many of the machines that it judged."""

    rule: policy.Described
    failing: int
    judged: int


@require_safe
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The fleet."""
    where = enter(request, org)
    now = timezone.now()
    standings = {one.clinic: one for one in findings.standings(where.place, now)}
    rows, last = _clinics(where.place, standings, request.GET.get("after"))
    rules = policy.described(where.place)
    content = {
        "rows": rows,
        "last": last,
        "whole": reduce(add, standings.values()) if standings else None,
        "policies": findings.policies(standings.values()),
        "failed": _most_failed(where.place, rules),
        "changes": changes(where.place, now - _RECENT, rules),
    }
    return show(request, "pages/fleet.html", where, content)


def _clinics(
    place: Place, standings: dict[UUID, Standing], after: str | None
) -> tuple[list[Row], str | None]:
    """Fifty clinics from a place in the list on, and the last one's name if there are more."""
    rows = sorted(
        (Row(clinic, standings.get(clinic.id)) for clinic in clinics(place)),
        key=lambda row: row.rank,
    )
    if after is not None:
        names = [row.clinic.slug for row in rows]
        if after not in names:
            raise Http404("there is no such page of the list")
        rows = rows[names.index(after) + 1 :]
    return rows[:_AT_ONCE], (rows[_AT_ONCE - 1].clinic.slug if len(rows) > _AT_ONCE else None)


def _most_failed(place: Place, rules: dict[int, policy.Described]) -> list[Failed]:
    return [
        Failed(
            rule=rules[row["rule_no"]],
            failing=row[Verdict.FAIL],
            judged=sum(row[one] for one in Verdict if one is not Verdict.NOT_APPLICABLE),
        )
        for row in findings.by_rule(place)
        if row[Verdict.FAIL] and row["rule_no"] in rules
    ][:_MOST_FAILED]
