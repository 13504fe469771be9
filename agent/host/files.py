"""What does the file system say, and is what it does not have proven not to be there?

- A file that answers by waiting (a pipe, a terminal) is not opened: only files, disks, and the
  files of /proc and /sys, which give a page at a time. Nor is any other device opened to see what
  it is, for a person may have put a link to it where we look: /dev/watchdog restarts a machine
  when somebody has opened and closed it, a tape winds back (watchdog-api, st(4)).
- A name is absent only if the nearest folder above that exists can be read: an empty /sys that
  was never mounted, or a folder that is closed to us, proves nothing about what should be in it.
"""

import os
import stat as modes
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from agent.host.base import Entry, HostError, Kind, Stat
from rules.facts.base import Why

_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_SEEN = getattr(os, "O_PATH", 0)  # nobody inherits it: PEP 446
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read(path: str, limit: int, offset: int = 0, *, whole: bool = True) -> bytes:
    """The bytes from `offset` on; OSError, or `HostError` if there are more than `limit`."""
    handle = opened(path, _FLAGS, _is_readable)
    if handle is None:
        raise HostError(Why.API_ERROR, f"{path} is neither a file nor a disk")
    with os.fdopen(handle, "rb", buffering=0) as file:
        if offset:
            file.seek(offset)
        data = _drain(file.read, limit + whole)
    if len(data) > limit:
        raise HostError(Why.TOO_LARGE, f"{path} holds more than {limit} bytes")
    return data


def opened(path: str | Path, flags: int, is_wanted: Callable[[int], bool]) -> int | None:
    """Open a file if its mode is wanted; None, and it was never opened, if not. OSError.

    On Linux what was looked at is what is opened, whoever turns names around meanwhile (open(2),
    O_PATH). Elsewhere there is a moment in between, and a second look follows.
    """
    return (_by_handle if _SEEN else _by_name)(path, flags, is_wanted)


def _by_handle(path: str | Path, flags: int, is_wanted: Callable[[int], bool]) -> int | None:
    seen = os.open(path, _SEEN | flags & _NO_LINK)
    try:
        if not is_wanted(os.fstat(seen).st_mode):
            return None
        return os.open(f"/proc/self/fd/{seen}", flags & ~_NO_LINK)
    finally:
        os.close(seen)


def _by_name(path: str | Path, flags: int, is_wanted: Callable[[int], bool]) -> int | None:
    look = os.lstat if flags & _NO_LINK else os.stat
    if not is_wanted(look(path).st_mode):
        return None
    handle = os.open(path, flags)
    if is_wanted(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def _is_readable(mode: int) -> bool:
    return modes.S_ISREG(mode) or modes.S_ISBLK(mode)


def _drain(take: Callable[[int], bytes | None], most: int) -> bytes:
    parts, left = [], most
    while left > 0 and (part := take(left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def names(path: str, limit: int) -> tuple[Entry, ...]:
    """The names in a folder, sorted; OSError, or `HostError` if there are more than `limit`."""
    entries: list[Entry] = []
    with os.scandir(path) as found:
        for entry in found:
            if len(entries) >= limit:
                raise HostError(Why.TOO_LARGE, f"{path} holds more than {limit} names")
            entries.append(Entry(entry.name, _kind_of(entry)))
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _kind_of(entry: "os.DirEntry[str]") -> Kind:
    if entry.is_symlink():
        return "link"
    if _HAS_JUNCTIONS and _is_junction(entry.stat(follow_symlinks=False)):
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _is_junction(found: os.stat_result) -> bool:
    """A folder of Windows that stands for another one, or for a volume."""
    return getattr(found, "st_reparse_tag", 0) == _MOUNT_POINT


_HAS_JUNCTIONS = hasattr(os.stat_result, "st_reparse_tag")
_MOUNT_POINT = 0xA0000003
"""IO_REPARSE_TAG_MOUNT_POINT (winnt.h)."""


def look(path: str) -> Stat:
    """What is known of the name itself, a link not followed; OSError."""
    found = os.lstat(path)
    kind = "link" if _is_junction(found) else _kind(found.st_mode)
    return Stat(
        kind=kind,
        mode=modes.S_IMODE(found.st_mode),
        owner=found.st_uid,
        group=found.st_gid,
        size=found.st_size,
        modified_at=datetime.fromtimestamp(found.st_mtime, UTC),
        inode=found.st_ino,
        link=str(Path(path).readlink()) if kind == "link" else None,
    )


def _kind(mode: int) -> Kind:
    if modes.S_ISLNK(mode):
        return "link"
    if modes.S_ISDIR(mode):
        return "folder"
    if modes.S_ISBLK(mode):
        return "block"
    return "file" if modes.S_ISREG(mode) else "other"


def is_proven_absent(path: str) -> bool:
    """Can the nearest folder above that exists be read?"""
    real = Path(os.path.realpath(path))
    above = next((folder for folder in real.parents if os.path.lexists(folder)), Path("/"))
    return not above.is_dir() or os.access(above, os.R_OK | os.X_OK)


def is_roots_alone(path: str) -> bool:
    """Could nobody but root have put another program in its place, here or on the way to it?"""
    ways = {Path(path), Path(os.path.realpath(path))}
    try:
        return all(_is_roots(step) for way in ways for step in (way, *way.parents))
    except OSError:
        return False


def _is_roots(path: Path) -> bool:
    found = path.lstat()
    if found.st_uid != 0:
        return False
    by_others = found.st_mode & 0o002 or (found.st_mode & 0o020 and found.st_gid != 0)
    return modes.S_ISLNK(found.st_mode) or not by_others
