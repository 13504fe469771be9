"""A new clinic, and when a clinic is open: what is typed, what is wrong with it, what is saved."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from controller.errors import Refusal
from controller.findings import hours as opening
from controller.pages.alerts import by
from controller.pages.frame import Where, asked_again, enter, may, own_home, show
from controller.people import practices
from controller.people.practices import Clock
from controller.people.roles import Permission
from controller.tenants import hours

_FIRST_WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00")


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, org: str) -> HttpResponse:
    """The form for a new clinic, and after it the clinic's page."""
    where = _entered(request, org)
    typed = {"zone": "", **_FIRST_WEEK}
    if request.method != "POST":
        return _form(request, where, typed)
    typed = request.POST.dict()
    try:
        made = practices.add(
            own_home(), where.org, typed.get("name", ""), _clock(typed), by(request)
        )
    except Refusal as error:
        return _form(request, where, typed, error)
    return redirect("join", org, made.slug)


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """When a clinic is open, and after a change its page."""
    where = _entered(request, org, clinic)
    if where.clinic is None:
        raise Http404
    if request.method != "POST":
        now = practices.clock_of(where.clinic)
        typed = {"zone": now.zone, "closures": "\n".join(now.closures), **hours.written(now.hours)}
        return _form(request, where, typed)
    typed = request.POST.dict()
    try:
        opening.set_clock(own_home(), where.clinic, _clock(typed), by(request))
    except Refusal as error:
        return _form(request, where, typed, error)
    return redirect("clinic", org, clinic)


def _entered(request: HttpRequest, org: str, clinic: str | None = None) -> Where:
    where = enter(request, org, clinic)
    if not may(request, Permission.SETTINGS_MANAGE, where):
        raise Http404
    return where


def _clock(typed: dict[str, str]) -> Clock:
    return Clock(
        hours.zone(typed.get("zone", "")),
        hours.read(typed),
        hours.closures(typed.get("closures", "")),
    )


def _form(
    request: HttpRequest, where: Where, typed: dict[str, str], wrong: Refusal | None = None
) -> HttpResponse:
    content = {
        "typed": typed,
        "wrong": wrong,
        "zones": hours.zones(),
        "days": [(day, name, typed.get(day, "")) for day, name in hours.DAYS.items()],
    }
    answer = show(request, "pages/hours.html", where, content)
    answer.status_code = wrong.status if wrong else 200
    return answer
