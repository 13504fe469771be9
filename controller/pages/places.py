"""Which buildings and groups does a clinic have? Made, renamed and given up here.

Machines are put into them on the list of machines, several at once (`controller.pages.bulk`).
"""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.fleet import premises
from controller.fleet.premises import KINDS, Asked
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.people.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The two lists with their forms; to be read by everybody who may see the clinic."""
    where = enter(request, org, clinic)
    may_change = may(request, Permission.MACHINES_JOIN, where)
    content: dict[str, Any] = {"wrong": None, "may_change": may_change}
    if request.method == "POST":
        if not may_change:
            raise Http404
        try:
            _do(request, where)
            return redirect("places", org, clinic)
        except NotThere as error:
            raise Http404(str(error)) from error
        except Refusal as error:
            content |= {"wrong": error, "typed": request.POST.dict()}
    content |= {f"{kind}s": list(premises.parts(where.place, kind)) for kind in KINDS}
    answer = show(request, "pages/places.html", where, content)
    answer.status_code = content["wrong"].status if content["wrong"] else 200
    return answer


def asked_by(request: HttpRequest, where: Where) -> Asked:
    """Who asks for an act in the clinic that the address names."""
    if where.clinic is None:
        raise Http404
    user = person(request)
    by = By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)
    return Asked(own_home(), where.clinic, by)


def _do(request: HttpRequest, where: Where) -> None:
    asked, kind = asked_by(request, where), request.POST.get("kind", "")
    if kind not in KINDS:
        raise BadRequest("neither a site nor a group")
    match request.POST.get("do"):
        case "add":
            premises.add(asked, kind, request.POST.get("name", ""))
        case "rename":
            premises.rename(asked, kind, _named(request), request.POST.get("name", ""))
        case "end":
            premises.end(asked, kind, _named(request), request.POST.get("record", ""))
        case _:
            raise BadRequest("there is no such act on sites and groups")


def _named(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("part", ""))
    except ValueError as error:
        raise BadRequest("no such site or group") from error
