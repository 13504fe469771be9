r"""What is different about files and rights where Windows is below us?

- A path is absolute, with a drive's letter: no share (`\\server\…`), no device, no alternate
  stream. A junction or link on the way that leads to a share, and a drive that is mapped from
  one, are `not_local`: they are told from their target, never touched.
- Rights do not stand in mode bits: a name is absent if the nearest folder above can be listed and
  does not hold it.

Not yet run on a real Windows.
"""

import ntpath
import os
import re
import sys
from collections.abc import Callable, Iterator

from agent.host.base import HostError
from rules.facts.base import Why

_ABSOLUTE = re.compile(r"[A-Za-z]:\\[^:*?\"<>|\x00-\x1f/]*")
_DRIVE_REMOTE = 4
"""DRIVE_REMOTE of GetDriveTypeW."""

_LOCKED = (32, 33)
"""ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION."""

LINKS = 40
"""As many as are followed before they count as a circle."""


def checked(path: str, target: Callable[[str], str | None], remote: Callable[[str], bool]) -> None:
    """HostError if the path leads over the network, or is none that may be asked for.

    `target` gives where a junction or link leads, None if a name is neither; `remote` tells
    whether a drive (`C:`) is another machine's. Neither is asked about what lies beyond a share.
    """
    todo, seen = [path], 0
    while todo:
        path = todo.pop()
        if path.startswith(("\\\\", "//")):
            raise HostError(Why.NOT_LOCAL, "it leads to a share")
        if not _ABSOLUTE.fullmatch(path):
            raise HostError(Why.PARSE_ERROR, f"not an absolute path: {path[:80]!r}")
        if remote(path[:2]):
            raise HostError(Why.NOT_LOCAL, f"{path[:2]} is a drive of another machine")
        for step in steps(path):
            said = target(step)
            if said is None:
                continue
            seen += 1
            if seen > LINKS:
                raise HostError(Why.API_ERROR, "its links lead in a circle")
            todo.append(plain(ntpath.join(ntpath.dirname(step), plain(said)) + path[len(step) :]))
            break


def steps(path: str) -> Iterator[str]:
    """The path's folders from the top, then itself."""
    for found in re.finditer(r"\\", path[3:]):
        yield path[: 3 + found.start()]
    yield path


_MARKS = (
    *((f"{mark}UNC\\", "\\\\") for mark in ("\\\\?\\", "\\??\\")),
    *((mark, "") for mark in ("\\\\?\\", "\\??\\")),
)


def plain(path: str) -> str:
    r"""Without the `\\?\` that Windows puts before a target, and without `..`."""
    for mark, instead in _MARKS:
        if path.startswith(mark):
            path = instead + path[len(mark) :]
            break
    return ntpath.normpath(path)


def is_proven_absent(path: str) -> bool:
    """Can the nearest folder above that exists be listed, and does it not hold the name?"""
    above, name = ntpath.split(path)
    while True:
        try:
            return name.lower() not in {one.lower() for one in os.listdir(above)}  # noqa: PTH208
        except (FileNotFoundError, NotADirectoryError):
            if ntpath.dirname(above) == above:
                return False
            above, name = ntpath.split(above)
        except OSError:
            return False


if sys.platform == "win32":
    import ctypes
    import stat as modes

    def is_elevated() -> bool:
        """Do we run as SYSTEM, or as an administrator with all his rights (IsUserAnAdmin)?"""
        return bool(ctypes.windll.shell32.IsUserAnAdmin())

    def root() -> str:
        r"""`C:\Windows`, as Windows itself says (GetSystemWindowsDirectoryW)."""
        said = ctypes.create_unicode_buffer(260)
        ctypes.windll.kernel32.GetSystemWindowsDirectoryW(said, ctypes.c_uint32(len(said)))
        return said.value

    def is_systems_alone(path: str) -> bool:
        """Is it a program of System32, or the one that we are ourselves?"""
        inside = ntpath.normcase(ntpath.normpath(path))
        system = ntpath.normcase(ntpath.join(root(), "System32"))
        return inside == ntpath.normcase(sys.executable) or ntpath.dirname(inside) == system

    def reachable(path: str) -> str:
        """The path, once it is sure that it stays on this machine; HostError, OSError."""
        checked(path, _target, _is_remote)
        return path

    def why(error: OSError) -> Why | None:
        """The reason of an error that only Windows has."""
        return Why.LOCKED if error.winerror in _LOCKED else None

    def _target(path: str) -> str | None:
        try:
            tag = os.lstat(path).st_reparse_tag
        except (FileNotFoundError, NotADirectoryError):
            return None
        linked = tag in (modes.IO_REPARSE_TAG_SYMLINK, modes.IO_REPARSE_TAG_MOUNT_POINT)
        return os.readlink(path) if linked else None  # noqa: PTH115 - as it is written

    def _is_remote(drive: str) -> bool:
        return int(ctypes.windll.kernel32.GetDriveTypeW(f"{drive}\\")) == _DRIVE_REMOTE
