"""When may a folder be read at leisure?

Once a day, at a random minute of its quiet hours; without any in the settings these are the small
hours. A machine that sleeps then does it in its first idle minute: the time has passed already.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from agent.tables import SMALL_HOURS


def until_quiet(
    quiet: tuple[time, time] | None, now: datetime, draw: Callable[[], float]
) -> timedelta:
    """How long from `now` (local time) to the next sweep; `draw` gives a number from 0 to 1.

    Always more than a minute and less than two days: the next quiet hours that have not begun.
    """
    begin, end = quiet or SMALL_HOURS
    opening = datetime.combine(now.date(), begin, now.tzinfo)
    if opening - now < timedelta(minutes=1):
        opening += timedelta(days=1)
    closing = datetime.combine(opening.date(), end, now.tzinfo)
    if closing <= opening:
        closing += timedelta(days=1)
    return opening - now + (closing - opening) * draw()
