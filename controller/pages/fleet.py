"""How do all clinics of an org stand, worst first, and what changed since one last looked?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest, HttpResponse
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
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.people.logoff import is_background
from controller.policy import queries as policy
from controller.policy import waivers
from controller.tenants import queries as tenants
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_YESTERDAY = timedelta(hours=24)
_MOST_FAILED = 5
_AT_ONCE = 18


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


def _oldest(row: Row) -> tuple[bool, datetime | None]:
    at = row.standing.oldest_at if row.standing else None
    return at is None, at


def _proven(row: Row) -> int:
    return row.standing.tally.percent if row.standing and row.standing.tally.checks else 101


ORDERS: dict[str, Order[Key[Row]]] = {
    "worst": Order(lambda row: row.rank, falling=True),
    "name": Order(lambda row: row.clinic.name.casefold()),
    "proven": Order(_proven),
    "machines": Order(lambda row: -(row.standing.machines if row.standing else 0), falling=True),
    "oldest": Order(_oldest),
}


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
    order = sorting(request, ORDERS)
    rows = ordered(_clinics(where.place, standings, now), order)
    shown = part(request, rows, lambda row: row.clinic.slug, most=_AT_ONCE)
    failing = counts.failing(where.place, [row.clinic.id for row in shown])
    whole = reduce(add, standings.values()) if standings else None
    numbers = tenants.numbers(
        where.place,
        looks.columns(where.place, person(request).pk),
        without=inventory.without_agent,
        ending=partial(waivers.ending, now=now),
        **IN_THE_BAR,
    )
    since = _since(request, where, looks.seen_in(numbers), now)
    content = {
        **numbers,
        "rows": _detailed(where.place, shown.rows, shelf, failing),
        "part": shown,
        "order": order,
        "whole": whole,
        "coverage": _coverage(whole, numbers["without"]),
        "policies": findings.policies(standings.values()),
        "failed": _most_failed(shelf, failing),
        "changed": changed(where.place, since, shelf.described),
    }
    return show(request, "pages/fleet.html", where, content)


def _since(request: HttpRequest, where: Where, seen: looks.Seen, now: datetime) -> datetime:
    """Since when this person has not looked; a page that refreshes itself is no look."""
    if is_background(request):
        return seen.since or now - looks.FIRST
    return looks.look(where.place, person(request).pk, seen, now)


def _coverage(whole: Standing | None, without: int) -> Coverage | None:
    return Coverage(whole.reporting, whole.machines, whole.machines + without) if whole else None


def _clinics(place: Place, standings: dict[UUID, Standing], now: datetime) -> list[Row]:
    """Every clinic of the place, worst first."""
    worse, cut_off = turns.worsened(place, now - _YESTERDAY), _cut_off(place, standings, now)
    return sorted(
        (
            Row(one, standings.get(one.id), worse[one.id], cut_off.get(one.id))
            for one in tenants.clinics(place).defer("hours", "closures")
        ),
        key=lambda row: row.rank,
    )


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
    place: Place, rows: Sequence[Row], shelf: policy.Shelf, failing: counts.Failing
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
