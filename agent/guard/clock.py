"""What time is it, for one who sleeps when the machine sleeps?

Intervals are measured by a clock that goes on while the machine is suspended and that nobody can
set; the wall clock is for what is written down.
"""

import ctypes
import sys
import time

_JUMP_S = 60.0


def now() -> float:
    """Seconds since the machine started, time asleep included, for intervals."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return time.monotonic()


def awake() -> float:
    """Seconds that the machine was awake since it started."""
    if sys.platform == "win32":
        # Python's monotonic clock counts sleep there: it is GetTickCount64.
        counted = ctypes.c_uint64()
        kernel = ctypes.WinDLL("kernel32")
        kernel.QueryUnbiasedInterruptTime(ctypes.byref(counted))
        return counted.value / 1e7
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return time.monotonic()


class Sleep:
    """Notices that the machine was suspended: the two clocks have drifted apart."""

    def __init__(self) -> None:
        self._apart = now() - awake()

    def is_over(self) -> bool:
        """True once after each sleep of a minute or more."""
        apart = now() - awake()
        slept = apart - self._apart > _JUMP_S
        self._apart = apart
        return slept
