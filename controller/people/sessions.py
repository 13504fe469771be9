"""Where is a person signed in, and how does one of those sessions end from elsewhere?

A session that is ended this way has no row any more: its cookie opens nothing from then on.
"""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from controller.errors import NotThere
from controller.people import doorbook
from controller.people.models import User


@dataclass(frozen=True, slots=True)
class Open:
    """A session: since when, from which address and browser, and is it the one that asks?"""

    number: int
    since: datetime
    address: str
    browser: str
    is_here: bool


def sessions(request: HttpRequest, user: User) -> list[Open]:
    """The person's open sessions, the newest first. Those that ran out are cleared away."""
    here = request.session.session_key
    held = [
        Open(one.pk, one.created_at, one.ip, one.user_agent, one.session_key == here)
        for one in UserSession.objects.purge_and_list(user)
    ]
    return sorted(held, key=lambda one: one.since, reverse=True)


def end(request: HttpRequest, user: User, number: int) -> None:
    """End one of the person's other sessions; NotThere if there is no such one."""
    if not any(one.number == number and not one.is_here for one in sessions(request, user)):
        raise NotThere("there is no such session any more")
    _end(request, user, {number})


def end_others(request: HttpRequest, user: User) -> None:
    """End all of the person's sessions but this one."""
    others = {one.number for one in sessions(request, user) if not one.is_here}
    if others:
        _end(request, user, others)


def _end(request: HttpRequest, user: User, numbers: set[int]) -> None:
    for one in UserSession.objects.filter(user_id=user.pk, pk__in=numbers):
        one.end()
    doorbook.tell(user, request, "session.end")
