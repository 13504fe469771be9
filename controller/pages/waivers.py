"""Which failures does a practice accept, until when, and who decides? What ends first on top.

A waiver is asked for beside the failure that it is about, and approved by another person, who is
asked once more who he is. It changes no verdict: what fails goes on failing, with a shield.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from controller.errors import NotThere, Refusal
from controller.findings import matching, templates, waiving
from controller.findings.matching import Use
from controller.ledger.actions import By
from controller.pages.frame import Where, asked_again, enter, may, own_home, person, show
from controller.pages.listing import Part, part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.people import risk
from controller.people.queries import roles_at
from controller.people.roles import Permission, Role
from controller.policy import queries as policy
from controller.policy import waivers
from controller.policy.waivers import SOON, Standing

if TYPE_CHECKING:
    from controller.policy.models import Waiver

_AT_ONCE = 25
_OVER = (Standing.EXPIRED, Standing.REFUSED, Standing.REVOKED)


ORDERS: "dict[str, Order[Key[Waiver]]]" = {
    "until": Order(None),
    "label": Order(lambda one: one.label.casefold()),
    "rule": Order(lambda one: one.rule),
    "owner": Order(lambda one: one.risk_owner.casefold()),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One waiver in words."""

    waiver: "Waiver"
    state: Standing
    title: str
    where: str
    last_day: date
    use: Use | None
    is_soon: bool
    approval: str


@require_safe
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The list of a clinic, or of all clinics of an org."""
    where = enter(request, org, clinic)
    now = timezone.now()
    waiting, live, over = _listed(request, where, now)
    rows = {row.waiver.id: row for row in rows_of(where, [*waiting, *live, *over], now)}
    content: dict[str, Any] = {
        "order": sorting(request, ORDERS),
        "waiting": _with(waiting, rows),
        "live": _with(live, rows),
        "over": _with(over, rows),
    }
    if where.clinic is None:
        content["templates"] = list(templates.templates(where.place)[:_AT_ONCE])
    else:
        content |= {
            "approvers": risk.approvers(where.clinic, now),
            "is_owner": _is_owner(request, where),
        }
    return show(request, "pages/waivers.html", where, content)


def _listed(
    request: HttpRequest, where: Where, now: datetime
) -> "tuple[Part[Waiver], Part[Waiver], Part[Waiver]]":
    """What waits, what is accepted, and what is over: a part of each."""
    groups: dict[str, list[Waiver]] = {"waiting": [], "after": [], "over": []}
    for one in waivers.waivers(where.place):
        state = waivers.standing(one, now)
        is_over = "over" if state in _OVER else "after"
        groups["waiting" if state is Standing.REQUESTED else is_over].append(one)
    groups["over"].reverse()
    order = sorting(request, ORDERS)
    waiting, live, over = (
        part(request, ordered(rows, order), lambda one: one.id, cursor, _AT_ONCE)
        for cursor, rows in groups.items()
    )
    return waiting, live, over


def _with(held: "Part[Waiver]", rows: dict[UUID, Row]) -> Part[Row]:
    return Part([rows[one.id] for one in held], held.total, held.next)


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, org: str, clinic: str, waiver: UUID) -> HttpResponse:
    """One waiver: all that it says, and the decision if it is this person's."""
    where = enter(request, org, clinic)
    try:
        found = waivers.waiver(where.place, waiver)
    except NotThere as error:
        raise Http404(str(error)) from error
    wrong: Refusal | None = None
    if request.method == "POST":
        try:
            _decide(request, where, found)
            return redirect("waiver", org, clinic, waiver)
        except NotThere as error:
            raise Http404(str(error)) from error
        except Refusal as error:
            wrong = error
    now = timezone.now()
    (row,) = rows_of(where, [found], now)
    content = {
        "row": row,
        "wrong": wrong,
        "why": request.POST.get("why", ""),
        **_open_acts(request, where, found, now),
    }
    answer = show(request, "pages/waiver.html", where, content)
    answer.status_code = wrong.status if wrong else 200
    return answer


@asked_again
@require_http_methods(["POST"])
def delegate(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The owner lets the administrators decide in the clinic's name, or no longer."""
    where = enter(request, org, clinic)
    if where.clinic is None or not _is_owner(request, where):
        raise Http404
    on = request.POST.get("to") == "on"
    waiving.delegate(call_of(request, where), where.clinic, on=on)
    return redirect("clinic-waivers", org, clinic)


def _is_owner(request: HttpRequest, where: Where) -> bool:
    return Role.CLINIC_OWNER in roles_at(person(request), where.place)


def _decide(request: HttpRequest, where: Where, waiver: "Waiver") -> None:
    call, who = call_of(request, where), person(request)
    why = request.POST.get("why", "")
    match request.POST.get("do"):
        case "approve":
            waiving.approve(call, waiver.id, who)
        case "refuse":
            waiving.refuse(call, waiver.id, who, why)
        case "revoke":
            waiving.revoke(call, waiver.id, who, why)
        case _:
            raise BadRequest("there is no such act")


def _open_acts(
    request: HttpRequest, where: Where, waiver: "Waiver", now: datetime
) -> dict[str, Any]:
    """What this person may do with it as it stands, and why he may not approve."""
    stands, who = waivers.standing(waiver, now), person(request)
    decides = may(request, Permission.WAIVERS_APPROVE, where)
    waits = stands is Standing.REQUESTED
    may_approve, hindrance = False, ""
    if waits and decides and where.clinic is not None:
        try:
            risk.require_approver(who, where.clinic, now)
            risk.is_self_approval(who, waiver.requester_id, where.clinic, now)
            may_approve = waiver.until_at > now
        except Refusal as error:
            hindrance = f"{error}: {error.help}"
    is_mine = waiver.requester_id == who.id
    return {
        "may_approve": may_approve,
        "hindrance": hindrance,
        "may_refuse": waits and (decides or is_mine),
        "is_mine": is_mine,
        "may_revoke": stands in (Standing.ACTIVE, Standing.APPROVED) and decides,
        "approvers": risk.approvers(where.clinic, now) if waits and where.clinic else [],
        "may_renew": stands in (Standing.ACTIVE, Standing.EXPIRED)
        and waiver.machine is not None
        and may(request, Permission.WAIVERS_REQUEST, where),
    }


def rows_of(where: Where, found: "list[Waiver]", now: datetime) -> list[Row]:
    """Waivers in words, as they stand."""
    titles = {rule.id: rule.title for rule in policy.described(where.place).values()}
    uses = matching.uses(where.place, found, now)
    return [
        Row(
            waiver=one,
            state=(stands := waivers.standing(one, now)),
            title=titles.get(one.rule, one.rule),
            where=waivers.where(one),
            last_day=waivers.last_day(one).date(),
            use=uses.get(one.id),
            is_soon=stands is Standing.ACTIVE and one.until_at <= now + SOON,
            approval=waivers.approval(one),
        )
        for one in found
    ]


def call_of(request: HttpRequest, where: Where) -> waiving.Call:
    """Who acts on waivers, and in which place."""
    who = person(request)
    by = By(who.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), who.id)
    return waiving.Call(own_home(), where.place, by)
