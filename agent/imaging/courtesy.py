"""When may imaging folders be swept, and how fast, so that capture software never notices us?

A scanner that loses one exposure is uninstalled the same day.

- Every open makes an antivirus read the file: at most 20 a second in opening hours, 500 in the
  quiet hours of the folder.
- No sweep begins, and none goes on, while a capture program works, on battery, or while others use
  more than half of the processor. Files that have just changed are looked at meanwhile.
- It is not put off for ever: after 12 hours a sweep goes on at the slow pace, whatever the machine
  does. What waits is said, and what was not swept is never called judged.
"""

from dataclasses import dataclass
from datetime import time
from typing import Literal, TypeAlias

from agent.tables import SMALL_HOURS

SLOW, FAST = 20.0, 500.0
"""Opens a second."""
BUSY = 0.5
"""Share of all processors that others use."""
LONGEST_WAIT_S = 12 * 3600.0
_TOO_SHORT_S = 0.005

Obstacle: TypeAlias = Literal["capture", "battery", "busy"]


@dataclass(frozen=True, slots=True)
class Moment:
    """What the machine is at; what could not be read holds nobody up (`busy`: None)."""

    is_capturing: bool = False
    is_on_battery: bool = False
    busy: float | None = None


def obstacle(moment: Moment) -> Obstacle | None:
    """Why a sweep should wait now; None: it need not."""
    if moment.is_capturing:
        return "capture"
    if moment.is_on_battery:
        return "battery"
    return "busy" if moment.busy is not None and moment.busy > BUSY else None


def waits_for(moment: Moment, waited_s: float) -> Obstacle | None:
    """Why a sweep waits that was due so long ago; None: it goes on."""
    return obstacle(moment) if waited_s < LONGEST_WAIT_S else None


def opens(quiet: tuple[time, time] | None, at: time, why: Obstacle | None = None) -> float:
    """How many files may be opened a second, at a local time of day; `why` is there an obstacle."""
    return FAST if why is None and is_quiet(quiet, at) else SLOW


def is_quiet(quiet: tuple[time, time] | None, at: time) -> bool:
    """Is the practice closed at this local time of day? `quiet` may reach over midnight.

    From a time to itself is the whole day.
    """
    begin, end = quiet or SMALL_HOURS
    return begin <= at < end if begin < end else at >= begin or at < end


@dataclass(slots=True)
class Pace:
    """Holds back who opens too fast. Times are of one steady clock, in seconds."""

    _free_at: float = 0.0

    def next(self, rate: float, now: float) -> float:
        """How long to wait before one more open; waits too short to be slept add up instead."""
        wait = max(0.0, self._free_at - now)
        self._free_at = max(self._free_at, now) + 1 / rate
        return wait if wait >= _TOO_SHORT_S else 0.0
