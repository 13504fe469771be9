"""When do two paths of a machine name the same place?

By the rules of its system, whichever we run on: Windows and macOS know names in any case, macOS
writes accents in two ways. Links and junctions are followed by asking the machine itself, never
over the network.
"""

import ntpath
import posixpath
import re
import unicodedata
from collections.abc import Callable

from agent.host import windows
from agent.host.base import Absent, Host, HostError, Kind
from agent.host.paths import TooManyLinks, follow
from rules.facts.base import Why
from rules.facts.host import Os

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def is_absolute(os: Os, path: str) -> bool:
    """Is it a whole path of that system, and of this machine?"""
    try:
        path.encode(errors="surrogateescape")
    except UnicodeEncodeError:  # no file has such a name
        return False
    if "\0" in path:
        return False
    return bool(_DRIVE.match(path)) if os == "windows" else path.startswith("/")


def join(os: Os, *parts: str) -> str:
    """A path of that system."""
    return ntpath.join(*parts) if os == "windows" else posixpath.join(*parts)


def true(host: Host, path: str) -> str:
    """The path without links; where one cannot be followed, as it is written."""
    plain = ntpath.normpath(path) if host.os == "windows" else posixpath.normpath(path)
    try:
        return _on_windows(host, plain) if host.os == "windows" else follow(plain, _link(host))
    except (HostError, TooManyLinks):
        return plain


def kind(host: Host, path: str) -> Kind | None:
    """What lies at a path in the end; None if it is proven that nothing does."""
    try:
        return host.stat(true(host, path)).kind
    except Absent:
        return None


def holds(os: Os, folder: str, path: str) -> bool:
    """Is a path this folder, or below it? Both are true names."""
    mark = "\\" if os == "windows" else "/"
    above, below = folded(os, folder).rstrip(mark), folded(os, path).rstrip(mark)
    return below == above or below.startswith(above + mark)


def folded(os: Os, path: str) -> str:
    """The path, or one name of it, as all that name the same are written."""
    match os:
        case "windows":
            return path.replace("/", "\\").casefold()
        case "macos":
            return unicodedata.normalize("NFC", path).casefold()
        case "linux":
            return path


def _on_windows(host: Host, path: str) -> str:
    """Step by step from the drive, as often as a junction leads elsewhere."""
    link = _link(host)
    for _ in range(windows.LINKS):
        for step in windows.steps(path):
            said = link(step)
            if said is not None:
                rest = path[len(step) :]
                above = ntpath.dirname(step)
                path = windows.plain(ntpath.join(above, windows.plain(said)) + rest)
                break
        else:
            return path
    raise HostError(Why.API_ERROR, "its links lead in a circle")


def _link(host: Host) -> Callable[[str], str | None]:
    """What a name leads to; None if it is no link, or not there."""

    def target(path: str) -> str | None:
        try:
            return host.stat(path).link
        except Absent:
            return None

    return target
