"""How do all clinics of an org stand, worst first, and what has changed?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.findings.scores import Tally
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
    rows = sorted(
        (Row(clinic, standings.get(clinic.id)) for clinic in clinics(where.place)),
        key=lambda row: row.rank,
    )
    rules = policy.described(where.place)
    content = {
        "rows": rows,
        "machines": sum(one.machines for one in standings.values()),
        "reporting": sum(one.reporting for one in standings.values()),
        "silent": sum(one.silent for one in standings.values()),
        "waiting": sum(one.waiting for one in standings.values()),
        "urgent": sum(one.urgent for one in standings.values()),
        "tally": sum((one.tally for one in standings.values()), Tally()),
        "failed": _most_failed(where.place, rules),
        "changes": changes(where.place, now - _RECENT, rules),
    }
    return show(request, "pages/fleet.html", where, content)


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
