"""How does a machine join this clinic? One command, shown once; the machines appear below it.

What is kept of the command's secret is a hash, so the page cannot show it again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.fleet import actions, standing
from controller.fleet import queries as fleet
from controller.fleet.standing import Call
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.fleet.models import JoinToken, Machine

_RECENT = 20
_DIGITS = 3
_USES = {
    "operatory": "Operatory",
    "front_desk": "Front desk",
    "workstation": "Other workplace",
    "imaging_server": "Imaging server",
    "server": "Other server",
    "nas": "Network storage",
}
_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}


@dataclass(frozen=True, slots=True)
class Command:
    """What to run on the machine that joins."""

    text: str
    system: str
    uses: int


@dataclass(frozen=True, slots=True)
class Leave:
    """A command that was made and not used up; its secret is not here."""

    tid: str
    made_by: str
    expires_at: datetime
    left: int
    max_uses: int


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The form, and after it the command."""
    where = enter(request, org, clinic)
    if not may(request, Permission.MACHINES_JOIN, where):
        raise Http404
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdraw(request, where)
    if request.method == "POST" and "approve" in request.POST:
        return _approve(request, where)
    content = {
        "command": _make(request, where) if request.method == "POST" else None,
        "waiting": list(fleet.pending(where.place)[:_RECENT]),
        "uses": _USES,
        "systems": _SYSTEMS,
        "use": request.POST.get("use", "operatory"),
        "system": request.POST.get("system", "linux"),
        "machines": list(fleet.joined(where.place)[:_RECENT]),
        "tokens": _open(fleet.join_tokens(where.place)[:_RECENT], timezone.now()),
    }
    return show(request, "pages/join.html", where, content)


def _make(request: HttpRequest, where: Where) -> Command:
    """A token for one machine and one system, and the command that uses it up."""
    use, system = request.POST.get("use", ""), request.POST.get("system", "")
    if use not in _USES or system not in _SYSTEMS or where.clinic is None:
        raise BadRequest("no such use or system")
    order = actions.TokenOrder(
        clinic=where.clinic.id,
        host=settings.AGENTS_HOST,
        port=settings.AGENTS_PORT,
        role=use,
        presence=fleet.presence(use),
        platforms=(system,),
        max_uses=_number(request),
    )
    made = actions.create_token(own_home(), where.place, order, _by(request))
    lead = "" if system == "windows" else "sudo "
    return Command(f"{lead}dentinel enroll {made}", _SYSTEMS[system], order.max_uses)


def _withdraw(request: HttpRequest, where: Where) -> HttpResponse:
    """Nobody joins by that command any more; back to the page."""
    held = fleet.join_tokens(where.place).filter(tid=request.POST["withdraw"]).first()
    if held is None:
        raise Http404
    actions.withdraw_token(own_home(), where.place, held.id, _by(request))
    return redirect(request.path)


def _approve(request: HttpRequest, where: Where) -> HttpResponse:
    """Those that were chosen and wait for nothing but a yes; back to the page."""
    try:
        chosen = [UUID(one) for one in request.POST.getlist("machine")]
    except ValueError as error:
        raise BadRequest("no such machine") from error
    by = _by(request)
    for machine in fleet.pending(where.place).filter(pk__in=chosen):
        if _is_plain(where, machine):
            standing.approve(Call(own_home(), where.place, machine.id, by))
    return redirect(request.path)


def _is_plain(where: Where, machine: "Machine") -> bool:
    """Is there nothing to look at before it is approved?

    In quarantine, or spoken for by two computers, or perhaps an older one set up anew: that is
    decided on a page of its own.
    """
    if machine.state != "pending" or machine.clone_suspected_at:
        return False
    return not fleet.likely_former(where.place, machine)


def _number(request: HttpRequest) -> int:
    said = request.POST.get("number", "1")
    if not (said.isascii() and said.isdigit() and len(said) <= _DIGITS):
        raise BadRequest("no such number of machines")
    return int(said)


def _by(request: HttpRequest) -> By:
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)


def _open(tokens: "Iterable[JoinToken]", now: datetime) -> list[Leave]:
    """The tokens by which a machine could still join."""
    return [
        Leave(one.tid, one.made_by, one.expires_at, one.max_uses - one.uses, one.max_uses)
        for one in tokens
        if one.withdrawn_at is None and one.uses < one.max_uses and one.expires_at > now
    ]
