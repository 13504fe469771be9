"""How did a machine, or the machines of a clinic, stand on a day; and who knew?

Two columns that are never merged: as it was, as is known by now, and as we knew it that day. A day
means its end in the clinic's time zone; today means now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import add
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from controller.findings import history
from controller.findings.history import Then
from controller.findings.scores import Tally
from controller.pages.frame import Where, show
from controller.pages.listing import part
from controller.policy import queries as policy
from rules.verdict import Verdict

if TYPE_CHECKING:
    from controller.fleet.models import Machine

_LISTED = 500
_ORDER = (
    Verdict.FAIL,
    Verdict.ERROR,
    Verdict.UNKNOWN,
    "stale",
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
    "",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The day that was asked for, and its end; or what is wrong with it."""

    text: str
    at: datetime
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A machine on that day: as it was, and as we knew it."""

    machine: "Machine"
    was: Then
    knew: Then


@dataclass(frozen=True, slots=True)
class Line:
    """A rule on that day: as it was, and as we knew it; empty where it said nothing."""

    title: str
    severity: str
    was: str
    knew: str

    @property
    def rank(self) -> tuple[int, int, str]:
        """What was worst first."""
        return (_ORDER.index(self.was), _ORDER.index(self.knew), self.title)


def day(text: str, zone: ZoneInfo, now: datetime) -> Asked:
    """The end of a day written as 2026-03-03; a day that has not come or is none says so."""
    today = now.astimezone(zone).date()
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        return Asked(text, now, f"{text!r} is no day: write it as {today.isoformat()}.")
    if asked > today:
        return Asked(text, now, f"{text} has not come yet.")
    end = datetime.combine(asked + timedelta(days=1), time(), zone) if asked < today else now
    return Asked(text, end)


def of_clinic(request: HttpRequest, where: Where) -> HttpResponse:
    """The clinic's page on a day."""
    asked = _asked(request, where)
    machines = list(history.present(where.place, asked.at)[: _LISTED + 1])
    rows = _rows(where, machines[:_LISTED], asked.at)
    content = {
        "asked": asked,
        "rows": part(request, rows, lambda row: row.machine.id),
        "is_cut": len(machines) > _LISTED,
        "is_away": any(row.knew.doubt == "away" for row in rows),
        "n_erased": sum(row.was.doubt == "erased" for row in rows),
        "was": _sum(row.was for row in rows),
        "knew": _sum(row.knew for row in rows),
    }
    return show(request, "pages/then_clinic.html", where, content)


def of_machine(request: HttpRequest, where: Where, machine: "Machine") -> HttpResponse:
    """The machine's page on a day."""
    asked = _asked(request, where)
    there = [machine] if history.was_present(machine, asked.at) else []
    rows = _rows(where, there, asked.at)
    rules = policy.described(where.place)
    content = {
        "asked": asked,
        "machine": machine,
        "row": rows[0] if rows else None,
        "lines": _lines(rows[0], rules) if rows else (),
    }
    return show(request, "pages/then_machine.html", where, content)


def _asked(request: HttpRequest, where: Where) -> Asked:
    zone = ZoneInfo(where.clinic.time_zone if where.clinic else "UTC")
    return day(request.GET.get("at", ""), zone, timezone.now())


def _rows(where: Where, machines: "list[Machine]", at: datetime) -> list[Row]:
    was, knew = history.both(where.place, machines, at)
    return [Row(*each) for each in zip(machines, was, knew, strict=True)]


def _lines(row: Row, rules: dict[int, policy.Described]) -> list[Line]:
    numbers = row.was.verdicts.keys() | row.knew.verdicts.keys()
    lines = []
    for number in numbers:
        rule = rules.get(number)
        title = rule.title if rule else f"rule {number}"
        severity = rule.severity if rule else ""
        lines.append(Line(title, severity, _shown(row.was, number), _shown(row.knew, number)))
    return sorted(lines, key=lambda line: line.rank)


def _shown(then: Then, number: int) -> str:
    """The verdict; a pass that proves nothing is stale."""
    verdict = then.verdicts.get(number, "")
    return "stale" if then.doubt and verdict == Verdict.PASS else verdict


def _sum(thens: Iterable[Then]) -> Tally:
    return reduce(add, (one.tally for one in thens), Tally())
