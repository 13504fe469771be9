"""Which machines of a clinic carry no agent, by the lists of an RMM or a directory?

A list is first read and shown, and taken over only by a second act; what cannot be read is told by
line and column, and nothing of it is taken.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.inventory import actions, queries, sheet
from controller.inventory.states import ListedState
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

ORDERS: dict[str, Order[Key[queries.Entry]]] = {
    "agent": Order(None),
    "host": Order(lambda one: one.listed.host),
    "kind": Order(lambda one: one.listed.kind.casefold()),
    "system": Order(lambda one: one.listed.system.casefold()),
    "listed": Order(lambda one: -one.listed.listed_at.timestamp(), falling=True),
}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The list, and a form to take over another."""
    where, here = _enter(request, org, clinic)
    content: dict[str, Any] = {}
    if request.method == "POST":
        _require(request, where)
        content |= _read(request, here)
    entries, order = queries.entries(where.place), sorting(request, ORDERS)
    counted = [one for one in entries if one.listed.state == ListedState.LISTED]
    content |= {
        "entries": part(request, ordered(entries, order), lambda one: one.listed.id),
        "order": order,
        "counted": len(counted),
        "without": sum(one.machine is None for one in counted),
    }
    return show(request, "pages/inventory.html", where, content)


@require_http_methods(["POST"])
def change(request: HttpRequest, org: str, clinic: str, listed: UUID) -> HttpResponse:
    """Leave a machine out with a reason, or count it again."""
    where, _ = _enter(request, org, clinic)
    _require(request, where)
    to = request.POST.get("state", "")
    if to not in set(ListedState):
        raise BadRequest("there is no such state")
    said = ListedState(to), request.POST.get("reason", "")
    try:
        actions.set_state(own_home(), where.place, listed, said, _by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    except Refusal as error:
        raise BadRequest(str(error)) from error
    return redirect("inventory", org, clinic)


def _read(request: HttpRequest, here: "Clinic") -> dict[str, Any]:
    """What the file or the text that was shown before says, taken over if that is confirmed."""
    sent = request.FILES.get("file")
    if sent is not None and (sent.size or 0) > sheet.MOST_BYTES:
        return {"wrong": (sheet.Wrong(1, 1, "the file is too large"),)}
    data = sent.read() if sent is not None else request.POST.get("text", "").encode()
    name = (sent.name if sent is not None else request.POST.get("source", "")) or "a list"
    read = sheet.read(data)
    if read.wrong:
        return {"wrong": read.wrong}
    if "take" in request.POST:
        taken = actions.take(own_home(), here, read, name, _by(request))
        return {"taken": taken, "source": name}
    return {
        "plan": actions.plan(here, read),
        "sheet": read,
        "source": name,
        "text": _again(read),
    }


def _again(read: sheet.Sheet) -> str:
    """What was read, as text that reads the same."""
    rows = "\n".join(f"{one.host}\t{_cell(one.kind)}\t{_cell(one.system)}" for one in read.entries)
    return f"host\tkind\tsystem\n{rows}"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""').replace("\t", " ") + '"'


def _enter(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    where = enter(request, org, clinic)
    if where.clinic is None:
        raise Http404
    return where, where.clinic


def _require(request: HttpRequest, where: Where) -> None:
    if not may(request, Permission.MACHINES_JOIN, where):
        raise Http404


def _by(request: HttpRequest) -> By:
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.pk)
