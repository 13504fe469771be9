"""A clinic in a period, on paper, for one reader: an auditor, the owner, an insurer, counsel.

Making one is an act. It is unsigned and says so: what proves it is the signed evidence beside it.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_safe

from controller.errors import Refusal
from controller.exports import period
from controller.exports.paper import content
from controller.exports.paper.content import Ordered
from controller.exports.paper.profiles import BY_ID, PROFILES
from controller.findings import counts, protection
from controller.findings import queries as findings
from controller.findings.scores import Tally
from controller.ledger.actions import Act, By, told
from controller.pages import sentence
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.people.roles import Permission
from controller.policy import queries as policy

if TYPE_CHECKING:
    from controller.tenants.models import Clinic


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The paper that `?profile=` asks for; without one the form."""
    where = enter(request, org, clinic)
    if where.clinic is None or not may(request, Permission.TABLES_EXPORT, where):
        raise Http404
    wrong = ""
    if request.GET.get("profile") in BY_ID:
        try:
            return _made(request, where, _ordered(request, where.clinic))
        except Refusal as error:
            wrong = f"{error}; {error.help}"
    form = {"profiles": PROFILES, "typed": request.GET.dict(), "wrong": wrong}
    return show(request, "pages/paper_form.html", where, form)


def _made(request: HttpRequest, where: Where, ordered: Ordered) -> HttpResponse:
    """Make it, and write down that it was made."""
    paper = content.of_clinic(ordered)
    who, here = person(request), ordered.clinic
    by = By(who.email, request.META.get("REMOTE_ADDR", ""), ordered.now, who.pk)
    after = {
        "profile": ordered.profile.id,
        "from": ordered.since.isoformat(),
        "to": ordered.until.isoformat(),
        "controls": paper.catalogue.sha256,
    }
    told(own_home(), by, Act("paper.make", here.slug, after=after), here.org_id, here.id)
    shown = {
        "paper": paper,
        "ordered": ordered,
        "last": ordered.until - timedelta(milliseconds=1),
        "parts": [f"pages/parts/paper_{one}.html" for one in ordered.profile.sections],
        **(_standing(where, ordered) if "sentence" in ordered.profile.sections else {}),
    }
    return show(request, "pages/paper.html", where, shown)


@require_safe
def running(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """What stands at the foot of each printed page: a style sheet, for browsers have no other way.

    Everything in it is a name that we hold, or an instant that was read and is written anew.
    """
    where = enter(request, org, clinic)
    profile = BY_ID.get(request.GET.get("profile", ""))
    times = [_instant(request, name) for name in ("from", "until", "made")]
    if where.clinic is None:
        raise Http404
    text = f"{where.clinic.name}. Unsigned."
    if profile is not None and None not in times:
        zone = ZoneInfo(where.clinic.time_zone)
        since, until, made = (at.astimezone(zone) for at in times if at is not None)
        text = (
            f"{where.clinic.name}: {profile.title.lower()}, {since:%Y-%m-%d} to {until:%Y-%m-%d}. "
            f"Made {made:%Y-%m-%d %H:%M %Z}. Unsigned."
        )
    sheet = f"@page {{ @bottom-left {{ content: {_quoted(text)}; font: 8pt sans-serif; }} }}\n"
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


def _instant(request: HttpRequest, name: str) -> datetime | None:
    try:
        found = parse_datetime(request.GET.get(name, ""))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _quoted(text: str) -> str:
    """A string of CSS (css-syntax-3, section 4.3.5): whatever is no plain character is escaped."""
    return '"' + "".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text) + '"'


def _standing(where: Where, ordered: Ordered) -> dict[str, object]:
    """The owner's sentence, where the paper speaks of now; nothing for a time that is over."""
    if not ordered.is_now:
        return {}
    now, shelf = ordered.now, policy.at_hand(where.place)
    judged = counts.of_clinic(where.place, now, shelf.rules)
    standing = next(iter(findings.standings(where.place, now, judged.accepting)), None)
    number = shelf.number(protection.RULE)
    if standing is None or number is None:
        return {}
    proven = judged.rules.get(number, Tally()).proven
    said = sentence.of_clinic(where, number, proven, standing.approved, now)
    return {"standing": standing, "sentence": said and sentence.in_print(said)}


def _ordered(request: HttpRequest, clinic: "Clinic") -> Ordered:
    """The period that was typed, in days of the clinic; Refusal says what to type instead."""
    profile, now = BY_ID[request.GET["profile"]], timezone.now()
    last, first = _day(request, "until"), _day(request, "from")
    days = period.Days(first, last, clinic.time_zone)
    return Ordered(clinic, profile, *period.period(days, now, profile.id), now)


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if text and found is None:
        raise Refusal(f"{text[:20]!r} is no day", help="write it as 2026-11-23")
    return found
