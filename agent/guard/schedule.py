"""When is an errand due?

Pure: the clock is an argument. A patrol is due by its hours, and at once when something wants it;
the courier when reports wait, and for its heartbeat; a visit by its hours where there are hosts,
and when a patrol has met a port that nobody has asked for DICOM; new rules once a day, and when
the courier has heard of some.

- Machines of a practice are spread over the hour by their ids, so that they do not all call at
  once (`until_slot`).
- Wishes are gathered while a patrol runs, and become one patrol after it.
- An errand that fails is tried again later each time, and never more often than it would be.
"""

import math
import zlib
from dataclasses import dataclass, field

_GAP_S = 4.0
_FIRST_RETRY_S = 5.0
_BETWEEN_VISITS_S = 300.0
_DAY_S = 86_400.0
_BETWEEN_FETCHES_S = 60.0


def until_slot(agent: str | None, period: float, wall: float) -> float:
    """Seconds until this machine's next turn; a whole period for one that has no id yet."""
    if agent is None:
        return period
    share = zlib.crc32(agent.encode()) / 2**32
    return period - (wall - share * period) % period


@dataclass(frozen=True, slots=True)
class Wish:
    """A patrol that is wanted: of some facts alone, or of all of them; and why."""

    only: frozenset[str] = frozenset()
    cause: str | None = None

    @property
    def is_whole(self) -> bool:
        """Is it of all facts?"""
        return not self.only

    def and_also(self, other: "Wish | None") -> "Wish":
        """One patrol that does both."""
        if other is None:
            return self
        whole = self.is_whole or other.is_whole
        return Wish(frozenset() if whole else self.only | other.only, self.cause or other.cause)


@dataclass(slots=True)
class _Retry:
    """How long to wait after a failure: doubled each time, up to a limit."""

    most: float
    failures: int = 0

    def next_pause(self) -> float:
        self.failures += 1
        return min(self.most, _FIRST_RETRY_S * 2.0 ** (self.failures - 1))


@dataclass(slots=True)
class PatrolHours:
    """When the next patrol is due, and of what. `every` in seconds; times of the guard's clock."""

    every: float
    due_at: float = -math.inf
    wish: Wish | None = None
    _not_before: float = -math.inf
    _retry: _Retry = field(init=False)

    def __post_init__(self) -> None:
        self._retry = _Retry(self.every)

    def want(self, wish: Wish) -> None:
        """Have a patrol as soon as may be."""
        self.wish = wish.and_also(self.wish)

    def hold(self, until: float) -> None:
        """Let no patrol start before that, whatever is wanted."""
        self._not_before = until

    def next_at(self) -> float:
        """When a patrol is to start."""
        return max(self._not_before, -math.inf if self.wish else self.due_at)

    def started(self, now: float) -> Wish:
        """A patrol starts now, and does this."""
        wish = Wish() if self.due_at <= now else (self.wish or Wish())
        wish = wish.and_also(self.wish)
        self.wish = None
        self._not_before = now + _GAP_S
        if wish.is_whole:
            self.due_at = math.inf  # until it has ended
        return wish

    def succeeded(self, wish: Wish, now: float, until_next: float) -> None:
        """It has done what it was to do."""
        self._retry.failures = 0
        if wish.is_whole:
            self.due_at = now + until_next

    def failed(self, wish: Wish, now: float) -> None:
        """It has not: the same is still wanted, later."""
        self.want(wish)
        self._not_before = now + self._retry.next_pause()


@dataclass(slots=True)
class CourierHours:
    """When the courier is to go next. `every` in seconds is the heartbeat."""

    every: float
    due_at: float = math.inf
    _not_before: float = -math.inf
    _retry: _Retry = field(init=False)

    def __post_init__(self) -> None:
        self._retry = _Retry(3600.0)

    def patrolled(self, now: float, *, enrolled: bool, waiting: int) -> None:
        """A patrol has ended, and left so many sealed reports."""
        if not enrolled:
            self.due_at = math.inf
        elif waiting:
            self.due_at = now
        else:
            self.due_at = min(self.due_at, now + self.every)

    def next_at(self) -> float:
        """When the courier is to start."""
        return max(self._not_before, self.due_at)

    def started(self) -> None:
        """It is on its way."""
        self.due_at = math.inf

    def succeeded(self, now: float, next_s: float | None) -> None:
        """The controller answered; it may have said when to come again.

        What was sealed meanwhile goes at once: `due_at` has been set by `patrolled`.
        """
        self._retry.failures = 0
        self._not_before = now + _GAP_S / 4
        self.due_at = min(self.due_at, now + (self.every if next_s is None else next_s))

    def failed(self, now: float, next_s: float | None) -> None:
        """It was not reached: again after a pause, the one that the courier asks for if any."""
        pause = self._retry.next_pause()
        self._not_before = now + (pause if next_s is None else next_s)
        self.due_at = now


@dataclass(slots=True)
class VisitHours:
    """When the next visit is due. `every` in seconds; infinite where there is no host to visit."""

    every: float = math.inf
    due_at: float = math.inf
    _not_before: float = -math.inf
    _retry: _Retry = field(init=False)

    def __post_init__(self) -> None:
        self._retry = _Retry(3600.0)

    def decided(self, every: float, now: float) -> None:
        """The settings say how often; a change of them is tried at once."""
        self.every = every
        if every < math.inf:
            self.due_at = now

    def want(self, now: float) -> None:
        """Have one soon: a port waits to be asked."""
        self.due_at = min(self.due_at, now)

    def next_at(self) -> float:
        """When a visit is to start."""
        return max(self._not_before, self.due_at)

    def started(self) -> None:
        """It is on its way."""
        self.due_at = math.inf

    def ended(self, now: float) -> None:
        """It has asked whom it could; a host that was not reached has its next turn as all have."""
        self._retry.failures = 0
        self._not_before = now + _BETWEEN_VISITS_S
        self.due_at = min(self.due_at, now + self.every)

    def failed(self, now: float) -> None:
        """It was killed, or could not be started."""
        self._not_before = now + max(_BETWEEN_VISITS_S, self._retry.next_pause())
        self.due_at = now


@dataclass(slots=True)
class PackHours:
    """When rules are to be fetched next; never while this machine has joined no controller."""

    due_at: float = math.inf
    _not_before: float = -math.inf
    _retry: _Retry = field(init=False)

    def __post_init__(self) -> None:
        self._retry = _Retry(3600.0)

    def joined(self, now: float) -> None:
        """There is a controller to ask: within the day, if nothing calls for it before."""
        self.due_at = min(self.due_at, now + _DAY_S)

    def want(self, now: float) -> None:
        """The controller has other rules."""
        self.due_at = min(self.due_at, now)

    def next_at(self) -> float:
        """When they are to be fetched."""
        return max(self._not_before, self.due_at)

    def started(self) -> None:
        """Somebody is on the way."""
        self.due_at = math.inf

    def ended(self, now: float) -> None:
        """They are here, or somebody else has been asked to fetch them."""
        self._retry.failures = 0
        self._not_before = now + _BETWEEN_FETCHES_S
        self.due_at = min(self.due_at, now + _DAY_S)

    def failed(self, now: float) -> None:
        """They could not be had, or were refused: again, later each time."""
        self._not_before = now + max(_BETWEEN_FETCHES_S, self._retry.next_pause())
        self.due_at = now
