"""When does each computer of the story speak, and of what?

Pure: a practice's zone and hours, and a computer's troubles, give the moments of ninety days. A
heartbeat every five minutes would be two million of them; one in the afternoon is enough for a
computer that may be unheard for eight open hours.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from controller.cli.demo.msp.cast import Box
from controller.cli.demo.msp.troubles import Trouble

_OPENS, _LATE, _CLOSES = time(8, 10), time(16), time(17)
_SATURDAY = 5
_NOTICED_AFTER = timedelta(minutes=3)
_BEFORE_THE_END = timedelta(minutes=2)


class What(IntEnum):
    """What is done, in this order at the same time. Facts go with the first report and the last."""

    ACT = 0
    JOIN = 1
    FULL = 2
    CHANGE = 3
    BEAT = 4
    LAST = 5


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a computer is heard."""

    begins: datetime
    ends: datetime


def moments(
    box: Box, zone: str, troubles: tuple[Trouble, ...], span: Span
) -> Iterator[tuple[datetime, What]]:
    """Every moment at which this computer speaks after it has joined, in no order."""
    local = ZoneInfo(zone)
    last = span.ends - _BEFORE_THE_END
    for day in _days(span):
        at = datetime.combine(day, _OPENS, local).astimezone(UTC)
        if span.begins < at < last and is_on(box, at, local):
            yield at, What.FULL
        at = datetime.combine(day, _LATE, local).astimezone(UTC)
        if span.begins < at < last and is_open(at, local):
            yield at, What.BEAT
    for at in sorted(set(_turns(troubles))):
        if span.begins < at < last and is_on(box, at, local):
            yield at, What.CHANGE
    if last > span.begins:
        yield last, What.LAST


def is_on(box: Box, at: datetime, zone: ZoneInfo) -> bool:
    """Is it switched on? A server always, a computer at which people sit while they are there."""
    return box.is_server or is_open(at, zone)


def is_open(at: datetime, zone: ZoneInfo) -> bool:
    """Are people at work?"""
    there = at.astimezone(zone)
    return there.weekday() < _SATURDAY and _OPENS <= there.time() < _CLOSES


def _days(span: Span) -> Iterator[date]:
    day = span.begins.date()
    while day <= span.ends.date():
        yield day
        day += timedelta(days=1)


def _turns(troubles: tuple[Trouble, ...]) -> Iterator[datetime]:
    """When something begins or ends, as soon as an agent would see it."""
    for one in troubles:
        yield one.since + _NOTICED_AFTER
        if one.until is not None:
            yield one.until + _NOTICED_AFTER
