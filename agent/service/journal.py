"""Where does what the agent says go, when nobody holds its standard error? Into the event log.

A service of Windows has no standard error, so it is given one: a pipe, whose lines become entries
of the log Application under the source `dentinel`. Errands inherit it, so that they are heard, too.
What is said there names no file of a patient (agent.guard.journal, agent.faults).

- What the guard says of its work is information, all else a warning.
- No fault floods the log: what is more than a hundred lines an hour is only counted.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Final

MOST: Final = 100
_HOUR_S: Final = 3600.0
_LONGEST: Final = 2000

Tell = Callable[[str], None]


class Entries:
    """Lines on their way into a log; `clock` counts seconds."""

    def __init__(
        self, inform: Tell, warn: Tell, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inform = inform
        self._warn = warn
        self._clock = clock
        self._since = clock()
        self._told = 0

    def take(self, line: str) -> None:
        """One line, as it came."""
        line = line.rstrip()[:_LONGEST]
        if not line:
            return
        now = self._clock()
        if now - self._since >= _HOUR_S:
            self._begin(now)
        self._told += 1
        if self._told <= MOST:
            (self._inform if line.startswith("guard: ") else self._warn)(line)

    def _begin(self, now: float) -> None:
        """A new hour; what was left out of the last one is told first."""
        left_out = self._told - MOST
        self._since, self._told = now, 0
        if left_out > 0:
            self._warn(f"{left_out} more lines were said within an hour, and are not kept")


def pour(lines: IO[str], entries: Entries) -> None:
    """All lines to their end."""
    for line in lines:
        entries.take(line)


if sys.platform == "win32":
    import msvcrt

    import servicemanager
    import win32api

    def listen() -> None:
        """Give this process a standard error that ends in the event log."""
        heard, said = os.pipe()
        os.dup2(said, 2)
        os.close(said)
        win32api.SetStdHandle(win32api.STD_ERROR_HANDLE, msvcrt.get_osfhandle(2))
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)
        lines = os.fdopen(heard, encoding="utf-8", errors="replace")
        entries = Entries(servicemanager.LogInfoMsg, servicemanager.LogWarningMsg)
        threading.Thread(target=pour, args=(lines, entries), daemon=True).start()
