"""How does a person ask to have a failure accepted? Beside it, and with all that an approver needs.

What the form says is read as text of form waivers/v1, by the very parser of the author's tool.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.findings import queries as findings
from controller.findings import waiving
from controller.fleet import queries as fleet
from controller.ledger.actions import By
from controller.pages.frame import Where, enter, may, own_home, person, show
from controller.people.roles import Permission
from controller.policy import asking, waivers
from controller.policy import queries as policy
from controller.policy.asking import Misasked
from rules.compiled import catalogue
from rules.compiled.rule import Rule
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.findings.models import RuleState
    from controller.fleet.models import Machine
    from controller.policy.models import Waiver

USUAL = timedelta(days=90)
LONGEST = timedelta(days=366)
_TYPED = ("reason", "compensating", "risk_owner", "from", "until")
_SHOWN = (*_TYPED, "items", "scope")


@dataclass(frozen=True, slots=True)
class Failure:
    """What it is about: a rule that fails on a machine, and the waiver that is to be renewed."""

    where: Where
    machine: "Machine"
    rule: str
    title: str
    state: "RuleState"
    judged: Rule | None
    renews: "Waiver | None"

    @property
    def items(self) -> list[str]:
        """The items that fail and go by a name, if the rule walks a list."""
        if self.judged is None or self.judged.over is None:
            return []
        listed = (self.state.evidence or {}).get("items", ())
        return list(dict.fromkeys(one["item"] for one in listed if one.get("item")))


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, org: str, clinic: str, machine: UUID, rule: str) -> HttpResponse:
    """The form; after it the waiver that now waits for its approver."""
    where = enter(request, org, clinic)
    if not may(request, Permission.WAIVERS_REQUEST, where):
        raise Http404
    try:
        found = fleet.machine(where.place, machine)
        failure = _failure(where, found, rule, _renewed(request, where))
    except NotThere as error:
        raise Http404(str(error)) from error
    wrong: dict[str, str] = {}
    if request.method == "POST":
        fields = _fields(request, failure)
        try:
            return redirect("waiver", org, clinic, _ask(request, failure, fields).id)
        except Misasked as error:
            wrong = by_field(error, fields)
        except Refusal as error:
            wrong = {"": f"{error}. {error.help}"}
    content = {
        "failure": failure,
        "scopes": _scopes(found, where),
        "typed": {**_usual(where, failure.renews), **request.POST.dict()},
        "chosen": request.POST.getlist("item"),
        "wrong": wrong,
        "wrong_whole": wrong.get("", ""),
    }
    answer = show(request, "pages/waiver_ask.html", where, content)
    answer.status_code = 422 if wrong else 200
    return answer


def _failure(where: Where, machine: "Machine", name: str, renews: "Waiver | None") -> Failure:
    """NotThere where it does not fail: there is nothing to accept."""
    numbers = {no: one for no, one in policy.described(where.place).items() if one.id == name}
    for state in findings.states(where.place, machine.id):
        if state.rule_no in numbers and state.verdict == Verdict.FAIL:
            pack = policy.packs(where.place, [state.pack_sha]).get(state.pack_sha)
            title, judged = numbers[state.rule_no].title, pack.rule(name) if pack else None
            return Failure(where, machine, name, title, state, judged, renews)
    raise NotThere("no such rule fails there")


def _ask(request: HttpRequest, failure: Failure, fields: dict[str, Any]) -> "Waiver":
    who, where = person(request), failure.where
    by = By(who.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), who.id)
    asked = asking.ask(fields, policy.every(where.place), _zone(where))
    call = waiving.Call(own_home(), where.place, by)
    (made,) = waiving.request(call, failure.machine.clinic, [asked], who, failure.renews)
    return made


def _fields(request: HttpRequest, failure: Failure) -> dict[str, Any]:
    where = failure.where
    scopes = _scopes(failure.machine, where)
    _, scope = scopes.get(request.POST.get("scope", "machine"), scopes["machine"])
    return {
        "id": waivers.next_label(where.place, timezone.now()),
        "rule": failure.rule,
        "scope": scope,
        "items": _leaves(failure.judged, request.POST.getlist("item")),
        **{name: request.POST.get(name, "").strip() for name in _TYPED},
    }


def _leaves(rule: Rule | None, chosen: list[str]) -> list[str]:
    """Only these items: one leaf over the field that they go by."""
    if not chosen or rule is None or rule.over is None:
        return []
    name = catalogue.items()[rule.over.item].fields[0].name
    said = ", ".join(_quoted(one) for one in chosen)
    return [f"{rule.over.item}.{name} in [{said}]"]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _scopes(machine: "Machine", where: Where) -> dict[str, tuple[str, dict[str, str]]]:
    """Where it may be accepted: in words, and as text. This machine is what is usual."""
    found = {"machine": (f"{machine.host} alone", {"machine": machine.host})}
    if machine.role:
        words = f"all {machine.role.replace('_', ' ')} machines of the clinic"
        found["role"] = (words, {"group": f"role:{machine.role}"})
    if machine.site is not None:
        found["site"] = (f"all machines of {machine.site.name}", {"site": machine.site.slug})
    if where.clinic is not None:
        found["clinic"] = (f"all machines of {where.clinic.name}", {"clinic": where.clinic.slug})
    return found


def _usual(where: Where, renews: "Waiver | None") -> dict[str, str]:
    today = timezone.now().astimezone(_zone(where))
    begins = today if renews is None else max(today, renews.until_at.astimezone(_zone(where)))
    usual = {
        "scope": "machine",
        "from": _day(begins),
        "until": _day(begins + USUAL),
        "latest": _day(begins + LONGEST),
    }
    if renews is None:
        return usual
    said = ("reason", "compensating", "risk_owner")
    return {**usual, **{name: getattr(renews, name) for name in said}}


def _renewed(request: HttpRequest, where: Where) -> "Waiver | None":
    named = request.GET.get("renews")
    if not named:
        return None
    try:
        return waivers.waiver(where.place, UUID(named))
    except ValueError as error:
        raise NotThere("there is no such waiver here") from error


def by_field(error: Misasked, fields: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each field; under no name what is wrong with the whole."""
    found: dict[str, str] = {}
    for one in error.wrong:
        field = asking.field_of(one.line, fields)
        found.setdefault(field if field in _SHOWN else "", one.text[:1].upper() + one.text[1:])
    return found


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _zone(where: Where) -> ZoneInfo:
    return ZoneInfo(where.clinic.time_zone if where.clinic else "UTC")
