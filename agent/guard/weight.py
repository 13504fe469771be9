"""How much memory does an errand take, where no system bounds it for the guard?

macOS has no prlimit(2), and launchd holds nobody to a limit of memory: so a thread of the guard
looks every two seconds, and ends the group of an errand that takes too much. It sleeps between, and
goes with the errand.
"""

import ctypes
import threading
from collections.abc import Callable
from dataclasses import dataclass

_FLAVOR = 0
"""RUSAGE_INFO_V0 of sys/resource.h."""


class Usage(ctypes.Structure):
    """rusage_info_v0 (sys/resource.h of macOS); sizes in bytes, times in Mach's units."""

    _fields_ = (
        ("uuid", ctypes.c_uint8 * 16),
        ("user_time", ctypes.c_uint64),
        ("system_time", ctypes.c_uint64),
        ("idle_wakeups", ctypes.c_uint64),
        ("interrupt_wakeups", ctypes.c_uint64),
        ("pageins", ctypes.c_uint64),
        ("wired_size", ctypes.c_uint64),
        ("resident_size", ctypes.c_uint64),
        ("phys_footprint", ctypes.c_uint64),
        ("started_at", ctypes.c_uint64),
        ("ended_at", ctypes.c_uint64),
    )


def on_macos(pid: int) -> int | None:
    """What a process takes of memory, in bytes, as Activity Monitor counts it; None: it is gone."""
    usage = Usage()
    asked = ctypes.CDLL("/usr/lib/libproc.dylib", use_errno=True).proc_pid_rusage
    return None if asked(pid, _FLAVOR, ctypes.byref(usage)) else int(usage.phys_footprint)


@dataclass(frozen=True, slots=True)
class Bound:
    """The most that a process may take, in bytes, how that is known, and who ends it if it does."""

    most: int
    kill: Callable[[], None]
    weigh: Callable[[int], int | None] = on_macos
    every: float = 2.0


class Watch:
    """A process whose memory is looked at until it ends, or `stop` is called."""

    def __init__(self, pid: int, bound: Bound) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid, bound), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nobody asks for it any more: its number may soon be another's."""
        self._over.set()

    def _look(self, pid: int, bound: Bound) -> None:
        while not self._over.wait(bound.every):
            taken = bound.weigh(pid)
            if taken is None:
                return
            if taken > bound.most:
                bound.kill()
                return
