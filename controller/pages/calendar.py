"""Who must do what on which day: as a list by person, as months, and for other calendars?"""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from controller.oversight import book, scorecards
from controller.pages.frame import Where, show
from controller.pages.paperwork import enter_registers
from controller.pages.statement import address
from controller.paperwork import calendar, queries, signers
from controller.paperwork.calendar import Task
from controller.paperwork.ics import Event
from controller.paperwork.ics import calendar as as_ics
from controller.people import queries as people

if TYPE_CHECKING:
    from controller.tenants.models import Clinic

_MOST = 25


@dataclass(frozen=True, slots=True)
class Row:
    """A task, and where it is done."""

    task: Task
    path: str

    @property
    def day(self) -> date | None:
        """By when."""
        return self.task.day


@dataclass(frozen=True, slots=True)
class Owner:
    """Who must act: the role, the people who have it, their first tasks; the rest counted."""

    title: str
    people: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int


@require_safe
def page(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The next 90 days."""
    where, here = enter_registers(request, org, clinic)
    day, tasks = _tasks(where, here)
    content = {
        "owners": _owners(where, tasks),
        "months": calendar.months([Row(one, _path(where, one)) for one in tasks], day),
        "late": sum(task.day is None for task in tasks),
    }
    return show(request, "pages/calendar.html", where, content)


@require_safe
def ics(request: HttpRequest, org: str, clinic: str) -> HttpResponse:
    """The same for a calendar program. What is late stands on today."""
    where, here = enter_registers(request, org, clinic)
    day, tasks = _tasks(where, here)
    events = [_event(where, here, task, day) for task in tasks]
    text = as_ics(f"{here.name}: paperwork", events, timezone.now())
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    name = f"{where.org.slug}-{here.slug}.ics"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _tasks(where: Where, clinic: "Clinic") -> tuple[date, list[Task]]:
    now = timezone.now()
    today, held = queries.today(clinic, now), queries.on_file(clinic)
    stated = calendar.tasks(queries.standings(clinic, now, held), today.day)
    cards = scorecards.tasks(book.kept(where.place), today)
    return today.day, calendar.merged(stated, calendar.listed(held, today.day), cards)


def _path(where: Where, task: Task) -> str:
    """Where a task is done."""
    if where.clinic is not None and task.entry is not None:
        place = [where.org.slug, where.clinic.slug, task.register, task.entry]
        return reverse("register-entry", args=place)
    if where.clinic is not None and task.scorecard is not None:
        return reverse("scorecard", args=[where.org.slug, where.clinic.slug, task.scorecard])
    return address(where, task.kind, task.subject)


def _event(where: Where, clinic: "Clinic", task: Task, today: date) -> Event:
    owner = signers.OWNERS[task.owner]
    return Event(
        uid=f"{task.key}@{clinic.id}",
        day=task.day or today,
        summary=f"{task.title} ({owner})" if task.day else f"Late: {task.title} ({owner})",
        about=f"{clinic.name}. A task of the {owner.lower()}.",
        url=f"{settings.PUBLIC_URL}{_path(where, task)}",
    )


def _owners(where: Where, tasks: list[Task]) -> list[Owner]:
    held = [*people.members(where.place), *people.everywhere(where.place)]
    return [
        Owner(
            signers.OWNERS[owner],
            tuple(sorted({one.user.name for one in held if signers.may(one, owner)})),
            tuple(Row(one, _path(where, one)) for one in theirs[:_MOST]),
            max(len(theirs) - _MOST, 0),
        )
        for owner, theirs in calendar.by_owner(tasks).items()
    ]
