"""What can a stranger check, who took it along, and how is it checked?

Evidence is asked for here and made by the worker; a file is kept for seven days. The keys by which
it is checked are taken along by another way, or whoever forges the one forges the other.
"""

from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_safe

from controller.errors import NotThere, Refusal
from controller.exports import bundles, gather, period
from controller.exports.bundles import Wanted
from controller.ledger.actions import By
from controller.pages.flow import Flow
from controller.pages.frame import (
    Where,
    always_again,
    asked_again,
    enter,
    may,
    own_home,
    person,
    show,
)
from controller.people.roles import Permission

if TYPE_CHECKING:
    from controller.tenants.models import Clinic
    from evidence.bundle import Profile

PROFILES: dict[str, str] = {
    "auditor": "An auditor: twelve months, every part",
    "owner": "The owner of the practice",
    "insurer": "An insurer",
    "counsel": "Counsel",
}
_SHOWN = 50


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """A form for more evidence, what was made, and how it is checked."""
    where, here = _enter(request, org, clinic)
    now, wrong = timezone.now(), ""
    if request.method == "POST":
        try:
            bundles.ask(own_home(), _wanted(request, here), _by(request))
            return redirect("evidence", org, clinic)
        except Refusal as error:
            wrong = f"{error}; {error.help}"
    rows = list(bundles.exports(where.place)[:_SHOWN])
    content = {
        "rows": rows,
        "kept": bundles.KEPT,
        "is_busy": any(row.state in ("waiting", "making") for row in rows),
        "profiles": PROFILES,
        "typed": {"profile": "auditor", **request.POST.dict()},
        "wrong": wrong,
        "today": now.astimezone(ZoneInfo(here.time_zone)).date().isoformat(),
        "name": _name(here.slug),
    }
    return show(request, "pages/evidence.html", where, content)


@require_safe
@always_again
def file(request: HttpRequest, org: str, clinic: str, export: UUID) -> HttpResponseBase:
    """One of them, to be taken along."""
    where, here = _enter(request, org, clinic)
    try:
        row, opened = bundles.opened(own_home(), where.place, export, _by(request))
    except NotThere as error:
        raise Http404(str(error)) from error
    zone = ZoneInfo(here.time_zone)
    first, last = (at.astimezone(zone).date() for at in (row.since, row.last_at))
    name = _name(f"{here.slug}-{first}-{last}")
    return Flow(opened, name, "application/zip")


@require_safe
@always_again
def policy(request: HttpRequest, org: str, clinic: str) -> HttpResponseBase:
    """The keys of the logs, for `dentinel verify --policy`."""
    where, here = _enter(request, org, clinic)
    text = gather.policy(own_home(), where.place).encode()
    return Flow(BytesIO(text), f"{here.slug}-policy.txt", "text/plain; charset=utf-8")


def _enter(request: HttpRequest, org: str, clinic: str) -> "tuple[Where, Clinic]":
    where = enter(request, org, clinic)
    if where.clinic is None or not may(request, Permission.EVIDENCE_EXPORT, where):
        raise Http404
    return where, where.clinic


def _wanted(request: HttpRequest, here: "Clinic") -> Wanted:
    """What was typed; Refusal says what to type instead."""
    profile = request.POST.get("profile", "")
    if profile not in PROFILES:
        raise Refusal("for whom is it?", help="choose one of the four")
    first, last = _day(request, "from"), _day(request, "until")
    days = period.Days(first, last, here.time_zone)
    since, until = period.period(days, timezone.now(), profile)
    return Wanted(here, cast("Profile", profile), since, until)


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.POST.get(name, "")
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        raise Refusal(f"{text[:20]!r} is no day", help="write it as 2026-11-23")
    return found


def _by(request: HttpRequest) -> By:
    who = person(request)
    return By(who.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), who.pk)


def _name(stem: str) -> str:
    return f"{stem}.dentinel-evidence"
