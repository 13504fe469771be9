"""How far is it? Told now and then, so that who waits sees it move."""

import time
from collections.abc import Callable
from typing import TypeAlias

Tell: TypeAlias = Callable[[int, int], None]
"""So many steps are done, of so many."""

_EVERY_SECONDS = 0.5


class Meter:
    """Counts steps and tells of them twice a second."""

    def __init__(self, total: int, tell: Tell) -> None:
        self._total, self._tell = total, tell
        self._done, self._told = 0, time.monotonic()

    def step(self) -> None:
        """One more is done."""
        self._done += 1
        now = time.monotonic()
        if now - self._told >= _EVERY_SECONDS:
            self._told = now
            self._tell(min(self._done, self._total), self._total)


def silent(_done: int, _total: int) -> None:
    """Nobody is told."""
