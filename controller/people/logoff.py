"""When does a session end by itself? (45 CFR 164.312(a)(2)(iii), automatic logoff.)

- After 15 minutes without an act of the person, or what the org set between 5 and 30, and 12 hours
  after sign-in whatever happens. The rule in force names no time; these are the product's own.
- Who belongs to several orgs is held to the strictest of them. What an org sets holds from each
  open session's next request on.
- What a page asks for by itself (`Dentinel-Background: 1`) is answered and never counts as an act.
- Each answer says how many seconds are left, so that a page can warn before the end.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from controller.tenants.models import IDLE_MINUTES

if TYPE_CHECKING:
    from controller.people.models import User

SIGNED_IN, ACTED, IDLE = "signed_in", "acted", "idle"
BACKGROUND, LEFT = "Dentinel-Background", "Dentinel-Seconds-Left"
STREAM = "/live"
# A session row is written at most this often: an act within it moves the end no further.
_GRAIN_SECONDS = 10


def begin(session: SessionBase, now: float) -> None:
    """Start both clocks of a new session; `now` in seconds since 1970."""
    session[SIGNED_IN] = session[ACTED] = int(now)


def began(sender: type, request: HttpRequest, **_: object) -> None:  # noqa: ARG001 - a signal's
    """Hear that somebody has signed in, by whatever way."""
    begin(request.session, time.time())


def seconds_left(session: SessionBase, now: float) -> int:
    """Until the session ends; 0 or less when it has, or when it never began."""
    signed_in, acted = session.get(SIGNED_IN, 0), session.get(ACTED, 0)
    return int(min(signed_in + settings.SESSION_COOKIE_AGE, acted + idle_seconds(session)) - now)


def idle_seconds(session: SessionBase) -> int:
    """How long this session may go without an act of its person."""
    return int(session.get(IDLE, IDLE_MINUTES * 60))


def allowed_idle(user: "User") -> int:
    """How long this person may, in seconds: the strictest of his orgs decides."""
    set_by_orgs = (one.org.idle_minutes for one in user.memberships())
    return min(set_by_orgs, default=IDLE_MINUTES) * 60


def automatic_logoff(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: end what has run out, and note what a person did."""

    def answer(request: HttpRequest) -> HttpResponse:
        now = time.time()
        if not request.user.is_authenticated:
            # To a page that asks by itself, the sign-in page in its place would be an answer.
            return HttpResponse(status=401) if is_background(request) else get_response(request)
        _obey(request)
        if seconds_left(request.session, now) <= 0:
            return _ended(request)
        if not is_background(request) and now - request.session[ACTED] >= _GRAIN_SECONDS:
            request.session[ACTED] = int(now)
        response = get_response(request)
        if request.user.is_authenticated:
            response[LEFT] = str(seconds_left(request.session, now))
        return response

    return answer


def is_background(request: HttpRequest) -> bool:
    """Did the page ask by itself, without an act of the person?

    What it hears over `STREAM` it asked for by itself too: a stream's request can carry no header.
    """
    return request.headers.get(BACKGROUND) == "1" or request.path_info == STREAM


def _obey(request: HttpRequest) -> None:
    """Hold the session to what the person's orgs allow now."""
    allowed = allowed_idle(cast("User", request.user))
    if request.session.get(IDLE) != allowed:
        request.session[IDLE] = allowed


def _ended(request: HttpRequest) -> HttpResponse:
    logout(request)
    if is_background(request):
        return HttpResponse(status=401)
    return redirect(f"{reverse('sign-in')}?ended=1")
