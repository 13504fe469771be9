"""To which channels does a notice go, when, and who asked for silence?

Pure: routes, mutes, the clinic's hours and a clock that is passed in. A channel gets a notice
once, however many routes lead to it: the soonest counts.

- A digest is made at 08:00 of the clinic, daily or on Mondays; quiet hours are the clinic's too,
  and delay all but what is critical.
- A mute holds what it matches back and remembers it; it delays nothing and drops nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from controller.alerts.decide import Topic, weight
from controller.fleet.silence import Opening

DIGEST_AT = time(8)
VERDICT = "verdict"
"""Among the kinds of a route: each change of a verdict too. It is no kind of alert."""
_MONDAY = 0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Going:
    """A notice that looks for its way. `subjects` are those that are new in it."""

    topic: Topic
    severity: str
    clinic: UUID | None
    controls: frozenset[str]
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Way:
    """A route: what it lets through, and how fast. Empty sets let everything through."""

    channel: UUID
    clinic: UUID | None = None
    severity: str = "low"
    kinds: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    hours: str = "any"
    pace: str = "at_once"
    quiet: tuple[time, time] | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """A mute: of a clinic or all, of a rule or all, of a machine or all."""

    id: UUID
    until: datetime
    clinic: UUID | None = None
    name: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and when the clinic is open; no hours at all match open and closed alike."""

    now: datetime
    opening: Opening

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.opening.zone)


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of a notice at one channel: waiting, held for a digest, or muted."""

    channel: UUID
    state: str
    due_at: datetime
    mute: UUID | None = None


def plan(
    going: Going, ways: Iterable[Way], silences: Iterable[Silence], clock: Clock
) -> tuple[Planned, ...]:
    """What is to be delivered, one entry a channel."""
    mute = muting(going, silences, clock.now)
    best: dict[UUID, Planned] = {}
    for way in ways:
        if not lets_through(way, going, clock):
            continue
        planned = _timed(way, going, clock)
        held = best.get(way.channel)
        if held is None or planned.due_at < held.due_at:
            best[way.channel] = planned
    if mute is None:
        return tuple(best.values())
    return tuple(Planned(one, "muted", clock.now, mute.id) for one in best)


def lets_through(way: Way, going: Going, clock: Clock) -> bool:
    """Does this route want this notice, now?"""
    return (
        way.clinic in (None, going.clinic)
        and weight(going.severity) >= weight(way.severity)
        and (not way.kinds or going.topic.kind in way.kinds)
        and (not way.controls or bool(way.controls & going.controls))
        and _is_within(way.hours, clock)
    )


def muting(going: Going, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The mute that holds a notice back: one over all of it, or some that together cover it."""
    acting = [
        one
        for one in silences
        if one.until > now
        and one.clinic in (None, going.clinic)
        and one.name in ("", going.topic.name)
    ]
    for one in acting:
        if not one.subject:
            return one
    covered = {one.subject: one for one in acting}
    if going.subjects and going.subjects <= covered.keys():
        return covered[min(going.subjects)]
    return None


def _is_within(hours: str, clock: Clock) -> bool:
    if hours == "any" or not any(clock.opening.hours.values()):
        return True
    opens = next((span[0] for span in clock.opening.spans(clock.now)), None)
    is_open = opens is not None and opens <= clock.now
    return is_open == (hours == "open")


def _timed(way: Way, going: Going, clock: Clock) -> Planned:
    if way.pace != "at_once":
        return Planned(way.channel, "held", next_digest(way.pace, clock.now, clock.zone))
    if way.quiet is None or going.severity == "critical":
        return Planned(way.channel, "waiting", clock.now)
    return Planned(way.channel, "waiting", quiet_end(way.quiet, clock.now, clock.zone))


def next_digest(pace: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The next 08:00 of the clinic, or that of the next Monday."""
    return next(
        at
        for at in _mornings(now, zone)
        if at > now and (pace == "daily" or at.astimezone(zone).weekday() == _MONDAY)
    )


def _mornings(now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = now.astimezone(zone).date()
    while True:
        yield datetime.combine(day, DIGEST_AT, zone).astimezone(UTC)
        day += _DAY


def quiet_end(quiet: tuple[time, time], now: datetime, zone: ZoneInfo) -> datetime:
    """When the quiet hours that it is in end; now, if it is in none."""
    begins, ends = quiet
    local = now.astimezone(zone)
    clock = local.time()
    if begins <= ends:
        is_quiet, day = begins <= clock < ends, local.date()
    else:
        is_quiet = clock >= begins or clock < ends
        day = local.date() + (_DAY if clock >= begins else timedelta())
    if not is_quiet:
        return now
    return max(now, datetime.combine(day, ends, zone).astimezone(UTC))
