"""How does a person change where a machine stands? One page an act, with its consequence in words.

The page is the confirmation: nothing happens before its form is sent, and it needs no script.
Revoking a key asks who it is once more (controller.md, section 5).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.findings import moving
from controller.fleet import directives, standing
from controller.fleet import queries as fleet
from controller.fleet.standing import Call
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.fleet.models import Machine

WHY = {
    "stolen": "It was stolen",
    "lost": "It is lost",
    "exposed": "Somebody may have its keys",
    "left": "It left our hands",
}
Form = dict[str, str]


_LIVE = ("pending", "active", "quarantined")
_FROM = {
    "approve": ("pending", "quarantined"),
    "quarantine": ("pending", "active"),
    "retire": _LIVE,
    "rotate-keys": _LIVE,
    "revoke": _LIVE,
}


@dataclass(frozen=True, slots=True)
class Deed:
    """One act: whose right it needs, what its page says, and what it does."""

    permission: Permission
    title: str
    button: str
    do: Callable[[Call, Form], object]


def _approve(call: Call, form: Form) -> object:
    if not form.get("former"):
        return standing.approve(call)
    try:
        former = UUID(form["former"])
    except ValueError as error:
        raise BadRequest("no such machine") from error
    return moving.replace(call, former)


def _revoke(call: Call, form: Form) -> object:
    if form.get("why") not in WHY:
        raise BadRequest("no such reason")
    return standing.revoke(call, form["why"])  # type: ignore[arg-type]


DEEDS = {
    "approve": Deed(Permission.MACHINES_JOIN, "Approve", "Approve this machine", _approve),
    "quarantine": Deed(
        Permission.MACHINES_JOIN,
        "Quarantine",
        "Put it into quarantine",
        lambda call, _: standing.quarantine(call),
    ),
    "retire": Deed(
        Permission.MACHINES_JOIN,
        "Retire",
        "Retire this machine",
        lambda call, form: standing.retire(call, form.get("disposal", "")),
    ),
    "rotate-keys": Deed(
        Permission.MACHINES_JOIN,
        "Make new keys on",
        "Have it make new keys",
        lambda call, _: directives.ask(call, "rotate_keys"),
    ),
    "revoke": Deed(
        Permission.MACHINES_REVOKE, "Revoke the keys of", "Revoke its keys for good", _revoke
    ),
}


def open_to(request: HttpRequest, where: Where, machine: "Machine") -> dict[str, str]:
    """The acts that this person may do on a machine as it stands, by the words of their links."""
    return {
        name: f"{deed.title} it" if name != "revoke" else "Revoke its keys"
        for name, deed in DEEDS.items()
        if machine.state in _FROM[name]
        and (machine.visitor_id is None or name == "retire")
        and may(request, deed.permission, where)
    }


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, machine: UUID, deed: str) -> HttpResponse:
    """The confirmation, and after it the machine's page."""
    where = enter(request, org, clinic)
    try:
        found = fleet.machine(where.place, machine)
    except NotThere as error:
        raise Http404(str(error)) from error
    if deed not in DEEDS or not may(request, DEEDS[deed].permission, where):
        raise Http404
    answer = _again if deed == "revoke" else _answer
    return answer(request, where, found, deed)


def _answer(request: HttpRequest, where: Where, machine: "Machine", deed: str) -> HttpResponse:
    content: dict[str, Any] = {
        "machine": machine,
        "deed": deed,
        "act": DEEDS[deed],
        "whys": WHY,
        "formers": fleet.likely_former(where.place, machine) if deed == "approve" else (),
        "form": request.POST,
    }
    if request.method != "POST":
        return show(request, "pages/machine_act.html", where, content)
    user = person(request)
    by = By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)
    reason = request.POST.get("reason", "").strip()
    try:
        call = Call(own_home(), where.place, machine.id, by, reason)
        DEEDS[deed].do(call, request.POST.dict())
    except Refusal as refused:
        answer = show(request, "pages/machine_act.html", where, {**content, "wrong": refused})
        answer.status_code = refused.status
        return answer
    return redirect("machine", where.org.slug, machine.clinic.slug, machine.id)


_again = reauthentication_required(_answer)
