"""How do all clinics of an org stand, worst first, and what changed since one last looked?"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import accepted, counts, days, looks, turns
from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.findings.scores import Coverage
from controller.fleet import queries as fleet
from controller.fleet import silence
from controller.inventory import queries as inventory
from controller.pages.changes import changed
from controller.pages.frame import IN_THE_BAR, Where, enter, person, show
from controller.people.logoff import is_background
from controller.policy import queries as policy
from controller.policy import waivers
from controller.tenants import queries as tenants
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_YESTERDAY = timedelta(hours=24)
_MOST_FAILED = 5
_AT_ONCE = 20


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
    shelf = policy.at_hand(where.place)
    held = accepted.machines(where.place, now, shelf.rules)
    standings = {one.clinic: one for one in findings.standings(where.place, now, held)}
    rows, last = _clinics(where.place, standings, now, request.GET.get("after"))
    failing = counts.failing(where.place, [row.clinic.id for row in rows])
    whole = reduce(add, standings.values()) if standings else None
    numbers = tenants.numbers(
        where.place,
        without=inventory.without_agent,
        ending=partial(waivers.ending, now=now),
        **IN_THE_BAR,
    )
    content = {
        **numbers,
        "rows": _detailed(where.place, rows, shelf, failing),
        "last": last,
        "whole": whole,
        "coverage": _coverage(whole, numbers["without"]),
        "policies": findings.policies(standings.values()),
        "failed": _most_failed(shelf, failing),
        "changed": changed(where.place, _since(request, where, now), shelf.described),
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
    """So many clinics from a place in the list on, and the last one's name if there are more."""
    worse, cut_off = turns.worsened(place, now - _YESTERDAY), _cut_off(place, standings, now)
    rows = sorted(
        (
            Row(one, standings.get(one.id), worse[one.id], cut_off.get(one.id))
            for one in tenants.clinics(place).defer("hours", "closures")
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
    half = [one.clinic for one in standings.values() if silence.is_half(one.silent, one.approved)]
    heard: dict[UUID, list[datetime]] = {}
    for clinic, at in fleet.silent_since(place, now, half):
        heard.setdefault(clinic, []).append(at)
    return {
        clinic: silence.unreachable(last, standings[clinic].approved)
        for clinic, last in heard.items()
    }


def _detailed(
    place: Place, rows: list[Row], shelf: policy.Shelf, failing: counts.Failing
) -> list[Row]:
    """The same with their lines of ninety days, and the heaviest rule that fails in each."""
    trends = days.trend(place, [row.clinic.id for row in rows], timezone.now().date())
    return [
        replace(
            row,
            worst=_worst(shelf, failing.by_clinic.get(row.clinic.id, Counter())),
            trend=tuple(trends.get(row.clinic.id, ())),
        )
        for row in rows
    ]


def _worst(shelf: policy.Shelf, failing: Counter[int]) -> policy.Described | None:
    """The heaviest rule that fails, and of those the one that fails on most machines."""
    found = [(one, n) for no, n in failing.items() if n > 0 and (one := shelf.described.get(no))]
    return min(found, key=lambda each: (each[0].weight, -each[1], each[0].id), default=(None, 0))[0]


def _most_failed(shelf: policy.Shelf, failing: counts.Failing) -> list[Failed]:
    known = [(no, n) for no, n in failing.whole.items() if n > 0 and no in shelf.described]
    most = sorted(known, key=lambda each: (-each[1], each[0]))[:_MOST_FAILED]
    return [Failed(shelf.described[no], n) for no, n in most]
