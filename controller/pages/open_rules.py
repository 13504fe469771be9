"""Which rules are not proven in a clinic, and on which of its machines?

The heaviest stand on the clinic's page with a few machines each; all of them on a page of their
own, in parts. Each leads to the list of its machines.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.findings import counts
from controller.findings import queries as findings
from controller.findings.queries import Named
from controller.findings.scores import Tally
from controller.pages.frame import Where, enter, show
from controller.pages.listing import part
from controller.pages.orders import Key, Order, ordered, sorting
from controller.policy import queries as policy
from rules.verdict import Verdict

WAIVED = "waived"
_STATES = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, WAIVED)
_AT_ONCE = 60
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Open:
    """A rule that is not proven on `total` of the machines it judged, and the first few of them.

    `state` is the verdict, or `waived` for failures that are accepted: those name no machine.
    """

    rule_no: int
    rule: policy.Described
    state: str
    total: int
    judged: int
    machines: tuple[Named, ...] = ()

    @property
    def more(self) -> int:
        """How many machines are not named."""
        return max(self.total - len(self.machines), 0)

    @property
    def key(self) -> str:
        """What names it in an address."""
        return f"{self.rule.id}.{self.state}"


ORDERS: dict[str, Order[Key[Open]]] = {
    "worst": Order(None, falling=True),
    "rule": Order(lambda one: one.rule.title.casefold()),
    "severity": Order(lambda one: one.rule.weight, falling=True),
    "machines": Order(lambda one: -one.total, falling=True),
}


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """All of them, in parts."""
    where = enter(request, org, clinic)
    shelf = policy.at_hand(where.place)
    order = sorting(request, ORDERS)
    rows = ordered(listed(shelf, counts.by_rule(where.place, timezone.now())), order)
    content = {"open": part(request, rows, lambda one: one.key, most=_AT_ONCE), "order": order}
    return show(request, "pages/open.html", where, content)


def listed(shelf: policy.Shelf, judged: dict[int, Tally]) -> list[Open]:
    """Failing rules first, then those in error, unknown, accepted; heavier ones before lighter."""
    shown = [
        Open(rule_no, shelf.described[rule_no], state, total, tally.checks)
        for rule_no, tally in judged.items()
        for state, total in _totals(tally)
        if total and rule_no in shelf.described
    ]
    return sorted(shown, key=_weight)


def named(where: Where, rows: list[Open], now: datetime) -> list[Open]:
    """The same with the first few machines of each; one query."""
    first: dict[tuple[int, str], list[Named]] = {}
    for machine in findings.first_of(where.place, now, {one.rule_no for one in rows}, _NAMED):
        first.setdefault((machine.rule_no, machine.verdict), []).append(machine)
    return [replace(one, machines=tuple(first.get((one.rule_no, one.state), ()))) for one in rows]


def _totals(tally: Tally) -> tuple[tuple[str, int], ...]:
    """On how many machines a rule is in each state that is not proven."""
    return (
        (Verdict.FAIL, tally.failing),
        (Verdict.ERROR, tally.error),
        (Verdict.UNKNOWN, tally.unknown),
        (WAIVED, tally.accepted),
    )


def _weight(one: Open) -> tuple[int, int, str]:
    return (_STATES.index(one.state), one.rule.weight, one.rule.title)
