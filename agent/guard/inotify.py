"""What does the Linux kernel say of watched folders?

The five calls of inotify(7), and its records as they come. What an event means for a root is
agent.guard.folders' to say; nothing is kept here but the descriptor.

- `read` never blocks: an empty list means that the kernel has nothing more to tell.
- An overflow comes as a record without a folder (`wd` -1) and the mask OVERFLOW: events are lost.
"""

import ctypes
import os
import struct
from typing import NamedTuple

CLOSE_WRITE = 0x0000_0008
MOVED_FROM = 0x0000_0040
MOVED_TO = 0x0000_0080
CREATE = 0x0000_0100
DELETE = 0x0000_0200
DELETE_SELF = 0x0000_0400
MOVE_SELF = 0x0000_0800
UNMOUNT = 0x0000_2000
OVERFLOW = 0x0000_4000
IGNORED = 0x0000_8000
ONLYDIR = 0x0100_0000
DONT_FOLLOW = 0x0200_0000
EXCL_UNLINK = 0x0400_0000
ISDIR = 0x4000_0000

_NONBLOCK, _CLOEXEC = 0o4000, 0o2000000
_HEAD = struct.Struct("iIII")
_BUFFER_BYTES = 64 * 1024


class Record(NamedTuple):
    """One event: in which watched folder, what happened, to which entry of it."""

    wd: int
    mask: int
    name: bytes


class Inotify:
    """One inotify instance; OSError if the user has as many as `max_user_instances` allows."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.inotify_add_watch.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32)
        self._fd: int = self._libc.inotify_init1(_NONBLOCK | _CLOEXEC)
        if self._fd < 0:
            raise _failure()

    def fileno(self) -> int:
        """For a selector: readable when the kernel has something to tell."""
        return self._fd

    def add(self, path: bytes, mask: int) -> int:
        """Watch a folder, and return its descriptor; the same one if it is watched already."""
        wd: int = self._libc.inotify_add_watch(self._fd, path, mask)
        if wd < 0:
            raise _failure()
        return wd

    def remove(self, wd: int) -> None:
        """Watch a folder no more; one that is gone is no error."""
        self._libc.inotify_rm_watch(self._fd, wd)

    def read(self) -> list[Record]:
        """What has happened since, oldest first, 64 KiB at most; empty when there is nothing."""
        try:
            data = os.read(self._fd, _BUFFER_BYTES)
        except BlockingIOError:
            return []
        records = []
        at = 0
        while at < len(data):
            wd, mask, _, length = _HEAD.unpack_from(data, at)
            at += _HEAD.size + length
            records.append(Record(wd, mask, data[at - length : at].rstrip(b"\0")))
        return records

    def close(self) -> None:
        """Give the instance back; the kernel drops its watches."""
        os.close(self._fd)


def _failure() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
