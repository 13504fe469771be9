"""What is done with several machines at once: put into a building or group, muted, retired?

The list of machines has a box beside each; it works without a script. Retiring asks for the
disposal record first, on a page that names every machine.
"""

from datetime import timedelta
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from controller.alerts import actions as alerts
from controller.errors import NotThere, Refusal
from controller.findings import moving
from controller.fleet import premises
from controller.fleet import queries as fleet
from controller.fleet.premises import KINDS
from controller.pages.alerts import MUTED_DAYS
from controller.pages.frame import Where, enter, may, show
from controller.pages.places import asked_by
from controller.people.roles import Permission

_NOWHERE = "none"


@require_http_methods(["POST"])
def act(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """Do it, and go back to the list; or ask what became of the disks."""
    where = enter(request, org, clinic)
    if not may(request, Permission.MACHINES_JOIN, where):
        raise Http404
    chosen = _chosen(request)
    try:
        match request.POST.get("do"):
            case "retire":
                return _retire(request, where, chosen)
            case "mute":
                return _mute(request, where, chosen)
        _move(request, where, chosen)
    except NotThere as error:
        raise Http404(str(error)) from error
    return redirect("clinic-machines", org, clinic)


def _move(request: HttpRequest, where: Where, chosen: list[UUID]) -> None:
    """`to` is `site:ID`, `group:ID`, or either with `none`."""
    kind, _, word = request.POST.get("to", "").partition(":")
    if kind not in KINDS:
        raise BadRequest("no such site or group")
    part = None if word == _NOWHERE else _id(word)
    moving.put(asked_by(request, where), chosen, kind, part)


def _mute(request: HttpRequest, where: Where, chosen: list[UUID]) -> HttpResponse:
    """Every alert on each of them, for a reason and some days; then where mutes are listed."""
    if not may(request, Permission.ALERTS_MUTE, where):
        raise Http404
    days, asked = request.POST.get("days", ""), asked_by(request, where)
    if days not in {str(one) for one in MUTED_DAYS}:
        raise BadRequest("a mute lasts one of the numbers of days offered")
    for machine in [fleet.machine(where.place, one) for one in chosen]:
        wanted = alerts.Muting(
            org=where.org.id,
            clinic=asked.clinic.id,
            name="",
            subject=machine.id.hex,
            label=machine.host,
            reason=request.POST.get("reason", ""),
            until=asked.by.at + timedelta(days=int(days)),
        )
        alerts.mute(asked.home, wanted, asked.by)
    return redirect("clinic-alerts", where.org.slug, asked.clinic.slug)


def _retire(request: HttpRequest, where: Where, chosen: list[UUID]) -> HttpResponse:
    disposal, wrong = request.POST.get("disposal", ""), None
    if disposal or "confirmed" in request.POST:
        try:
            premises.retire(asked_by(request, where), chosen, disposal)
            return redirect("clinic-machines", where.org.slug, where.clinic.slug)  # type: ignore[union-attr]
        except NotThere:
            raise
        except Refusal as error:
            wrong = error
    machines = [fleet.machine(where.place, one) for one in chosen]
    content = {"machines": machines, "disposal": disposal, "wrong": wrong}
    answer = show(request, "pages/bulk_retire.html", where, content)
    answer.status_code = wrong.status if wrong else 200
    return answer


def _chosen(request: HttpRequest) -> list[UUID]:
    chosen = list(dict.fromkeys(_id(one) for one in request.POST.getlist("machine")))
    if not chosen:
        raise Refusal("no machine is chosen", help="go back and tick the machines that are meant")
    if len(chosen) > premises.MOST_AT_ONCE:
        raise Refusal(f"{premises.MOST_AT_ONCE} machines are the most at once")
    return chosen


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadRequest("no such machine, site or group") from error
