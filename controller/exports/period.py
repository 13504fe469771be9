"""From when to when is evidence, for somebody who names days?

From the first moment of the one day to the last of the other, in UTC as the log; never beyond now,
because of what has not been nothing can be shown.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

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


def period(
    since: date | None, until: date | None, now: datetime, profile: str = "auditor"
) -> tuple[datetime, datetime]:
    """The instants of a period of days; Refusal if it ends before it begins."""
    last = min(_begins(until) + DAY, now) if until else now
    first = _begins(since) if since else last - usual(profile)
    if first >= last:
        raise Refusal(
            f"{first:%Y-%m-%d} is not before the end of the period",
            help="from is the first day and until the last; neither lies in the future",
        )
    return first, last


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
