"""How is a folder watched on Windows, and how is it known when something was missed?

watchdog's emitter, with a reader step of our own (watchdog 7.1, read and not yet run there; the
contract tests hold what it leans on):

- A full buffer comes as a success of 0 bytes, which watchdog skips, or as ERROR_NOTIFY_ENUM_DIR,
  which it takes for a deleted root (gorakhargosh/watchdog#1019): both mean that events were lost.
- Every other error ends the thread that reads. It is seen, told, and the folder taken anew with a
  handle of its own: whether the root is there is asked of the system, not of a path's spelling.
- watchdog hands events on after a second of silence, so a program that writes twice a second would
  be heard of when it stops: here they are handed on as they come.
- The buffer holds 1 MiB where the volume is our own (64 KB is the limit of SMB), and reading a file
  is no event: LAST_ACCESS is not asked for.
"""

import ctypes
import os
import queue
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from ctypes.wintypes import DWORD, HANDLE
from typing import Any

from watchdog.events import FileSystemEvent
from watchdog.observers import winapi
from watchdog.observers.api import BaseObserver, EventQueue, ObservedWatch
from watchdog.observers.read_directory_changes import WindowsApiEmitter
from watchdog.observers.winapi import DirectoryChangeReader, WinAPINativeEvent

from agent.guard.doubt import Doubt

ROOM = 1 << 20
FLAGS = winapi.WATCHDOG_FILE_NOTIFY_FLAGS & ~winapi.FILE_NOTIFY_CHANGE_LAST_ACCESS
_MOST_WAITING = 16
"""Buffers that are read and not yet understood; more than that are lost, and it is told."""
_AT_REST_S = 60.0
"""How long an emitter sleeps when nothing happens; watchdog's own wakes every second."""
_INVALID_PARAMETER = 87
_NOTIFY_ENUM_DIR = 1022
_HEAD = struct.Struct("<III")
"""FILE_NOTIFY_INFORMATION of winnt.h: offset of the next record, action, bytes of the name."""


class Reader(DirectoryChangeReader):
    """Reads the changes below one folder on a thread of its own; `lost` is called on it."""

    def __init__(self, path: str, lost: Callable[[], None], ended: Callable[[], None]) -> None:
        super().__init__(path, recursive=True)
        self._extended = False
        self._room: ctypes.Array[ctypes.c_char] | None = ctypes.create_string_buffer(ROOM)
        self._lost = lost
        self._ended = ended

    def _run(self) -> None:
        """Until it is stopped, or the folder cannot be read any more, for whatever reason."""
        with suppress(OSError):
            super()._run()
        with self._lock:
            was_asked, self._should_stop = self._should_stop, True
        if not was_asked:
            self._lost()
            self._ended()

    def _run_inner(
        self, handle: HANDLE, event_buffer: "ctypes.Array[ctypes.c_char]", nbytes: DWORD
    ) -> None:
        room = self._room or event_buffer
        try:
            winapi.ReadDirectoryChangesW(
                *(handle, ctypes.byref(room), len(room), self._recursive, FLAGS),
                *(ctypes.byref(nbytes), None, None),
            )
        except OSError as error:
            self._refused(error)
        else:
            self._take(ctypes.string_at(room, nbytes.value))

    def _refused(self, error: OSError) -> None:
        code = getattr(error, "winerror", None)
        if code == winapi.ERROR_OPERATION_ABORTED and self._should_stop:
            return
        if code == _INVALID_PARAMETER and self._room is not None:
            self._room = None  # another machine's volume: the next step asks with watchdog's own
            self._lost()  # what changed since the folder was opened was not gathered
        elif code == _NOTIFY_ENUM_DIR:
            self._lost()
        else:
            raise error

    def _take(self, data: bytes) -> None:
        if data and self._buf_queue.qsize() < _MOST_WAITING:
            self._buf_queue.put((data, False))
        elif not self._should_stop:
            self._lost()

    def stop(self) -> None:
        """End the thread that reads, and wake the one that waits for what it reads."""
        super().stop()
        self._buf_queue.put((b"", False))

    def get_events(self, timeout: float) -> list[WinAPINativeEvent]:
        """What has come: waits for the first of it, and for nothing more."""
        events: list[WinAPINativeEvent] = []
        with suppress(queue.Empty):
            data, _ = self._buf_queue.get(timeout=timeout)
            while True:
                events += (WinAPINativeEvent(action, name) for action, name in records(data))
                data, _ = self._buf_queue.get_nowait()
        return events


def records(data: bytes) -> Iterator[tuple[int, str]]:
    """Actions and names in a buffer of changes, in one pass over it."""
    at = 0
    while data:
        step, action, length = _HEAD.unpack_from(data, at)
        name = data[at + _HEAD.size : at + _HEAD.size + length]
        yield action, name.decode("utf-16-le", "surrogatepass")
        if step == 0:
            return
        at += step


class Emitter(WindowsApiEmitter):
    """watchdog's emitter over our reader; it ends when the reader does."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        doubt: Doubt,
        timeout: float,
        event_filter: list[type[FileSystemEvent]] | None = None,
    ) -> None:
        super().__init__(event_queue, watch, timeout=timeout, event_filter=event_filter)
        self._doubt = doubt

    def on_thread_start(self) -> None:
        top = self.watch.path
        reader = Reader(top, lambda: self._doubt(top, top), self.stop)
        with self._lock:
            self._reader = reader
        reader.start()


def observer(doubt: Doubt) -> BaseObserver:
    """The observer of watchdog, with our emitter; `doubt` is called on its threads."""
    return BaseObserver(Emitter, timeout=_AT_REST_S, doubt=doubt)


def is_far(path: str) -> bool:
    """Does a folder lie on another machine? A share by its name, or a drive that is mapped to one.

    Whoever answers for a share is handed the credentials of who asks: the guard never touches one.
    """
    if path.startswith(("\\\\", "//")) and not path.startswith(("\\\\?\\", "\\\\.\\")):
        return True
    return _drive_type(os.path.splitdrive(path)[0] + "\\") == _DRIVE_REMOTE


_DRIVE_REMOTE = 4


def _drive_type(drive: str) -> int:
    """As GetDriveTypeW says; 0 (unknown) where there is none to ask."""
    if sys.platform == "win32":
        kernel: Any = ctypes.windll.kernel32
        return int(kernel.GetDriveTypeW(drive))
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return 0
