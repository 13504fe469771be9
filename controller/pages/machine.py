"""What is wrong with this machine, how is that known, and what is to be done?

Failing first; then what is in error or unknown, with its reason; what passes is folded. A silent
machine's passes are shown as of its last report and count as not proven.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.errors import NotThere
from controller.exports import gather
from controller.findings import queries as findings
from controller.fleet import queries as fleet
from controller.ledger import queries as ledger
from controller.pages import documents, lines
from controller.pages.changes import of_machine
from controller.pages.frame import Where, enter, may, show
from controller.pages.lines import Line
from controller.people.roles import Permission
from controller.policy import queries as policy
from controller.policy.queries import Described
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.fleet.models import FactsNow, Machine, MachineKey

_NOT_KNOWN = (Verdict.ERROR, Verdict.UNKNOWN)


@require_safe
def page(request: HttpRequest, org: str, clinic: str, machine: UUID) -> HttpResponse:
    """The machine."""
    where, found = _enter(request, org, clinic, machine)
    is_silent = fleet.is_silent(found, timezone.now())
    facts = fleet.facts(where.place, found.id)
    rules = policy.described(where.place)
    known = lines.Known(found.os_family, is_silent, facts.document if facts else {})
    judged = _lines(where, found, rules, known)
    content = {
        "machine": found,
        "is_silent": is_silent,
        "tally": findings.tally(found, is_silent=is_silent),
        "failing": _those(judged, Verdict.FAIL),
        "not_known": _those(judged, *_NOT_KNOWN),
        "passed": _those(judged, Verdict.PASS),
        "outside": _those(judged, Verdict.NOT_APPLICABLE),
        "keys": _keys(fleet.keys(where.place, found.id)),
        "gaps": list(findings.gaps(where.place, found.id)[:5]),
        "facts": documents.facts(facts) if may(request, Permission.FACTS_READ, where) else (),
        "roots": documents.roots(facts),
        "changes": of_machine(where.place, found, rules),
    }
    return show(request, "pages/machine.html", where, content)


@require_safe
def reports(request: HttpRequest, org: str, clinic: str, machine: UUID) -> HttpResponse:
    """The machine's envelopes as they were signed, to be checked offline by `dentinel verify`."""
    where, found = _enter(request, org, clinic, machine)
    if not may(request, Permission.EVIDENCE_EXPORT, where):
        raise Http404
    raise NotImplementedError


def _enter(request: HttpRequest, org: str, clinic: str, machine: UUID) -> "tuple[Where, Machine]":
    where = enter(request, org, clinic)
    try:
        return where, fleet.machine(where.place, machine)
    except NotThere as error:
        raise Http404(str(error)) from error


def _lines(
    where: Where, machine: "Machine", rules: dict[int, Described], known: lines.Known
) -> list[Line]:
    states = list(findings.states(where.place, machine.id))
    packs = policy.packs(where.place, {state.pack_sha for state in states})
    shown = [
        lines.line(state, rules[state.rule_no], packs.get(state.pack_sha), known)
        for state in states
        if state.rule_no in rules
    ]
    return sorted(shown, key=lambda line: line.rank)


def _those(judged: Iterable[Line], *verdicts: Verdict) -> list[Line]:
    return [line for line in judged if line.verdict in verdicts]


def _keys(keys: "Iterable[MachineKey]") -> "list[MachineKey]":
    """The keys that are in force: one for reports, one for the courier."""
    return [key for key in keys if key.valid_to_leaf is None]
