"""Has somebody left a join string, and is it time to try it?

Where the guard has the network, it starts `enroll` for the file `join` of its home (agent.enrol.
left); the file goes when it was used, or refused for good. As long as it lies there it is tried
again, less and less often. Under systemd a path unit does this, and the guard nothing.
"""

import math

from agent.guard.children import Child
from agent.guard.rules import Start
from agent.paths import Home

ENROLL = "enroll"
_ENROLL_S = 120.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 60.0, 900.0


class Joining:
    """The errand that joins. Times are of the guard's clock, in seconds."""

    def __init__(self, home: Home, start: Start | None) -> None:
        self.child: Child | None = None
        self._home = home
        self._start = start
        self._due_at = math.inf
        self._not_before = -math.inf
        self._pause = _FIRST_PAUSE_S

    def look(self, now: float) -> None:
        """Does a join string lie there?"""
        is_left = self._start is not None and self._home.join.exists()
        self._due_at = max(now, self._not_before) if is_left else math.inf
        if not is_left:
            self._pause, self._not_before = _FIRST_PAUSE_S, -math.inf

    def next_due(self) -> float:
        """When `step` has something to do, if the errand does not end before."""
        return self.child.deadline if self.child else self._due_at

    def step(self, now: float) -> None:
        """Try it, if it is time."""
        if self.child is None and self._start is not None and self._due_at <= now:
            self._due_at = math.inf
            self._not_before = now + self._pause
            self._pause = min(2 * self._pause, _LONGEST_PAUSE_S)
            self.child = self._start(ENROLL, now + _ENROLL_S)
