"""How much longer does whoever asks wait for an answer?

Said once for all that he asks in this thread: a program that is started for him is killed when his
time is up, however long its own table lets it run, and after that none is started any more.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_UNTIL: ContextVar[float] = ContextVar("until", default=math.inf)
"""On the clock of time.monotonic. A new thread begins without: it waits for ever."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What is asked in here has that long in all."""
    token = _UNTIL.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left() -> float:
    """How long he still waits; not above 0: not any more."""
    return _UNTIL.get() - time.monotonic()
