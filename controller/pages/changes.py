"""What has become known lately, machine by machine?"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from controller.findings import turns
from controller.policy.queries import Described
from controller.tenants.scope import Place
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.findings.models import RuleSpan
    from controller.fleet.models import Machine

_MOST = 12
_COUNTED = 200
_GOOD = (Verdict.PASS, Verdict.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Change:
    """From when on a rule says something else of a machine."""

    machine: "Machine"
    title: str
    before: str
    verdict: str
    known_from: datetime

    @property
    def is_worse(self) -> bool:
        """Did something that passed stop to?"""
        return self.before in _GOOD and self.verdict not in _GOOD


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed since a moment: the first dozen, what got worse on top, and how much there is.

    `is_more`: there is more than was looked at, so the counts are of the newest alone.
    """

    since: datetime
    shown: tuple[Change, ...]
    worse: int
    total: int
    is_more: bool


def changes(place: Place, since: datetime, rules: dict[int, Described]) -> list[Change]:
    """The newest changes of a place, a dozen at most."""
    return [_change(span, rules) for span in turns.changes(place, since)[:_MOST]]


def changed(place: Place, since: datetime, rules: dict[int, Described]) -> Changed:
    """What changed in a place, what got worse first."""
    found = [_change(span, rules) for span in turns.changes(place, since)[: _COUNTED + 1]]
    looked_at = found[:_COUNTED]
    worse = [one for one in looked_at if one.is_worse]
    shown = [*worse, *(one for one in looked_at if not one.is_worse)][:_MOST]
    is_more = len(found) > _COUNTED
    return Changed(since, tuple(shown), len(worse), len(looked_at), is_more)


def of_machine(place: Place, machine: "Machine", rules: dict[int, Described]) -> list[Change]:
    """The newest changes of one machine, a dozen at most."""
    spans = turns.changes(place, machine.enrolled_at).filter(machine_id=machine.id)
    return [_change(span, rules) for span in spans[:_MOST]]


def _change(span: "RuleSpan", rules: dict[int, Described]) -> Change:
    rule = rules.get(span.rule_no)
    title = rule.title if rule else f"rule {span.rule_no}"
    return Change(span.machine, title, getattr(span, "before", ""), span.verdict, span.known_from)
