"""When is the next try, after a failure?

Full jitter: a random part of a time that doubles with each failure in a row, so that a fleet that
lost its controller does not come back in one second. All the weather of a network leads here, and
none of it changes anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from agent.transport.base import Reply

Chance = Callable[[], float]
"""A random number from 0 up to, but not including, 1."""

OBEYED = timedelta(hours=1)
"""The longest `Retry-After` that an unsigned reply may ask for."""

DAILY = timedelta(days=1)
"""How often a machine that was told to stop asks whether that still holds."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Where waiting begins, and where it ends."""

    first: timedelta
    most: timedelta

    def wait(self, failures: int, chance: Chance) -> timedelta:
        """A time at random below the step of so many failures; a second at least."""
        ceiling = min(self.most, self.first * (1 << min(failures, 20)))
        return max(timedelta(seconds=1), ceiling * chance())


WEATHER = Steps(timedelta(seconds=30), timedelta(hours=1))
REFUSED = Steps(timedelta(minutes=5), timedelta(hours=6))
"""After a 401: who is refused will be refused again, and a person must look."""

_BUSY = frozenset({429, 500, 503})


def after(reply: Reply | None, failures: int, chance: Chance) -> timedelta:
    """How long to wait after a reply that was not the controller's answer, or after none."""
    if reply is not None and reply.status == 401:
        return REFUSED.wait(failures, chance)
    if reply is not None and reply.status in _BUSY and reply.retry_after is not None:
        return min(reply.retry_after, OBEYED)
    return WEATHER.wait(failures, chance)
