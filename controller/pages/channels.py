"""By which ways do messages leave, what goes where, and does it arrive?

Who manages channels of one clinic sees those of that clinic alone. A route is switched on in two
steps where something is open already: how many, and what is to be sent of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from controller.alerts import actions, outbox, queries
from controller.alerts.actions import HOURS, PACES, Wanted
from controller.alerts.channels.index import CHANNELS
from controller.alerts.decide import SEVERITIES
from controller.alerts.wording import KINDS
from controller.errors import NotThere, Refusal
from controller.pages.alerts import Told, by
from controller.pages.frame import Where, asked_again, enter, may, own_home, show
from controller.pages.listing import part
from controller.people.roles import Permission
from controller.tenants import queries as tenants

if TYPE_CHECKING:
    from controller.alerts.channels.base import Channel as Form
    from controller.alerts.channels.base import Field
    from controller.alerts.models import Channel, Route
    from controller.tenants.scope import Place

    Row = TypeVar("Row", Channel, Route)

_MOST_CONTROLS = 50

_AT_ONCE = 30


@dataclass(frozen=True, slots=True)
class Asking:
    """A route that waits for an answer: what of the open alerts is to be sent?"""

    count: int
    critical: int
    fields: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Blank:
    """A form for a new channel; what was filled in wrongly stands in it, but for secrets."""

    form: "Form"
    is_open: bool
    name: str
    fields: "list[tuple[Field, str]]"

    @classmethod
    def of(cls, form: "Form", sent: Mapping[str, str]) -> "Blank":
        """With what was sent, if it was this one."""
        mine = sent if sent.get("kind") == form.kind else {}
        fields = [(one, "" if one.is_secret else mine.get(one.name, "")) for one in form.fields]
        return cls(form, bool(mine), mine.get("name", ""), fields)


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password", "hook", "workflow")
@sensitive_variables("secret")
def page(request: HttpRequest, org: str, clinic: str | None = None) -> HttpResponse:
    """Channels and routes, and the forms for new ones."""
    where = _managed(request, org, clinic)
    if where is None:
        return _own_clinic(request, org)
    content: dict[str, Any] = {"wrong": "", "secret": "", "asking": None, "made": ""}
    if request.method == "POST":
        try:
            done = _post(request, where)
        except Refusal as error:
            done = {"wrong": f"{error}: {error.help}" if error.help else str(error)}
        if not done:
            return _back(where)
        content |= done
    sent = request.POST.dict() if content["wrong"] else {}
    content["forms"] = [Blank.of(form, sent) for form in CHANNELS.values()]
    return show(request, "pages/channels.html", where, {**_listed(request, where), **content})


def _post(request: HttpRequest, where: Where) -> dict[str, Any]:
    match request.POST.get("act"):
        case "channel":
            return _add_channel(request, where)
        case "route":
            return _add_route(request, where)
        case _:
            raise BadRequest("there is no such act on channels")


def _listed(request: HttpRequest, where: Where) -> dict[str, Any]:
    channels, routes = list(queries.channels(where.place)), list(queries.routes(where.place))
    return {
        "channels": part(request, channels, lambda one: one.id, most=_AT_ONCE),
        "every": channels,
        "routes": part(request, routes, lambda one: one.id, "routes", _AT_ONCE),
        "dead": queries.dead_channels(where.place),
        "clinics": [] if where.clinic else list(tenants.clinics(where.place)),
        "severities": list(reversed(SEVERITIES)),
        "kinds": KINDS,
        "hours": HOURS,
        "paces": PACES,
    }


def _add_channel(request: HttpRequest, where: Where) -> dict[str, Any]:
    wanted = Wanted(
        where.org.id,
        where.clinic.id if where.clinic else None,
        request.POST.get("kind", ""),
        request.POST.get("name", ""),
        {name: str(value) for name, value in request.POST.items()},
    )
    row, secret = actions.add_channel(own_home(), wanted, by(request))
    return {"secret": secret, "made": row.name} if secret else {}


def _add_route(request: HttpRequest, where: Where) -> dict[str, Any]:
    route = _route(request, where)
    existing = request.POST.get("existing", "")
    if not existing:
        found = outbox.open_for(where.org, route, SEVERITIES)
        if found:
            critical = sum(one.severity == "critical" for one in found)
            return {"asking": Asking(len(found), critical, _fields(request))}
    actions.add_route(own_home(), route, existing or "worse", by(request))
    return {}


def _fields(request: HttpRequest) -> list[tuple[str, str]]:
    hidden = ("csrfmiddlewaretoken", "existing")
    return [
        (name, str(value))
        for name in request.POST
        if name not in hidden
        for value in request.POST.getlist(name)
    ]


def _route(request: HttpRequest, where: Where) -> "Route":
    sent = request.POST
    try:
        channel = queries.channel(where.place, UUID(sent.get("channel", "")))
        clinic = where.clinic
        if clinic is None and sent.get("clinic"):
            clinic = tenants.clinic(where.place, sent["clinic"])
    except (ValueError, NotThere) as error:
        raise Refusal("choose a channel of the list", help="make one first") from error
    return actions.new_route(
        channel,
        clinic,
        {
            "severity": sent.get("severity", ""),
            "hours": sent.get("hours", ""),
            "pace": sent.get("pace", ""),
            "kinds": sent.getlist("kinds"),
            "controls": sent.get("controls", "").replace(",", " ").split()[:_MOST_CONTROLS],
            "quiet_from": _clock(sent.get("quiet_from", "")),
            "quiet_to": _clock(sent.get("quiet_to", "")),
        },
    )


def _clock(text: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError as error:
        raise Refusal(f"{text!r} is no time of day", help="write it as 20:00") from error


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def one(request: HttpRequest, org: str, channel: UUID) -> HttpResponse:
    """One channel: what was sent and what came of it; to test, to change its secret, to end."""
    row, where = _own(request, org, lambda place: queries.channel(place, channel))
    content: dict[str, Any] = {"outcome": None, "secret": "", "wrong": ""}
    if request.method == "POST":
        done = _change(request, row)
        if done is None:
            return _back(where)
        content |= done
    told = list(queries.deliveries(where.place, row)[: queries.MOST_LISTED])
    attempts = queries.attempts(where.place, told)
    content |= {"channel": row, "form": CHANNELS[row.kind]}
    content["told"] = [Told(one, attempts[one.id]) for one in told]
    return show(request, "pages/channel.html", where, content)


@sensitive_variables("secret")
def _change(request: HttpRequest, row: "Channel") -> dict[str, Any] | None:
    """What came of the act; None when the channel is gone."""
    home = own_home()
    try:
        match request.POST.get("act"):
            case "test":
                return {"outcome": actions.send_test(home, row, by(request))}
            case "rotate":
                return {"secret": actions.rotate(home, row, by(request))}
            case "end":
                actions.end_channel(home, row, by(request))
                return None
    except Refusal as error:
        return {"wrong": str(error)}
    raise BadRequest("there is no such act on a channel")


@asked_again
@require_http_methods(["POST"])
def end_route(request: HttpRequest, org: str, route: UUID) -> HttpResponse:
    """Switch a route off."""
    row, where = _own(request, org, lambda place: queries.route(place, route))
    actions.end_route(own_home(), row, by(request))
    return _back(where)


def _own(request: HttpRequest, org: str, find: "Callable[[Place], Row]") -> "tuple[Row, Where]":
    """What was asked for, and the place that it is of, if it may be managed there."""
    where = enter(request, org)
    try:
        row = find(where.place)
    except NotThere as error:
        raise Http404(str(error)) from error
    if row.clinic is not None:
        where = Where(where.org, where.place.clinic(row.clinic.id), row.clinic)
    if not may(request, Permission.CHANNELS_MANAGE, where):
        raise Http404
    return row, where


def _managed(request: HttpRequest, org: str, clinic: str | None) -> Where | None:
    """The place whose channels may be managed; None for the org's, if one clinic is all he has."""
    where = enter(request, org, clinic)
    if not may(request, Permission.CHANNELS_MANAGE, where):
        raise Http404
    return where if clinic or where.place.clinics is None else None


def _own_clinic(request: HttpRequest, org: str) -> HttpResponse:
    first = tenants.clinics(enter(request, org).place).first()
    if first is None:
        raise Http404
    return redirect("clinic-channels", org, first.slug)


def _back(where: Where) -> HttpResponse:
    if where.clinic is None:
        return redirect("channels", where.org.slug)
    return redirect("clinic-channels", where.org.slug, where.clinic.slug)
