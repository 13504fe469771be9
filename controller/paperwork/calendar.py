"""What is to be done in the next 90 days, on which day, and by whom?"""

import itertools
from calendar import Calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from controller.paperwork import lists
from controller.paperwork.binder import Binder
from controller.paperwork.queries import Asked
from controller.paperwork.registers.index import REGISTERS
from controller.paperwork.states import State

AHEAD = timedelta(days=90)
_WEEKS = Calendar(firstweekday=6)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that somebody must do by a day; `day` is null for what is late already.

    `key` names it among all tasks of the clinic. What leads to its page: the `kind` and `subject`
    of a statement, a `register` and an `entry`, or a `scorecard`.
    """

    key: str
    day: date | None
    title: str
    owner: str
    kind: str = ""
    subject: str = ""
    register: str = ""
    entry: UUID | None = None
    scorecard: UUID | None = None


class Dated(Protocol):
    """What stands on a day."""

    @property
    def day(self) -> date | None:
        """Null for what is late."""


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Cell(Generic[D]):
    """A day of a month's grid, and what is to be done by it."""

    day: date
    is_in_month: bool
    is_today: bool
    tasks: tuple[D, ...]


@dataclass(frozen=True, slots=True)
class Month(Generic[D]):
    """A month as weeks from Sunday to Saturday."""

    first: date
    weeks: tuple[tuple[Cell[D], ...], ...]


def tasks(asked: Iterable[Asked], today: date) -> list[Task]:
    """What is late, then what ends or must be answered within 90 days, by day."""
    found = [
        Task(
            key=f"{one.kind.id}/{one.subject.id}",
            day=None if one.standing.state is State.EXPIRED else one.standing.until,
            title=f"{one.kind.title}: {one.subject.name}" if one.subject.name else one.kind.title,
            owner=one.kind.owner,
            kind=one.kind.id,
            subject=one.subject.id,
        )
        for one in asked
        if one.standing.state is State.EXPIRED or one.standing.until is not None
    ]
    return _near(found, today)


def listed(held: Binder, today: date) -> list[Task]:
    """The same of the registers of one clinic: deadlines of incidents, agreements, training."""
    found = [
        Task(
            key=f"{register.id}/{one.row.entry}/{number}",
            day=None if mark.shape == "expired" else mark.day,
            title=f"{one.name}: {mark.word}",
            owner=register.owner,
            register=register.id,
            entry=one.row.entry,
        )
        for register in REGISTERS
        for one in lists.judged(register, held.entries.get(register.id, ()), today)
        for number, mark in enumerate(one.marks)
        if mark.day is not None and mark.shape in ("due", "expired")
    ]
    return _near(found, today)


def merged(*lists: Iterable[Task]) -> list[Task]:
    """Several lists of tasks as one, by day, what is late first."""
    every = itertools.chain.from_iterable(lists)
    return sorted(every, key=lambda one: (one.day or date.min, one.title))


def _near(tasks: Iterable[Task], today: date) -> list[Task]:
    return merged(one for one in tasks if one.day is None or one.day <= today + AHEAD)


def by_owner(tasks: Sequence[Task]) -> dict[str, list[Task]]:
    """The tasks of each owner, in their order."""
    return {
        owner: [one for one in tasks if one.owner == owner]
        for owner in sorted({one.owner for one in tasks})
    }


def months(tasks: Sequence[D], today: date) -> list[Month[D]]:
    """The months that the next 90 days touch, with each task on its day."""
    first, last = today.replace(day=1), today + AHEAD
    found = []
    while first <= last:
        found.append(_month(first, tasks, today))
        first = (first + timedelta(days=31)).replace(day=1)
    return found


def _month(first: date, tasks: Sequence[D], today: date) -> Month[D]:
    weeks = _WEEKS.monthdatescalendar(first.year, first.month)
    return Month(
        first,
        tuple(
            tuple(
                Cell(
                    day=day,
                    is_in_month=day.month == first.month,
                    is_today=day == today,
                    tasks=tuple(one for one in tasks if one.day == day),
                )
                for day in week
            )
            for week in weeks
        ),
    )
