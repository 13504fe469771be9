"""Which month has just ended where a clinic is, and may its scorecard still be made?

Pure. The figures of a scorecard are those of the moment in which it is made, so one that was missed
by more than a week is not made up later: a controller that was away says that it has none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LATEST = timedelta(days=7)
"""How long after a month its scorecard may still be made."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a clinic's own calendar: `2026-10`, from its first midnight to its last, UTC."""

    name: str
    begins: datetime
    ends: datetime


def last_ended(now: datetime, zone: ZoneInfo) -> Month:
    """The newest month that is over there."""
    there = now.astimezone(zone)
    ends = datetime(there.year, there.month, 1, tzinfo=zone)
    year, month = (there.year - 1, 12) if there.month == 1 else (there.year, there.month - 1)
    begins = datetime(year, month, 1, tzinfo=zone)
    return Month(f"{year:04}-{month:02}", begins.astimezone(UTC), ends.astimezone(UTC))


def is_timely(month: Month, made_at: datetime, now: datetime) -> bool:
    """Was the clinic there before its end, and is that not longer ago than a week?"""
    return made_at < month.ends <= now < month.ends + LATEST
