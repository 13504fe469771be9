"""From when to when is evidence, for somebody who names days?

From the first moment of the one day to the last of the other, by the clock of the clinic; never
beyond now, because of what has not been nothing can be shown.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from controller.errors import Refusal
from evidence.bundle import Profile

DAY = timedelta(days=1)
PROFILES: tuple[Profile, ...] = get_args(Profile)
USUAL: dict[str, timedelta] = {"auditor": 365 * DAY}
"""How far back a profile looks by itself: security practices are asked of the last twelve months
(HITECH section 13412, Public Law 116-321)."""
_ELSE = 30 * DAY


def usual(profile: str) -> timedelta:
    """So long is the period of a profile, where nobody names another."""
    return USUAL.get(profile, _ELSE)


@dataclass(frozen=True, slots=True)
class Days:
    """The first and the last day that somebody names, of a clinic in this zone; None: as usual."""

    since: date | None
    until: date | None
    zone: str


def period(days: Days, now: datetime, profile: str = "auditor") -> tuple[datetime, datetime]:
    """The instants of a period of days, in UTC; Refusal if it ends before it begins."""
    last = min(begins(days.until + DAY, days.zone), now) if days.until else now
    first = begins(days.since, days.zone) if days.since else last - usual(profile)
    if first >= last:
        raise Refusal(
            f"{first.astimezone(ZoneInfo(days.zone)):%Y-%m-%d} is not before the end of the period",
            help="from is the first day and until the last; neither lies in the future",
        )
    return first, last


def begins(day: date, zone: str) -> datetime:
    """The first moment of a day there, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
