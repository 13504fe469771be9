"""How does an MSP ask many clinics at once to accept a failure, and what did each decide?

The form stands at the rule; it offers the clinics in which the rule fails. Each clinic's approver
decides on a waiver of its own, on that waiver's page, by the rules that hold for every other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from controller.errors import NotThere, Refusal
from controller.findings import spread, templates
from controller.findings.spread import Inside
from controller.findings.templates import Wanted
from controller.fleet import queries as fleet
from controller.pages.frame import Where, enter, person, show
from controller.pages.listing import part
from controller.pages.waiver_ask import LONGEST, USUAL, by_field
from controller.pages.waivers import call_of, rows_of
from controller.people import risk
from controller.policy import asking, waivers
from controller.policy import queries as policy
from controller.policy.asking import Asked, Misasked
from controller.tenants import queries as tenants

if TYPE_CHECKING:
    from controller.policy.models import WaiverTemplate
    from controller.policy.queries import Described
    from controller.tenants.models import Clinic

_MOST_CLINICS = 200
_AT_ONCE = 40
_TYPED = ("role", "reason", "compensating", "risk_owner", "from", "until")


@dataclass(frozen=True, slots=True)
class Form:
    """The rule that is asked about, and the clinics that can be chosen."""

    rule: "Described"
    offered: list[Inside]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, rule: str) -> HttpResponse:
    """The form; after it the template, that says what each clinic decides."""
    where = enter(request, org)
    form = _form(request, where, rule)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            return redirect("waiver-template", org, _ask(request, where, form).id)
        except Misasked as error:
            wrong = by_field(error, {**_fields(request, form), "risk_owner": "somebody"})
        except Refusal as error:
            wrong = {"": f"{error}. {error.help}"}
    today = first_day((one.zone for one in form.offered), timezone.now())
    usual = {"from": today, "until": today + USUAL, "latest": today + LONGEST}
    content = {
        "form": form,
        "roles": fleet.roles(where.place),
        "most": _MOST_CLINICS,
        "chosen": request.POST.getlist("clinic"),
        "typed": {
            **{name: f"{day:%Y-%m-%d}" for name, day in usual.items()},
            **request.POST.dict(),
        },
        "wrong": wrong,
        "wrong_whole": wrong.get("", ""),
    }
    answer = show(request, "pages/waive_many.html", where, content)
    answer.status_code = 422 if wrong else 200
    return answer


@require_safe
def one(request: HttpRequest, org: str, template: UUID) -> HttpResponse:
    """One template: what it asks, and who decided what."""
    where = enter(request, org)
    try:
        found = templates.template(where.place, template)
    except NotThere as error:
        raise Http404(str(error)) from error
    listed = part(
        request, list(templates.of(where.place, found)), lambda one: one.id, most=_AT_ONCE
    )
    rows = rows_of(where, list(listed), timezone.now())
    titles = {rule.id: rule.title for rule in policy.described(where.place).values()}
    content = {
        "template": found,
        "title": titles.get(found.rule, found.rule),
        "rows": rows,
        "part": listed,
    }
    return show(request, "pages/waiver_template.html", where, content)


def _form(request: HttpRequest, where: Where, name: str) -> Form:
    """404 where there is no such rule, or no clinic in which this person may ask for a waiver."""
    shelf, now, who = policy.at_hand(where.place), timezone.now(), person(request)
    number = shelf.number(name)
    if number is None:
        raise Http404("no machine ever spoke of such a rule")
    inside = [one for one in spread.by_clinic(where.place, number, now) if one.failing]
    mine = [one for one in inside if templates.may_ask(who, where.place, one.clinic)]
    if inside and not mine:
        raise Http404("no clinic here is this person's to ask")
    return Form(shelf.described[number], mine[:_MOST_CLINICS])


def first_day(zones: Iterable[str], now: datetime) -> date:
    """The day on which it is to hold in each of these zones from now on: the earliest of theirs."""
    return min((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=now.date())


def _ask(request: HttpRequest, where: Where, form: Form) -> "WaiverTemplate":
    typed = _fields(request, form)
    packs, slugs = policy.every(where.place), set(request.POST.getlist("clinic"))
    offered = {one.clinic for one in form.offered if one.slug in slugs}
    chosen = [one for one in tenants.clinics(where.place) if one.id in offered]
    asked = [(clinic, _asked(where, clinic, typed, packs)) for clinic in chosen]
    said = {name: typed[name] for name in ("rule", "role", "reason", "compensating", "risk_owner")}
    return templates.ask(call_of(request, where), Wanted(**said), asked, person(request))


def _fields(request: HttpRequest, form: Form) -> dict[str, Any]:
    """What was typed, with the keys of form waivers/v1 in their order."""
    typed = {name: request.POST.get(name, "").strip() for name in _TYPED}
    return {"id": "", "rule": form.rule.id, "scope": {"clinic": ""}, "items": [], **typed}


def _asked(where: Where, clinic: "Clinic", typed: dict[str, Any], packs: Any) -> Asked:  # noqa: ANN401
    """The same in one clinic: with its next number, in its zone, carried by its owner."""
    place, now = where.place.clinic(clinic.id), timezone.now()
    scope = {"group": f"role:{typed['role']}"} if typed["role"] else {"clinic": clinic.slug}
    fields = {
        **typed,
        "id": waivers.next_label(place, now),
        "scope": scope,
        "risk_owner": typed["risk_owner"] or _owner(clinic),
    }
    return asking.ask(fields, packs, ZoneInfo(clinic.time_zone))


def _owner(clinic: "Clinic") -> str:
    """Whose decision it is, by name; the practice itself where nobody of it signs in yet."""
    owners = risk.owners(clinic, timezone.now())
    return owners[0].name if owners else f"the owner of {clinic.name}"[:80]
