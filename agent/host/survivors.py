"""Which programs outlived their kill? None of them is started again while it lives.

What hangs in a dead disk hears no signal, and a second one would hang beside it. Program, process
number and its time of start stand in a small file: the next patrol is another process. Without a
file it is known to this process alone.
"""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

from agent.errors import HomeError
from agent.host.base import HostError
from agent.paths import write
from rules.facts.base import Why

_SAME = 1.0
"""Seconds by which two looks at one process may differ on its start: the clock may have moved."""


class Survived(HostError):
    """A program was killed, and lives."""

    def __init__(self, path: str, pid: int) -> None:
        super().__init__(Why.TIMEOUT, f"{path} was killed and lives on, as process {pid}")
        self.pid = pid


@dataclass(slots=True)
class Survivors:
    """Those known; any thread may ask."""

    path: Path | None = None
    _known: dict[str, tuple[int, float]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lives(self, program: str) -> bool:
        """Is there one of this program, and does it still live?"""
        with self._lock:
            known = self._all().get(program)
        return known is not None and _is_alive(*known)

    def add(self, program: str, pid: int) -> None:
        """Keep one in mind, and write it down; those that have died meanwhile are forgotten."""
        with self._lock:
            living = {name: one for name, one in self._all().items() if _is_alive(*one)}
            self._known = living | {program: (pid, _started(pid) or 0.0)}
            if self.path is not None:
                with contextlib.suppress(HomeError):  # then this process alone knows it
                    write(self.path, json.dumps(self._known).encode())

    def _all(self) -> dict[str, tuple[int, float]]:
        if self._known is None:
            self._known = _read(self.path) if self.path else {}
        return self._known


def _read(path: Path) -> dict[str, tuple[int, float]]:
    """What an earlier process wrote; nothing if there is nothing, or it cannot be understood."""
    try:
        return {
            str(program): (int(pid), float(started))
            for program, (pid, started) in json.loads(path.read_bytes()).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _is_alive(pid: int, started: float) -> bool:
    """The same process, not another that was given its number."""
    now = _started(pid)
    return now is not None and abs(now - started) <= _SAME


def _started(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None if it has ended."""
    import psutil  # noqa: PLC0415 - nearly every patrol has nobody to ask for

    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
