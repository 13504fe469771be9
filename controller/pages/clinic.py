"""How does one clinic stand: one sentence for its owner, then what fails on which machine.

The list of machines is sent fifty at a time, worst first.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.errors import NotThere
from controller.findings import accepted, counts, protection
from controller.findings import queries as findings
from controller.findings.queries import Standing
from controller.findings.scores import Tally
from controller.fleet import queries as fleet
from controller.inventory import queries as inventory
from controller.pages import sentence, then
from controller.pages.changes import changes
from controller.pages.frame import Where, enter, may, show
from controller.paperwork import queries as paperwork
from controller.people.roles import Permission
from controller.policy import queries as policy
from controller.policy import waivers
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.fleet.models import Machine

_RECENT = timedelta(hours=24)
_AT_ONCE = 50
_NAMED = 6
_LOOKED_AT = 500
_NOT_PROVEN = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN)
_WAIVED = "waived"
_STATES = (*_NOT_PROVEN, _WAIVED)


@dataclass(frozen=True, slots=True)
class Row:
    """A machine in the list."""

    machine: "Machine"
    is_silent: bool
    tally: Tally


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that is not proven on `total` of the machines it judged, and the first few of them.

    `state` is the verdict, or `waived` for failures that are accepted: those name no machine.
    """

    rule: policy.Described
    state: str
    machines: "tuple[Machine, ...]"
    total: int
    judged: int

    @property
    def more(self) -> int:
        """How many machines are not named."""
        return max(self.total - len(self.machines), 0)


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The clinic, now or on the day that `?at=` names."""
    now = timezone.now()
    ending = partial(waivers.ending, now=now)
    where = enter(request, org, clinic, without=inventory.without_agent, ending=ending)
    if "at" in request.GET:
        return then.of_clinic(request, where)
    shelf = policy.at_hand(where.place)
    judged = counts.of_clinic(where.place, now, shelf.rules)
    standing = next(iter(findings.standings(where.place, now, judged.accepting)), None)
    shown = _open(where, shelf.described, judged.rules, now)
    rows, last = _machines(where, request.GET.get("after"), now)
    content = {
        "here": "clinic",
        "standing": standing,
        "policies": findings.policies([standing] if standing else ()),
        "without": getattr(where.clinic, "without", 0),
        "ending": getattr(where.clinic, "ending", 0),
        "sentence": _sentence(where, standing, shelf, judged, now),
        "open": shown,
        "rows": rows,
        "last": last,
        "changes": changes(where.place, now - _RECENT, shelf.described),
        "papers": _papers(request, where, shelf, now),
    }
    return show(request, "pages/clinic.html", where, content)


def _papers(
    request: HttpRequest, where: Where, shelf: policy.Shelf, now: datetime
) -> dict[str, int]:
    """How many statements are missing, expired or due, for who may read them."""
    if where.clinic is None or not may(request, Permission.REGISTERS_READ, where):
        return {}
    return paperwork.open_now(where.clinic, now, paperwork.on_file(where.clinic, shelf))


def _machines(where: Where, after: str | None, now: datetime) -> tuple[list[Row], UUID | None]:
    """Fifty machines from a place in the list on, and the last one's id if there are more."""
    machines = fleet.machines(where.place)
    if after is not None:
        try:
            machines = fleet.following(machines, fleet.machine(where.place, UUID(after)))
        except (ValueError, NotThere) as error:
            raise Http404("there is no such page of the list") from error
    each = machines.annotate(accepted=accepted.on_each(where.place, now))
    found = list(each[: _AT_ONCE + 1])
    rows = [_row(machine, now) for machine in found[:_AT_ONCE]]
    return rows, (rows[-1].machine.id if len(found) > _AT_ONCE else None)


def _row(machine: "Machine", now: datetime) -> Row:
    is_silent, n = fleet.is_silent(machine, now), getattr(machine, "accepted", 0)
    return Row(machine, is_silent, findings.tally(machine, is_silent=is_silent, accepted=n))


def _sentence(
    where: Where,
    standing: Standing | None,
    shelf: policy.Shelf,
    judged: counts.Judged,
    now: datetime,
) -> sentence.Sentence | None:
    """What an owner is told first."""
    number = shelf.number(protection.RULE)
    if number is None or standing is None:
        return None
    proven = judged.rules.get(number, Tally()).proven
    return sentence.of_clinic(where, number, proven, standing.approved, now)


def _open(
    where: Where,
    rules: dict[int, policy.Described],
    judged: dict[int, Tally],
    now: datetime,
) -> list[Open]:
    """Failing rules first, then those in error, unknown, accepted; heavier ones before lighter."""
    named: dict[tuple[int, str], list[Machine]] = {}
    for state in findings.open_states(where.place, now)[:_LOOKED_AT]:
        named.setdefault((state.rule_no, state.verdict), []).append(state.machine)
    shown = [
        Open(
            rule=rules[rule_no],
            state=state,
            machines=tuple(named.get((rule_no, state), ())[:_NAMED]),
            total=total,
            judged=tally.checks,
        )
        for rule_no, tally in judged.items()
        for state, total in _totals(tally)
        if total and rule_no in rules
    ]
    return sorted(shown, key=_weight)


def _totals(tally: Tally) -> tuple[tuple[str, int], ...]:
    """On how many machines a rule is in each state that is not proven."""
    return (
        (Verdict.FAIL, tally.failing),
        (Verdict.ERROR, tally.error),
        (Verdict.UNKNOWN, tally.unknown),
        (_WAIVED, tally.accepted),
    )


def _weight(one: Open) -> tuple[int, int, str]:
    return (_STATES.index(one.state), one.rule.weight, one.rule.title)
