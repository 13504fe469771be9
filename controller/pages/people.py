"""Who may sign in here, as what, until when; and how does somebody come or go?

Whoever manages people hands out no more than he has: an owner's roles are those of his clinic. A
link to choose a first password is shown once, and only for an account that this made: who signs in
elsewhere already gets the role and no link, or an owner could take over a stranger's account.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.ledger.actions import By
from controller.pages.frame import Where, asked_again, enter, may, own_home, person, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.people import lockout, membership, oneself, queries
from controller.people.actions import Grant
from controller.people.roles import DESIGNATIONS, LABELS, Permission, Role, grantable

if TYPE_CHECKING:
    from controller.people.models import Membership

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A person in a place."""

    membership: "Membership"
    label: str
    has_factor: bool
    is_me: bool
    designated: tuple[str, ...]
    is_self_given: bool
    is_locked: bool


def _signed_in(row: Row) -> tuple[bool, datetime | None]:
    at = row.membership.user.last_login
    return at is not None, at


ORDERS: dict[str, Order[Key[Row]]] = {
    "name": Order(None),
    "role": Order(lambda row: row.label),
    "place": Order(lambda row: row.membership.clinic.name if row.membership.clinic else ""),
    "sign-in": Order(_signed_in),
}


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("link")
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """The list, and a form to let somebody in."""
    where = enter(request, org, clinic)
    if not may(request, Permission.USERS_MANAGE, where):
        raise Http404
    roles = grantable(queries.roles_at(person(request), where.place))
    content = {
        "roles": {role: LABELS[role] for role in roles},
        "designations": DESIGNATIONS,
        "asked": {"role": Role.OFFICE_MANAGER, **request.POST.dict()},
        "wrong": "",
        "let_in": "",
        "link": "",
    }
    if request.method == "POST":
        try:
            content |= _let_in(request, where, roles)
        except Refusal as error:
            content["wrong"] = f"{error}: {error.help}" if error.help else str(error)
    order = sorting(request, ORDERS)
    listed = ordered(_rows(request, where), order)
    rows = part(request, listed, lambda row: row.membership.pk, most=_AT_ONCE)
    return show(request, "pages/people.html", where, {**content, "rows": rows, "order": order})


@asked_again
@require_http_methods(["POST"])
def designate(
    request: HttpRequest, org: str, held: UUID, clinic: str | None = None
) -> HttpResponse:
    """Name somebody for tasks beside the role: what is checked, and nothing else."""
    where = enter(request, org, clinic)
    if not may(request, Permission.USERS_MANAGE, where):
        raise Http404
    try:
        words = request.POST.getlist("as")
        membership.designate(own_home(), where.place, held, words, _by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    return _back(org, clinic)


@asked_again
@require_http_methods(["POST"])
def end(request: HttpRequest, org: str, held: UUID, clinic: str | None = None) -> HttpResponse:
    """Take a role away."""
    where = enter(request, org, clinic)
    if not may(request, Permission.USERS_MANAGE, where):
        raise Http404
    try:
        membership.end_role(own_home(), where.place, held, _by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    return _back(org, clinic)


@asked_again
@require_http_methods(["POST"])
def unlock(request: HttpRequest, org: str, held: UUID, clinic: str | None = None) -> HttpResponse:
    """Let somebody try again at once who typed too much that was wrong."""
    where = enter(request, org, clinic)
    if not may(request, Permission.USERS_MANAGE, where):
        raise Http404
    try:
        lockout.unlock(request, own_home(), where.place, held, _by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    return _back(org, clinic)


def _back(org: str, clinic: str | None) -> HttpResponse:
    return redirect("people", org) if clinic is None else redirect("clinic-people", org, clinic)


def _let_in(request: HttpRequest, where: Where, roles: tuple[Role, ...]) -> dict[str, str]:
    """Give the role; the link for who is new, to be handed over by the one who asked."""
    wanted = request.POST.get("role", "")
    if wanted not in roles:
        raise BadRequest("there is no such role to give")
    until = _day(request.POST.get("until", ""))
    grant = Grant(where.place, Role(wanted), until)
    email, name = request.POST.get("email", "").strip(), request.POST.get("name", "").strip()
    let_in = membership.let_in(own_home(), email, name, grant, _by(request))
    link = f"{settings.PUBLIC_URL}/link/{let_in.secret}" if let_in.secret else ""
    return {"let_in": let_in.user.email, "link": link}


def _rows(request: HttpRequest, where: Where) -> list[Row]:
    held = list(queries.members(where.place))
    holders = queries.with_second_factor({one.user_id for one in held})
    me = person(request).pk
    return [
        Row(
            membership=one,
            label=LABELS[Role(one.role)],
            has_factor=one.user_id in holders,
            is_me=one.user_id == me,
            designated=tuple(_designation(one, word) for word in one.designations),
            is_self_given=oneself.ROLE in one.by_oneself,
            is_locked=lockout.is_locked(request, one.user),
        )
        for one in held
    ]


def _designation(held: "Membership", word: str) -> str:
    how = f", {oneself.SELF_DESIGNATED}" if word in held.by_oneself else ""
    return f"{DESIGNATIONS[word]}{how}"


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise Refusal(f"{text!r} is no day", help="write it as 2027-01-31") from error


def _by(request: HttpRequest) -> By:
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)
