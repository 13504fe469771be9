"""What wakes the guard from outside?

A signal writes a byte into a socket that the guard's select waits on: it is heard at once and
never between two looks. SIGTERM, SIGINT and, on Windows, SIGBREAK ask it to stop; SIGCHLD only
wakes it, because an errand has ended.
"""

import signal
import socket
import sys
from contextlib import suppress
from types import FrameType

if sys.platform == "win32":
    _STOP = (signal.SIGTERM, signal.SIGINT, signal.SIGBREAK)
else:
    _STOP = (signal.SIGTERM, signal.SIGINT)


class Bell:
    """Rings on signals; belongs to the main thread."""

    def __init__(self) -> None:
        self._bell, self._button = socket.socketpair()
        self._bell.setblocking(False)  # noqa: FBT003 - the standard library's own form
        self._button.setblocking(False)  # noqa: FBT003
        self.must_stop = False
        signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        for number in _STOP:
            signal.signal(number, self._stop)
        if sys.platform != "win32":
            signal.signal(signal.SIGCHLD, _wake)

    def fileno(self) -> int:
        """For select: readable when a signal has come."""
        return self._bell.fileno()

    def quiet(self) -> None:
        """It has been heard."""
        with suppress(BlockingIOError):
            self._bell.recv(4096)

    def close(self) -> None:
        """Listen no more."""
        signal.set_wakeup_fd(-1)
        self._bell.close()
        self._button.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.must_stop = True


def _wake(_number: int, _frame: FrameType | None) -> None:
    """To be woken is all: the errand that has ended is buried in the next step."""
