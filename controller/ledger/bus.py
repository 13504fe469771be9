"""Who hears within this process that something has changed?

Whoever commits a change tells it here, after COMMIT; whoever shows something asks what was told
since he last asked. Nobody is woken: telling costs one append whoever listens, and a listener
that asks once a second hears everything in one go. What another process changed is not heard, so
every page also asks by itself once a minute.

- A `Change` holds no more than whose it is and of what kind: nothing of what changed.
- The journal is bounded. A listener that is further behind than it reaches is told `None`: take
  everything as changed.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, takewhile
from uuid import UUID

_KEPT = 4096


class Kind(StrEnum):
    """Of what something changed."""

    MACHINES = "machines"
    """Machines, their verdicts, or what people decided about them: a line in the log."""
    ALERTS = "alerts"
    """Alerts that opened, closed, or were seen."""
    FILES = "files"
    """Files that are being made for somebody, and how far they are."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something of a clinic changed, or of the org itself (None)."""

    org: UUID
    clinic: UUID | None
    kind: Kind = Kind.MACHINES
    machine: UUID | None = None


class Bus:
    """The newest changes, in the order in which they were told. Safe to use from any thread."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._lock = threading.Lock()
        self._journal: deque[tuple[float, Change]] = deque(maxlen=kept)
        self._told = 0
        self.is_closed = False

    def tell(self, changes: Iterable[Change]) -> None:
        """These are committed."""
        now = time.monotonic()
        with self._lock:
            before = self._told
            for self._told, change in enumerate(changes, before + 1):
                self._journal.append((now, change))

    def back(self, seconds: float) -> int:
        """From where on a listener asks who wants to hear the last seconds too."""
        since = time.monotonic() - seconds
        with self._lock:
            return self._told - sum(
                1 for _ in takewhile(lambda one: one[0] >= since, reversed(self._journal))
            )

    def since(self, number: int) -> tuple[int, frozenset[Change] | None]:
        """Where to ask from next time, and what was told after `number`; None if that is gone."""
        with self._lock:
            new = self._told - number
            if new > len(self._journal):
                return self._told, None
            return self._told, frozenset(one for _, one in islice(reversed(self._journal), new))

    def close(self) -> None:
        """Nothing more will be told: whoever listens may end."""
        self.is_closed = True


BUS = Bus()
"""This process's own."""
