"""What is wrong and was told, who has seen it, and what did a mute hold back?

Filters stand in the address; to add one, add its line to FILTERS.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.alerts import actions, queries, wording
from controller.errors import NotThere, Refusal
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.pages.listing import Query, part
from controller.pages.orders import Columns, Order, columns, sorting
from controller.people.roles import Permission
from controller.policy import queries as policy
from controller.policy import waivers
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from controller.alerts.models import Alert, Attempt, Delivery

Rows: TypeAlias = "QuerySet[Alert]"
FILTERS: dict[str, Callable[[Rows, str], Rows]] = {
    "clinic": lambda rows, text: rows.filter(clinic__name__istartswith=text),
    "severity": lambda rows, text: rows.filter(severity=text),
    "kind": lambda rows, text: rows.filter(kind=text),
}
_LONGEST = 80
STATES = ("open", "acknowledged", "closed")
MUTED_DAYS = (1, 3, 7, 14, 30)
_ANYHOW: dict[str, Order[Columns]] = {
    "what": Order(("name", "kind", "id")),
    "concerns": Order(("-count", "weight", "id"), falling=True),
}
ORDERS: dict[str, Order[Columns]] = {
    "worst": Order(("weight", "-opened_at", "id"), falling=True),
    "since": Order(("-opened_at", "id"), falling=True),
    **_ANYHOW,
}
CLOSED: dict[str, Order[Columns]] = {
    "since": Order(("-closed_at", "id"), falling=True),
    "worst": Order(("weight", "-closed_at", "id"), falling=True),
    **_ANYHOW,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery with its attempts."""

    delivery: "Delivery"
    attempts: "list[Attempt]"


@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The list, by state."""
    where = enter(request, org, clinic)
    state = request.GET.get("state", STATES[0])
    if state not in STATES:
        raise Http404
    words, every = _words(request), queries.alerts(where.place, state)
    rows = _filtered(every, words)
    order = sorting(request, CLOSED if state == "closed" else ORDERS)
    shown, following = Query(rows, columns(order), every).after(request, queries.MOST_LISTED)
    titles, labels = _titles(where), _labels(where, shown)
    content = {
        "states": STATES,
        "state": state,
        "words": words,
        "severities": queries.WEIGHTS,
        "kinds": wording.KINDS,
        "order": order,
        "rows": [wording.worded(one, titles, labels) for one in shown],
        "count": rows.count(),
        "next": following,
        "mutes": part(
            request,
            list(queries.mutes(where.place, timezone.now())),
            lambda one: one.id,
            "mutes",
            queries.MOST_LISTED // 2,
        ),
        "dead": queries.dead_channels(where.place),
    }
    return show(request, "pages/alerts.html", where, content)


def _words(request: HttpRequest) -> dict[str, str]:
    """The filters that an address names; 404 for one that is longer than any name."""
    words = {name: text for name in FILTERS if (text := request.GET.get(name, "").strip())}
    if any(len(text) > _LONGEST for text in words.values()):
        raise Http404("no filter is so long")
    return words


def _filtered(rows: Rows, words: dict[str, str]) -> Rows:
    for name, text in words.items():
        rows = FILTERS[name](rows, text)
    return rows


@require_http_methods(["GET", "HEAD"])
def count(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The number in the bar alone, for a page that keeps it fresh."""
    where = enter(request, org, clinic)
    content = {"where": where, "open_alerts": queries.opened(where.place).count()}
    return render(request, "pages/parts/alert_count.html", content)


def _labels(where: Where, rows: "Sequence[Alert]") -> dict[str, str]:
    """What the waivers are called that these alerts are about."""
    return waivers.labels(where.place, {row.about for row in rows if row.about})


def _titles(where: Where) -> dict[str, str]:
    """What each rule of the org is called, by its id."""
    return {one.id: one.title for one in policy.described(where.place).values()}


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, org: str, alert: UUID) -> HttpResponse:
    """One alert: whom it concerns, what was told, what holds it back; to acknowledge and mute."""
    where, row = _entered(request, org, alert)
    wrong = ""
    if request.method == "POST":
        if not may(request, Permission.ALERTS_MUTE, where):
            raise Http404
        try:
            _act(request, where.place, row)
            return redirect("alert", org, alert)
        except Refusal as error:
            wrong = f"{error}: {error.help}" if error.help else str(error)
    told = list(queries.deliveries(where.place, row)[: queries.MOST_LISTED])
    attempts = queries.attempts(where.place, told)
    content = {
        "alert": wording.worded(row, _titles(where), _labels(where, [row])),
        "members": queries.members(where.place, row),
        "told": [Told(one, attempts[one.id]) for one in told],
        "acting": queries.acting_on(row, timezone.now()),
        "days": MUTED_DAYS,
        "wrong": wrong,
        "asked": request.POST,
    }
    return show(request, "pages/alert.html", where, content)


def _entered(request: HttpRequest, org: str, key: UUID) -> "tuple[Where, Alert]":
    where = enter(request, org)
    try:
        row = queries.alert(where.place, key)
    except NotThere as error:
        raise Http404(str(error)) from error
    if row.clinic is None:
        return where, row
    return Where(where.org, where.place.clinic(row.clinic.id), row.clinic), row


def _act(request: HttpRequest, place: Place, row: "Alert") -> None:
    match request.POST.get("act"):
        case "acknowledge":
            actions.acknowledge(own_home(), row, by(request))
        case "mute":
            _mute(request, place, row)
        case _:
            raise BadRequest("there is no such act on an alert")


def _mute(request: HttpRequest, place: Place, row: "Alert") -> None:
    """Of this rule, of all the clinic, or of one of the machines in it."""
    now = by(request)
    scope, days = request.POST.get("scope", ""), request.POST.get("days", "")
    if days not in {str(one) for one in MUTED_DAYS}:
        raise BadRequest("a mute lasts one of the numbers of days offered")
    machines = {one.subject: one.label for one in queries.members(place, row)}
    if scope not in ("rule", "clinic", *machines):
        raise BadRequest("there is no such scope of a mute")
    is_machine = scope in machines
    wanted = actions.Muting(
        org=row.org_id,
        clinic=row.clinic_id,
        name="" if scope == "clinic" else row.name,
        subject=scope if is_machine else "",
        label=machines.get(scope, ""),
        reason=request.POST.get("reason", ""),
        until=now.at + timedelta(days=int(days)),
    )
    actions.mute(own_home(), wanted, now)


@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, org: str, mute: UUID) -> HttpResponse:
    """One mute: its reason and end, what it held back; to end it."""
    where = enter(request, org)
    try:
        row = queries.mute(where.place, mute, timezone.now())
    except NotThere as error:
        raise Http404(str(error)) from error
    if request.method == "POST":
        if not may(request, Permission.ALERTS_MUTE, where):
            raise Http404
        actions.end_mute(own_home(), row, by(request))
        return redirect("alerts", org)
    held = queries.deliveries(where.place, row)[: queries.MOST_LISTED]
    return show(request, "pages/mute.html", where, {"mute": row, "held": held})


def by(request: HttpRequest) -> By:
    """Who acts, from where, and when."""
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now())
