"""How do all clinics of an org stand, worst first, and what changed since one last looked?"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import counts, days, looks, turns
from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.findings.scores import Coverage
from controller.fleet import queries as fleet
from controller.fleet import silence
from controller.inventory import queries as inventory
from controller.pages.changes import changed
from controller.pages.frame import Where, enter, person, show
from controller.people.logoff import is_background
from controller.policy import queries as policy
from controller.policy import waivers
from controller.tenants.queries import clinics
from controller.tenants.scope import Place
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_YESTERDAY = timedelta(hours=24)
_MOST_FAILED = 5
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A clinic and how it stands; no standing while it has no machine.

    `worsened`: checks that began to fail since yesterday; `unreachable_at`: since when half of it
    is silent at once.
    """

    clinic: "Clinic"
    standing: Standing | None
    worsened: int = 0
    unreachable_at: datetime | None = None
    worst: "policy.Described | None" = None
    trend: tuple[tuple[date, int], ...] = ()

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Open critical first, then high, then what got worse since yesterday, then by name."""
        if self.standing is None:
            return (1, 0, 0, self.clinic.name)
        return (-self.standing.critical, -self.standing.high, -self.worsened, self.clinic.name)


@dataclass(frozen=True, slots=True)
class Failed:
    """A rule that fails somewhere, on how many machines."""

    rule: policy.Described
    failing: int


@require_safe
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The fleet."""
    where = enter(request, org)
    now = timezone.now()
    standings = {one.clinic: one for one in findings.standings(where.place, now)}
    rules = policy.described(where.place)
    rows, last = _clinics(where.place, standings, now, request.GET.get("after"))
    whole = reduce(add, standings.values()) if standings else None
    content = {
        "rows": _detailed(where.place, rows, rules),
        "last": last,
        "whole": whole,
        "coverage": _coverage(whole, inventory.without_agent(where.place).total()),
        "ending": waivers.ending(where.place, now),
        "policies": findings.policies(standings.values()),
        "failed": _most_failed(where.place, rules),
        "changed": changed(where.place, _since(request, where, now), rules),
    }
    return show(request, "pages/fleet.html", where, content)


def _since(request: HttpRequest, where: Where, now: datetime) -> datetime:
    """Since when this person has not looked; a page that refreshes itself is no look."""
    user = person(request).pk
    if is_background(request):
        return looks.since(where.place, user) or now - looks.FIRST
    return looks.look(where.place, user, now)


def _coverage(whole: Standing | None, without: int) -> Coverage | None:
    return Coverage(whole.reporting, whole.machines, whole.machines + without) if whole else None


def _clinics(
    place: Place, standings: dict[UUID, Standing], now: datetime, after: str | None
) -> tuple[list[Row], str | None]:
    """Fifty clinics from a place in the list on, and the last one's name if there are more."""
    worse, cut_off = turns.worsened(place, now - _YESTERDAY), _cut_off(place, standings, now)
    rows = sorted(
        (
            Row(one, standings.get(one.id), worse[one.id], cut_off.get(one.id))
            for one in clinics(place)
        ),
        key=lambda row: row.rank,
    )
    if after is not None:
        names = [row.clinic.slug for row in rows]
        if after not in names:
            raise Http404("there is no such page of the list")
        rows = rows[names.index(after) + 1 :]
    return rows[:_AT_ONCE], (rows[_AT_ONCE - 1].clinic.slug if len(rows) > _AT_ONCE else None)


def _cut_off(
    place: Place, standings: dict[UUID, Standing], now: datetime
) -> dict[UUID, datetime | None]:
    """Since when half of a clinic is silent at once, where it is."""
    heard: dict[UUID, list[datetime]] = {}
    for clinic, at in fleet.silent_since(place, now):
        heard.setdefault(clinic, []).append(at)
    return {
        clinic: silence.unreachable(last, standings[clinic].approved)
        for clinic, last in heard.items()
        if clinic in standings
    }


def _detailed(
    place: Place,
    rows: list[Row],
    rules: dict[int, policy.Described],
) -> list[Row]:
    """The same with their lines of ninety days, and the heaviest rule that fails in each."""
    since, shown = (timezone.now() - days.KEPT).date(), [row.clinic.id for row in rows]
    trends, failing = days.trend(place, shown, since), counts.failing(place, shown)
    here: dict[UUID, list[tuple[int, int, int]]] = {}
    for (clinic, rule_no), n in failing.items():
        if rule_no in rules:
            here.setdefault(clinic, []).append((rules[rule_no].weight, -n, rule_no))
    worst = {clinic: rules[min(found)[2]] for clinic, found in here.items()}
    return [
        replace(
            row,
            worst=worst.get(row.clinic.id),
            trend=tuple(trends.get(row.clinic.id, ())),
        )
        for row in rows
    ]


def _most_failed(place: Place, rules: dict[int, policy.Described]) -> list[Failed]:
    return [
        Failed(rules[row["rule_no"]], row[Verdict.FAIL])
        for row in counts.by_rule(place)
        if row[Verdict.FAIL] and row["rule_no"] in rules
    ][:_MOST_FAILED]
