"""How much work has the guard caused in the last day, errands included?

Counted by the kernel for the guard and for every errand that it has buried. A courier that a path
unit started is not its child, and not in it.
"""

import os
from collections import deque

_DAY_S, _SAMPLE_S = 86_400.0, 3_600.0


class Usage:
    """CPU seconds over a sliding day, in steps of an hour. Times are of the guard's clock."""

    def __init__(self, now: float) -> None:
        self._samples = deque([(now, _spent())])

    def last_day(self, now: float) -> float:
        """What was spent since a day ago, or since the guard started."""
        spent = _spent()
        if now - self._samples[-1][0] >= _SAMPLE_S:
            self._samples.append((now, spent))
        while len(self._samples) > 1 and now - self._samples[1][0] >= _DAY_S:
            self._samples.popleft()
        return spent - self._samples[0][1]


def _spent() -> float:
    return sum(os.times()[:4])
