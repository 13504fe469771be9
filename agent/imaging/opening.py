"""How is a file opened so that nobody else notices?

Capture software must never lose an exposure to us: nothing is locked, written, renamed or held.

- Read only; never through a link; never waiting on a FIFO or a device; regular files alone, and
  nothing else is opened to see what it is (agent.host.files).
- Pages that only we wanted are given back, so that a scan does not push the X-rays that people
  work with out of memory; pages that were there before are left alone.
- What the system says about a file that cannot be opened is turned into a closed word: its own
  text would hold the path.
"""

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from agent.host import files
from agent.imaging.glance import Glance
from rules.facts.imaging import FileReason

_DENIED = frozenset((errno.EACCES, errno.EPERM, 126))
"""126 is ENOKEY: the key of an fscrypt folder is not loaded."""

_NOT_HERE = 0x0040_0000 | 0x0004_0000 | 0x0000_1000
_DATALESS = 0x4000_0000
_PIECE = 1 << 20
_LOCKED = frozenset((errno.EAGAIN, errno.EBUSY, errno.ETXTBSY))
_GONE = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ESTALE))


class Refused(Exception):
    """The file was not opened; `reason` is a closed word, `gone` says that it is no more."""

    def __init__(self, reason: FileReason, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason: FileReason = reason
        self.gone = gone


def is_placeholder(status: os.stat_result) -> bool:
    """Do the bytes lie in a cloud, and would be fetched by whoever opens the file?

    Windows: FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS, RECALL_ON_OPEN or OFFLINE; macOS: SF_DATALESS.
    """
    attributes = getattr(status, "st_file_attributes", 0)
    flags = getattr(status, "st_flags", 0)
    return bool(attributes & _NOT_HERE or flags & _DATALESS)


class Opened:
    """The file, to be looked at within its budget; a context manager.

    Raises Refused, with no path in it. (A class: a generator costs a tenth of a whole look.)
    """

    __slots__ = ("_path", "_source", "device")

    def __init__(self, path: str | Path) -> None:
        self._path = path
        self.device: int | None = None

    def __enter__(self) -> Glance:
        self._source = _Source(_open(self._path))
        try:
            return self._glance()
        except BaseException:
            self._source.close()
            raise

    def _glance(self) -> Glance:
        try:
            status = os.fstat(self._source.descriptor)
            if stat.S_ISREG(status.st_mode):
                self.device = status.st_dev
                return Glance(self._source, status.st_size)
            refused = Refused("error")
        except OSError as error:
            refused = _refused(error)
        raise refused

    def __exit__(self, *_: object) -> None:
        self._source.close()


def octets(path: str | Path) -> Iterator[bytes]:
    """The whole file, a piece at a time; Refused where it cannot be read to its end."""
    source = _Source(_open(path))
    try:
        status = os.fstat(source.descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise Refused("error")
        at = 0
        while at < status.st_size:
            try:
                piece = source(at, min(_PIECE, status.st_size - at))
            except OSError as error:
                refused = _refused(error)
                break
            if not piece:
                raise Refused("error")
            at += len(piece)
            yield piece
        else:
            return
    finally:
        source.close()
    raise refused


class _Source:
    """One open file: `source(offset, length)` reads it, and knows what it brought into memory."""

    __slots__ = ("_brought", "descriptor")

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._brought = False

    def __call__(self, offset: int, length: int) -> bytes:
        if not self._brought:
            data = _in_memory(self.descriptor, offset, length)
            if data is not None:
                return data
            self._brought = True
        return _read(self.descriptor, offset, length)

    def close(self) -> None:
        """Give back the pages that only we wanted: those of others stay where they are."""
        if self._brought:
            _give_back(self.descriptor)
        os.close(self.descriptor)


def _refused(error: OSError) -> Refused:
    if error.errno in _DENIED:
        return Refused("denied")
    if error.errno in _LOCKED:
        return Refused("locked")
    return Refused("error", gone=error.errno in _GONE)


if sys.platform == "win32":
    import ctypes
    import msvcrt

    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL.CreateFileW.restype = ctypes.c_void_p
    _KERNEL.CreateFileW.argtypes = (
        *(ctypes.c_wchar_p, ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
        *(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_void_p),
    )
    _READ, _SHARED, _EXISTING = 0x8000_0000, 0x7, 3
    _NONE = ctypes.c_void_p(-1).value
    _WORDS: dict[int, FileReason] = {5: "denied", 32: "locked", 33: "locked", 6000: "denied"}
    _LOST = frozenset((2, 3, 1920))

    def _open(path: str | Path) -> int:
        """Python's own open does not share deletion: a program could not rename its own file."""
        long = str(path)
        if not long.startswith("\\\\"):
            long = "\\\\?\\" + long
        handle = _KERNEL.CreateFileW(long, _READ, _SHARED, None, _EXISTING, 0, None)
        if handle in (None, _NONE):
            code = ctypes.get_last_error()
            raise Refused(_WORDS.get(code, "error"), gone=code in _LOST)
        return msvcrt.open_osfhandle(handle, os.O_RDONLY | os.O_BINARY | os.O_NOINHERIT)

    def _read(descriptor: int, offset: int, length: int) -> bytes:
        os.lseek(descriptor, offset, os.SEEK_SET)
        return os.read(descriptor, length)

    def _in_memory(descriptor: int, offset: int, length: int) -> bytes | None:
        del descriptor, offset, length
        return None  # no way to ask

    def _give_back(descriptor: int) -> None:
        del descriptor  # no way to tell

else:
    _FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
    _NO_ATIME = getattr(os, "O_NOATIME", 0)

    def _open(path: str | Path) -> int:
        for flags in (_FLAGS | _NO_ATIME, _FLAGS):
            try:
                handle = files.opened(path, flags, stat.S_ISREG)
            except PermissionError as error:
                # Only the owner of a file may leave its access time alone: ask once more without.
                refused = _refused(error)
            except OSError as error:
                refused = _refused(error)
                break
            except ValueError:  # a name with a NUL
                refused = Refused("error")
                break
            if handle is not None:
                return handle
            refused = Refused("error")
            break
        raise refused  # outside of the handlers: their exceptions hold the path

    def _read(descriptor: int, offset: int, length: int) -> bytes:
        return os.pread(descriptor, length, offset)

    if sys.platform == "linux":

        def _in_memory(descriptor: int, offset: int, length: int) -> bytes | None:
            """The bytes if all of them are in the page cache (preadv2(2), RWF_NOWAIT)."""
            buffer = bytearray(length)
            try:
                got = os.preadv(descriptor, [buffer], offset, os.RWF_NOWAIT)
            except OSError:
                return None
            return bytes(buffer) if got == length else None

        def _give_back(descriptor: int) -> None:
            with suppress(OSError):
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)

    else:

        def _in_memory(descriptor: int, offset: int, length: int) -> bytes | None:
            del descriptor, offset, length
            return None  # no way to ask

        def _give_back(descriptor: int) -> None:
            del descriptor  # no way to tell
