"""By when must a machine have been heard again?

A pure function of its last contact, its presence, and the clinic's hours, closures and time zone.
`always_on` is allowed 20 minutes by the wall, `working` 8 open hours, `roaming` 7 days. Silence is
a state of its own and never a fail.

- Opening hours are local times: the day that a clock is set forward or back is as long as its open
  hours really were.
- Time in which the controller itself did not listen (`away`) is not spent, and whoever was not
  overdue before it is given `COMING_BACK` after it.
- After 30 days without a word a machine is lost, until somebody retires it with a record.
- Half of a clinic that falls silent within ten minutes is one event: its line, its power, its door.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo

Span: TypeAlias = tuple[datetime, datetime]
"""From when to when."""

ALWAYS_ON = timedelta(minutes=20)
WORKING = timedelta(hours=8)
ROAMING = timedelta(days=7)
VISITED = timedelta(hours=36)
"""A host without an agent: whoever visits it says all of it once a day."""
COMING_BACK = timedelta(minutes=75)
"""An agent that found nobody tries again after an hour at the latest (agent.outbox.backoff)."""
LOST = timedelta(days=30)
TOGETHER = timedelta(minutes=10)
_LEAST = 3
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Closed for longer than this and the wall decides: no machine is forgotten over it.
_LONGEST_CLOSURE = timedelta(days=31)
_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a clinic is open: `hours` by weekday as ["08:00", "17:00"], `closures` as ISO dates."""

    zone: str = "UTC"
    hours: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    closures: Sequence[str] = ()

    def spans(self, since: datetime) -> Iterator[Span]:
        """Open spans from an instant on, in UTC, as long as anybody asks."""
        zone = ZoneInfo(self.zone)
        day = since.astimezone(zone).date()
        while day < date.max:
            if day.isoformat() not in self.closures:
                for opens, closes in self.hours.get(_WEEKDAYS[day.weekday()], ()):
                    span = _instant(day, opens, zone), _instant(day, closes, zone)
                    if span[1] > since:
                        yield max(span[0], since), span[1]
            day += timedelta(days=1)


def due_by(seen: datetime, presence: str, opening: Opening, away: Sequence[Span] = ()) -> datetime:
    """When a machine that was last heard at `seen` counts as silent; `away` is in order of time.

    `presence` is that of its row, or `visited` for a host without an agent.
    """
    due = _due(seen, presence, opening, away)
    for since, until in away:
        if since < due and until > seen:
            due = max(due, until + COMING_BACK)
    return due


def _due(seen: datetime, presence: str, opening: Opening, away: Sequence[Span]) -> datetime:
    always = [(seen, _END)]
    if presence == "always_on":
        return _after(ALWAYS_ON, always, away)
    if presence == "visited":
        return _after(VISITED, always, away)
    if presence == "roaming" or not any(opening.hours.values()):
        return _after(ROAMING, always, away)
    last = seen + _LONGEST_CLOSURE
    in_time = takewhile(lambda span: span[0] <= last, opening.spans(seen))
    return _after(WORKING, in_time, away, last)


def is_lost(seen: datetime | None, now: datetime) -> bool:
    """Has it been silent for so long that nobody should wait any more?"""
    return seen is not None and now - seen >= LOST


def unreachable(last_heard: Sequence[datetime], machines: int) -> datetime | None:
    """Since when a whole clinic is out of reach: its silent machines were last heard, or due, then.

    Half of its `machines`, and three at the least, within ten minutes; None if no such group is
    there.
    """
    heard = sorted(last_heard)
    wanted = _half(machines)
    for first in range(len(heard) - wanted + 1):
        if heard[first + wanted - 1] - heard[first] <= TOGETHER:
            return heard[first]
    return None


def is_half(silent: int, machines: int) -> bool:
    """Can it be a whole clinic that is out of reach, with so many of its machines silent?"""
    return silent >= _half(machines)


def _half(machines: int) -> int:
    return max(_LEAST, -(-machines // 2))


def _after(
    allowed: timedelta, spans: Iterable[Span], away: Sequence[Span], last: datetime = _END
) -> datetime:
    """When so much of these spans is over, without the time that was spent away; else `last`."""
    for span in spans:
        for begins, ends in _without(span, away):
            if ends - begins >= allowed:
                return begins + allowed
            allowed -= max(ends - begins, timedelta())
    return last


def _without(span: Span, away: Sequence[Span]) -> Iterator[Span]:
    begins, ends = span
    for since, until in away:
        if until > begins and since < ends:
            yield begins, max(begins, since)
            begins = until
    yield begins, max(begins, ends)


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A local time as an instant; 24:00 is the midnight that ends the day."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
