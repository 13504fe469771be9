"""What changed in a place, told to a page that is open (server-sent events)?

`/live?org=…&clinic=…` sends names of topics and nothing else; the page then asks for what it shows
as it always does, so no answer says more than it may, whatever a stream could get wrong.

- `machines`, `alerts` and `files` of the place; of one clinic also `machine-<id>`, and `acts` for
  what people did. Once a second at most, for all clinics at once every five seconds: there
  something always changes. A comment every 20 seconds, so that no proxy hangs up.
- The stream ends with its session, and when its person may not see the place any more: looked at
  with each comment, and before anything is told that was looked at longer ago than ten seconds.
- A stream that this process, or this person, has no seat for is answered 503; the page asks by
  itself anyway.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from importlib import import_module
from weakref import WeakSet

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from controller.ledger.bus import BUS, Change, Kind
from controller.pages.frame import enter, person
from controller.people import logoff
from controller.tenants.scope import Place

MOST, MOST_OF_ONE = 200, 20
TICK_SECONDS, WIDE_SECONDS = 1.0, 5.0
COMMENT_SECONDS = 20.0
_STALE_SECONDS = 10.0
_BACK_SECONDS = 5.0
EVERYTHING, ACTS, OVER = "everything", "acts", "over"
_HERE, _STILL_HERE = b"retry: 5000\n: here\n\n", b": still here\n\n"


@dataclass(eq=False)
class Seat:
    """One of `MOST`, and of the `MOST_OF_ONE` of a person."""

    user: object


# A stream leaves its seat when it ends; one that never began loses it with its last reference.
_SEATS: WeakSet[Seat] = WeakSet()


@dataclass(frozen=True, slots=True)
class Listener:
    """Whose session asked for which place, by the words of the address."""

    session: str
    org: str
    clinic: str | None

    @property
    def pause(self) -> float:
        """How long is nothing told after something was, in seconds."""
        return TICK_SECONDS if self.clinic else WIDE_SECONDS

    def place(self) -> Place | None:
        """The place as its person may see it now; None once the session or the right is over."""
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(self.session)
        request.user = get_user(request)
        is_over = logoff.seconds_left(request.session, time.time()) <= 0
        if is_over or not request.user.is_authenticated:
            return None
        try:
            return enter(request, self.org, self.clinic).place
        except Http404:
            return None

    def looked(self) -> Place | None:
        """The same, and no connection left open by a stream that waits."""
        try:
            return self.place()
        finally:
            connection.close()

    def names(self, place: Place, changes: Iterable[Change] | None) -> list[str]:
        """The topics of this place in what was told; None for a journal that is gone."""
        if changes is None:
            return [EVERYTHING]
        return sorted({name for one in changes if _within(place, one) for name in self._of(one)})

    def _of(self, change: Change) -> tuple[str, ...]:
        if self.clinic is None or change.kind is not Kind.MACHINES:
            return (change.kind,)
        return (change.kind, f"machine-{change.machine}" if change.machine else ACTS)


@require_GET
def stream(request: HttpRequest) -> HttpResponseBase:
    """Take a seat and listen; 404 for a stranger's place, 503 while every seat is taken."""
    org, clinic = request.GET.get("org", ""), request.GET.get("clinic") or None
    enter(request, org, clinic)
    user = person(request).pk
    if len(_SEATS) >= MOST or sum(one.user == user for one in list(_SEATS)) >= MOST_OF_ONE:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    _SEATS.add(seat := Seat(user))
    told = _seated(seat, Listener(request.session.session_key or "", org, clinic))
    # nginx holds answers back unless it is told not to.
    return StreamingHttpResponse(
        told, content_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


@require_GET
def still_here(request: HttpRequest) -> HttpResponse:
    """Nothing but how long the session lasts, in the header that every answer carries."""
    return HttpResponse(status=204)


async def _seated(seat: Seat, listener: Listener) -> AsyncIterator[bytes]:
    try:
        async for piece in _told(listener):
            yield piece
    finally:
        _SEATS.discard(seat)


async def _told(listener: Listener) -> AsyncIterator[bytes]:
    """What is sent, until somebody hangs up, the session ends or the server stops."""
    heard = BUS.back(_BACK_SECONDS)
    place, looked = await sync_to_async(listener.looked)(), time.monotonic()
    yield _HERE
    spoke, told = looked, 0.0
    while place is not None and not BUS.is_closed:
        await asyncio.sleep(TICK_SECONDS)
        now = time.monotonic()
        is_due = now - spoke >= COMMENT_SECONDS
        if now - told < listener.pause and not is_due:
            continue
        heard, changes = BUS.since(heard)
        is_named = bool(listener.names(place, changes))
        if is_due or (is_named and now - looked >= _STALE_SECONDS):
            place, looked = await sync_to_async(listener.looked)(), now
        if place is not None and (is_due or is_named):
            names = listener.names(place, changes)
            spoke, told = now, now if names else told
            yield _event(names) if names else _STILL_HERE
    if place is None:
        yield _event([OVER])


def _event(names: list[str]) -> bytes:
    return f"data: {' '.join(names)}\n\n".encode()


def _within(place: Place, change: Change) -> bool:
    """Is it this place's? What concerns the org itself is for who sees all of it."""
    if change.org != place.org:
        return False
    return place.clinics is None or change.clinic in place.clinics
