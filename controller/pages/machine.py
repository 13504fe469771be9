"""What is wrong with this machine, how is that known, and what is to be done?

Failing first; then what is in error or unknown, with its reason; what passes is folded. A silent
machine's passes are shown as of its last report and count as not proven.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.exports import gather
from controller.findings import hush
from controller.findings import queries as findings
from controller.findings.scores import Tally
from controller.fleet import queries as fleet
from controller.ledger.actions import By
from controller.pages import documents, elsewhere, machine_acts, machine_rule, reasons, then
from controller.pages.changes import of_machine
from controller.pages.frame import Where, clock_of, may, own_home, person, show
from controller.pages.lines import Line
from controller.people.roles import Permission
from rules.facts import confirmed
from rules.facts.base import Why
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.findings.models import RuleState
    from controller.fleet.models import Machine, MachineKey

_EXPORTED = timedelta(days=30)
_GAPS = 5
_OPENED = 10
_IN_VAIN = (Why.UNTRUSTED_HOST, Why.UNREACHABLE, Why.ACCESS_DENIED, Why.TIMEOUT)
"""Why a visit brings nothing back."""


@require_safe
def page(request: HttpRequest, org: str, clinic: str, machine: UUID) -> HttpResponse:
    """The machine, now or on the day that `?at=` names."""
    where, found = machine_rule.enter_machine(request, org, clinic, machine)
    if "at" in request.GET:
        return then.of_machine(request, where, found)
    facts = fleet.facts(where.place, found.id)
    judged = machine_rule.judged(where, found, facts)
    is_silent = judged.is_silent
    with clock_of(where):
        shown = documents.facts(facts) if may(request, Permission.FACTS_READ, where) else ()
    content = {
        **_grouped(judged.lines, is_silent=is_silent),
        "facts": shown,
        "machine": found,
        "is_silent": is_silent,
        "hush": hush.why(where.place, found, timezone.now()) if is_silent else None,
        "policies": machine_rule.judged_by(found),
        "tally": findings.tally(
            found, is_silent=is_silent, accepted=0 if is_silent else judged.n_accepted
        ),
        "keys": _keys(fleet.keys(where.place, found.id)),
        "gaps": list(findings.gaps(where.place, found.id)[:_GAPS]),
        "folders": _folders(where, documents.roots(facts)),
        "changes": of_machine(where.place, found, judged.rules),
        "hosts": _hosts(where, found),
        "refused": _refused(found, judged.states),
        "acts": machine_acts.open_to(request, where, found),
        "former": fleet.former(where.place, found),
        "caveat": confirmed.of_machine(found.os_family, facts.document if facts else ()),
    }
    return show(request, "pages/machine.html", where, content)


@require_safe
def reports(request: HttpRequest, org: str, clinic: str, machine: UUID) -> HttpResponse:
    """The evidence bundle of the last 30 days, to be checked offline by `dentinel verify`.

    It is the clinic's: a log is whole or it proves nothing, and this machine's reports are in it.
    """
    where, found = machine_rule.enter_machine(request, org, clinic, machine)
    if not may(request, Permission.EVIDENCE_EXPORT, where):
        raise Http404
    now = timezone.now()
    file = BytesIO()
    by = By(person(request).email, request.META.get("REMOTE_ADDR", ""), now)
    order = gather.Order(found.clinic_id, now - _EXPORTED, now, by)
    gather.evidence(own_home(), where.place, order, file)
    name = f"{where.org.slug}-{found.clinic.slug}.dentinel-evidence"
    answer = HttpResponse(file.getvalue(), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _grouped(judged: list[Line], *, is_silent: bool) -> dict[str, list[Line]]:
    """The lines in the groups and the order of the page; of a silent machine none is accepted.

    The worst are opened in place, as many as a page can carry; the others follow as links.
    """

    def those(*verdicts: Verdict) -> list[Line]:
        return [line for line in judged if line.verdict in verdicts]

    failing = those(Verdict.FAIL)
    accepted = [line for line in failing if line.shield and not is_silent]
    opened = {
        "failing": [line for line in failing if line not in accepted],
        "waived": accepted,
        "not_known": those(Verdict.ERROR, Verdict.UNKNOWN),
    }
    found = {"passed": those(Verdict.PASS), "outside": those(Verdict.NOT_APPLICABLE)}
    left = _OPENED
    for name, group in opened.items():
        found[name], found[f"{name}_more"] = group[:left], group[left:]
        left -= len(found[name])
    return found


@dataclass(frozen=True, slots=True)
class Host:
    """A host that this machine visits."""

    machine: "Machine"
    tally: Tally


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the last visit to this host was in vain."""

    code: str
    word: str


def _folders(where: Where, roots: tuple[documents.Root, ...]) -> list[dict[str, Any]]:
    hosts = elsewhere.Hosts(where.place, roots)
    return [{"root": one, "elsewhere": hosts.of(one)} for one in roots]


def _hosts(where: Where, machine: "Machine") -> list[Host]:
    """Nobody visits from a host: only machines with an agent are asked for theirs."""
    if machine.visitor_id is not None:
        return []
    now = timezone.now()
    return [
        Host(one, findings.tally(one, is_silent=fleet.is_silent(one, now)))
        for one in fleet.visited(where.place, machine.id)
    ]


def _refused(machine: "Machine", states: "list[RuleState]") -> Refused | None:
    """Was the last visit to this host in vain? Then no rule is judged, and each says why."""
    codes = {(state.evidence or {}).get("why") for state in states}
    is_judged = any(state.verdict in (Verdict.PASS, Verdict.FAIL) for state in states)
    code = next((code for code in _IN_VAIN if code in codes), None)
    if machine.visitor_id is None or is_judged or code is None:
        return None
    return Refused(code, reasons.why(code))


def _keys(keys: "Iterable[MachineKey]") -> "list[MachineKey]":
    """The keys that are in force: one for reports, one for the courier."""
    return [key for key in keys if key.valid_to_leaf is None]
