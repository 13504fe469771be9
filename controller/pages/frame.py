"""What stands around every page: where one is, who one is, and by whose rules machines are judged.

A page finds its place by `enter` and shows itself by `show`. Times read in the clinic's zone.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from controller.alerts import queries as alerts
from controller.errors import HomeProblem, NotThere
from controller.fleet import queries as fleet
from controller.identity.home import ControllerHome
from controller.pages import saved, sections
from controller.pages.appearance import scheme
from controller.people import emergency
from controller.people.logoff import idle_seconds, is_background, seconds_left
from controller.people.queries import Reach, reach, reaches
from controller.people.roles import Permission
from controller.tenants import queries as tenants
from controller.tenants.figures import Rows
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from controller.people.models import User
    from controller.tenants.models import Clinic, Org


@dataclass(frozen=True, slots=True)
class Where:
    """The place that an address names, as far as this person may see it."""

    org: "Org"
    place: Place
    clinic: "Clinic | None" = None


def person(request: HttpRequest) -> "User":
    """Who is asking. Middleware lets nobody else come to a page that is not marked as open."""
    return cast("User", request.user)


def enter(request: HttpRequest, org: str, clinic: str | None = None, **counted: Rows) -> Where:
    """The place behind an address; 404 for a stranger just as for a wrong name.

    A clinic comes with the number of its open alerts, and of what else is to be `counted`.
    """
    try:
        found = reach(person(request), org)
        if clinic is None:
            return Where(found.org, found.place)
        row = tenants.clinic(found.place, clinic, **IN_THE_BAR, **counted)
    except NotThere as error:
        raise Http404(str(error)) from error
    return Where(found.org, found.place.clinic(row.id), row)


IN_THE_BAR: dict[str, Rows] = {
    "open_alerts": alerts.opened,
    "dead_channels": alerts.dead_channels,
}
"""What is counted for every page; a page that counts itself counts these too, and asks once."""


def own_home() -> ControllerHome:
    """The controller's home, for acts that are signed; HomeProblem without one."""
    if settings.HOME is None:
        raise HomeProblem("DENTINEL_CONTROLLER_HOME is not set")
    return ControllerHome(settings.HOME)


def may(request: HttpRequest, permission: Permission, where: Where) -> bool:
    """May this person do that here?"""
    return person(request).has_perm(permission, where.place)


def asked_again(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose acts weigh much: a POST asks for password or factor again after five minutes."""
    guarded = reauthentication_required(app="controller")(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:  # noqa: ANN401
        chosen: Callable[..., HttpResponse] = guarded if request.method == "POST" else view
        return chosen(request, *args, **named)

    return answer


def always_again(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same of a view whose very look weighs much: a file to be taken along."""
    guarded: Callable[..., HttpResponseBase] = reauthentication_required(app="controller")(view)
    return guarded


def show(
    request: HttpRequest, template: str, where: Where, content: dict[str, Any]
) -> HttpResponse:
    """A page with its frame; what the page asked for already, the frame does not ask again.

    A page that asks for itself anew swaps what is inside its frame, and has the frame already.
    """
    user = person(request)
    inner = {
        "where": where,
        "may": {one.name.lower(): user.has_perm(one, where.place) for one in Permission},
        "now": timezone.now(),
        "route": _route(request),
        **content,
    }
    if (listed := saved.list_of(request)) and request.method != "POST":
        inner["views"] = saved.shown(request, listed, where.place, user)
    asks_anew = is_background(request)
    outer = {"base": "pages/fragment.html"} if asks_anew else _outer(request, where, inner)
    with clock_of(where):
        return render(request, template, {**outer, **inner})


def _outer(request: HttpRequest, where: Where, inner: dict[str, Any]) -> dict[str, Any]:
    user = person(request)
    here = _route(request)

    def allowed(permission: Permission) -> bool:
        return bool(inner["may"][permission.name.lower()])

    counts = _counts(where, inner)
    frame: dict[str, Any] = {
        **counts,
        "person": user,
        "sections": list(sections.links(sections.READ, where, here, allowed)),
        "desk": list(sections.links(sections.CHANGED, where, here, allowed)),
        "reaches": _elsewhere(user, where),
        "scheme": scheme(request),
        "seconds_left": seconds_left(request.session, time.time()),
        "glass": emergency.shown(where.org, timezone.now()),
        "idle_minutes": idle_seconds(request.session) // 60,
    }
    if counts["dead_channels"] and "dead" not in inner and allowed(Permission.CHANNELS_MANAGE):
        frame["mute_channels"] = alerts.dead_channels(where.place)
    if "policies" not in inner:
        frame["policies"] = fleet.policies(where.place)
    return frame


def _route(request: HttpRequest) -> str:
    """The name of the address that was asked for, as controller.urls has it."""
    match = request.resolver_match
    return (match.url_name if match else "") or ""


def _counts(where: Where, inner: dict[str, Any]) -> dict[str, int]:
    """What stands in the bar: the page has counted it, or a clinic that came by `enter` has."""
    brought = {name: inner.get(name, getattr(where.clinic, name, None)) for name in IN_THE_BAR}
    if None in brought.values():
        return tenants.numbers(where.place, **IN_THE_BAR)
    return {name: int(n or 0) for name, n in brought.items()}


def clock_of(where: Where) -> AbstractContextManager[None]:
    """Within it, times read in the zone of the clinic; in UTC where there is none."""
    return timezone.override(ZoneInfo(where.clinic.time_zone if where.clinic else "UTC"))


def bare(
    request: HttpRequest, template: str, content: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page that belongs to no place: signing in, and failures."""
    return render(request, template, {"scheme": scheme(request), **content}, status=status)


def _elsewhere(user: "User", where: Where) -> list[Reach]:
    return [one for one in reaches(user) if one.org.id != where.org.id]
