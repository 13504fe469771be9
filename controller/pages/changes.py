"""What has become known lately, machine by machine?"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from controller.findings import queries as findings
from controller.policy.queries import Described
from controller.tenants.scope import Place

if TYPE_CHECKING:
    from controller.findings.models import RuleSpan
    from controller.fleet.models import Machine

_MOST = 12


@dataclass(frozen=True, slots=True)
class Change:
    """From when on a rule says something else of a machine."""

    machine: "Machine"
    title: str
    before: str
    verdict: str
    known_from: datetime


def changes(place: Place, since: datetime, rules: dict[int, Described]) -> list[Change]:
    """The newest changes of a place, a dozen at most."""
    return [_change(span, rules) for span in findings.changes(place, since)[:_MOST]]


def of_machine(place: Place, machine: "Machine", rules: dict[int, Described]) -> list[Change]:
    """The newest changes of one machine, a dozen at most."""
    spans = findings.changes(place, machine.enrolled_at).filter(machine_id=machine.id)
    return [_change(span, rules) for span in spans[:_MOST]]


def _change(span: "RuleSpan", rules: dict[int, Described]) -> Change:
    rule = rules.get(span.rule_no)
    title = rule.title if rule else f"rule {span.rule_no}"
    return Change(span.machine, title, getattr(span, "before", ""), span.verdict, span.known_from)
