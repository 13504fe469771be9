"""What wakes the guard from outside?

A byte in a socket that the guard's select waits on: it is heard at once and never between two
looks. In the foreground and under systemd a signal writes it: SIGTERM, SIGINT and, on Windows,
SIGBREAK ask the guard to stop; SIGCHLD only wakes it, because an errand has ended. A service of
Windows gets no signals: there the service manager's thread rings (agent.service).
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
    """Rings when it is asked to, from whichever thread."""

    def __init__(self) -> None:
        self._bell, self._button = socket.socketpair()
        self._bell.setblocking(False)  # noqa: FBT003 - the standard library's own form
        self._button.setblocking(False)  # noqa: FBT003
        self._hears_signals = False
        self.must_stop = False

    def heed_signals(self) -> None:
        """Ring on signals, too; only the main thread may ask for that."""
        self._hears_signals = True
        signal.set_wakeup_fd(self._button.fileno(), warn_on_full_buffer=False)
        for number in _STOP:
            signal.signal(number, self._stop)
        if sys.platform != "win32":
            signal.signal(signal.SIGCHLD, _wake)

    def stop(self) -> None:
        """Ask the guard to stop, from another thread."""
        self.must_stop = True
        with suppress(BlockingIOError):  # it is ringing already
            self._button.send(b"!")

    def fileno(self) -> int:
        """For select: readable when it has rung."""
        return self._bell.fileno()

    def quiet(self) -> None:
        """It has been heard."""
        with suppress(BlockingIOError):
            self._bell.recv(4096)

    def close(self) -> None:
        """Listen no more."""
        if self._hears_signals:
            signal.set_wakeup_fd(-1)
        self._bell.close()
        self._button.close()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.must_stop = True


def _wake(_number: int, _frame: FrameType | None) -> None:
    """To be woken is all: the errand that has ended is buried in the next step."""
