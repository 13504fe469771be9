"""Who comes too often?

Counts by key in windows of a minute; what was counted is forgotten when the window ends, so that
memory is bounded by what one minute brings.
"""

from collections import Counter
from collections.abc import Hashable

WINDOW_S = 60.0


class Rate:
    """At most so many a minute for each key."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count: Counter[Hashable] = Counter()
        self._began = float("-inf")

    def count(self, key: Hashable, now_s: float) -> None:
        """One more; `now_s` is a monotonic time."""
        self._turn(now_s)
        self._count[key] += 1

    def is_over(self, key: Hashable, now_s: float) -> bool:
        """Have there been as many as may be?"""
        self._turn(now_s)
        return self._count[key] >= self._most

    def _turn(self, now_s: float) -> None:
        if now_s - self._began >= WINDOW_S:
            self._began = now_s
            self._count.clear()
