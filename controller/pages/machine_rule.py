"""What does each rule say of a machine, and one of them in full on a page of its own?

The machine's page opens the worst in place; the others are a link away, so that a page weighs
what is read and not what there is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.errors import NotThere
from controller.findings import matching
from controller.findings import queries as findings
from controller.fleet import queries as fleet
from controller.fleet.queries import Policy
from controller.pages import lines
from controller.pages.frame import Where, clock_of, enter, own_home, show
from controller.pages.lines import Line
from controller.policy import queries as policy
from controller.policy.queries import Described
from controller.policy.terms import Otherwise, otherwise
from rules.compiled.rule import Pack

if TYPE_CHECKING:
    from controller.findings.models import RuleState
    from controller.fleet.models import FactsNow, Machine


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of a machine, rule by rule, the heaviest first; and what it is said by."""

    lines: list[Line]
    states: "list[RuleState]"
    rules: dict[int, Described]
    is_silent: bool
    n_accepted: int


@require_safe
def page(request: HttpRequest, org: str, clinic: str, machine: UUID, rule: str) -> HttpResponse:
    """One rule on one machine."""
    where, found = enter_machine(request, org, clinic, machine)
    whole = judged(where, found, fleet.facts(where.place, found.id), rule)
    if not whole.lines:
        raise Http404("this machine says nothing of such a rule")
    content = {
        "machine": found,
        "line": whole.lines[0],
        "is_silent": whole.is_silent,
        "policies": judged_by(found),
    }
    return show(request, "pages/machine_rule.html", where, content)


def enter_machine(
    request: HttpRequest, org: str, clinic: str, machine: UUID
) -> "tuple[Where, Machine]":
    """The clinic and the machine behind an address; 404 for a stranger."""
    where = enter(request, org, clinic)
    try:
        return where, fleet.machine(where.place, machine)
    except NotThere as error:
        raise Http404(str(error)) from error


def judged_by(machine: "Machine") -> list[Policy]:
    """By which rules this machine is judged, for the foot of its pages."""
    known = machine.reported_at is not None
    return [Policy(machine.policy_state, machine.pack_version, 1)] if known else []


def judged(
    where: Where, machine: "Machine", facts: "FactsNow | None", only: str | None = None
) -> Judged:
    """What the rules say of a machine, or only the one of that id."""
    now, shelf = timezone.now(), policy.at_hand(where.place)
    rules = {no: one for no, one in shelf.described.items() if only in (None, one.id)}
    states = [one for one in findings.states(where.place, machine.id) if one.rule_no in rules]
    packs = policy.packs(where.place, {state.pack_sha for state in states})
    known = lines.Known(
        machine.os_family,
        fleet.is_silent(machine, now),
        facts.document if facts else {},
        _otherwise(where, machine, packs),
        matching.of_machine(where.place, machine.id, now),
    )
    with clock_of(where):
        shown = [
            lines.line(state, rules[state.rule_no], packs.get(state.pack_sha), known)
            for state in states
        ]
    shown.sort(key=lambda line: line.rank)
    return Judged(shown, states, rules, known.is_silent, len(known.waived))


def _otherwise(
    where: Where, machine: "Machine", packs: dict[str, Pack]
) -> dict[tuple[str, str], Otherwise]:
    """What its clinic sets in place of the packs' values: for what reports by an agent itself."""
    if machine.policy_state in ("", "builtin") or machine.visitor_id is not None:
        return {}
    folder = own_home().tuf(where.place.org)
    return otherwise(folder, where.place, machine, packs.values(), timezone.now())
