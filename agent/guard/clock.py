"""What time is it, for one who sleeps when the machine sleeps?

Intervals are measured by a clock that goes on while the machine is suspended and that nobody can
set; the wall clock is for what is written down.
"""

import sys
import time

_JUMP_S = 60.0


def now() -> float:
    """Seconds since the machine started, time asleep included, for intervals."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return time.monotonic()


class Sleep:
    """Notices that the machine was suspended: the two clocks have drifted apart."""

    def __init__(self) -> None:
        self._apart = now() - time.monotonic()

    def is_over(self) -> bool:
        """True once after each sleep of a minute or more."""
        apart = now() - time.monotonic()
        slept = apart - self._apart > _JUMP_S
        self._apart = apart
        return slept
