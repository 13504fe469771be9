"""By when must a machine have been heard again?

A pure function of its last contact, its presence, and the clinic's hours, closures and time zone.
`always_on` is allowed 20 minutes by the wall, `working` 8 open hours, `roaming` 7 days. Silence is
a state of its own and never a fail.

- Opening hours are local times: the day that a clock is set forward or back is as long as its open
  hours really were.
- After 30 days without a word a machine is lost, until somebody retires it with a record.
- Half of a clinic that falls silent within ten minutes is one event: its line, its power, its door.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ALWAYS_ON = timedelta(minutes=20)
WORKING = timedelta(hours=8)
ROAMING = timedelta(days=7)
LOST = timedelta(days=30)
TOGETHER = timedelta(minutes=10)
_LEAST = 3
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Closed for longer than this and the wall decides: no machine is forgotten over it.
_LONGEST_CLOSURE = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Opening:
    """When a clinic is open: `hours` by weekday as ["08:00", "17:00"], `closures` as ISO dates."""

    zone: str = "UTC"
    hours: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)
    closures: Sequence[str] = ()

    def spans(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
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


def due_by(seen: datetime, presence: str, opening: Opening) -> datetime:
    """When a machine that was last heard at `seen` counts as silent."""
    if presence == "always_on":
        return seen + ALWAYS_ON
    if presence == "roaming" or not any(opening.hours.values()):
        return seen + ROAMING
    return _after_open_hours(seen, WORKING, opening)


def is_lost(seen: datetime | None, now: datetime) -> bool:
    """Has it been silent for so long that nobody should wait any more?"""
    return seen is not None and now - seen >= LOST


def unreachable(last_heard: Sequence[datetime], machines: int) -> datetime | None:
    """Since when a whole clinic is out of reach, from when its silent machines were last heard.

    Half of its `machines`, and three at the least, that spoke last within ten minutes; None if no
    such group is there.
    """
    heard = sorted(last_heard)
    wanted = max(_LEAST, -(-machines // 2))
    for first in range(len(heard) - wanted + 1):
        if heard[first + wanted - 1] - heard[first] <= TOGETHER:
            return heard[first]
    return None


def _after_open_hours(seen: datetime, allowed: timedelta, opening: Opening) -> datetime:
    last = seen + _LONGEST_CLOSURE
    for opens, closes in opening.spans(seen):
        if opens > last:
            break
        if closes - opens >= allowed:
            return opens + allowed
        allowed -= max(closes - opens, timedelta())
    return last


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    """A local time as an instant; 24:00 is the midnight that ends the day."""
    if clock == "24:00":
        day, clock = day + timedelta(days=1), "00:00"
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
