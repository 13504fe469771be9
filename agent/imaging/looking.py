"""Does a folder hold images? A bounded look, by content and not by name.

At most 200 entries, two levels and two seconds: enough to see what a store is made of. Finding
nothing proves nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.host.base import Absent, Host, HostError
from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from rules.facts.imaging import FileKind

ENTRIES = 200
LEVELS = 2
SECONDS = 2.0

_IMAGING: frozenset[FileKind] = frozenset({"dicom", "dicomdir", "image", "mesh"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look met: kinds of images, and how many files were opened."""

    kinds: tuple[FileKind, ...]
    files: int


def look(host: Host, folder: str, clock: Callable[[], float] = time.monotonic) -> Seen:
    """Look into a folder; what cannot be read in it is passed over. `clock` is in seconds."""
    until = clock() + SECONDS
    kinds: set[FileKind] = set()
    opened = 0
    for path in _files(host, folder):
        if clock() >= until:
            break
        opened += 1
        kinds |= {kind} if (kind := _kind(host, path)) in _IMAGING else set()
    return Seen(tuple(sorted(kinds)), opened)


def _files(host: Host, top: str) -> Iterator[str]:
    """Files, those of the folder itself first."""
    left, waiting = ENTRIES, [(top, LEVELS)]
    mark = "\\" if host.os == "windows" else "/"
    while waiting and left > 0:
        folder, levels = waiting.pop(0)
        try:
            entries = host.list(folder, limit=1 << 20)[:left]
        except (Absent, HostError):
            continue
        left -= len(entries)
        for entry in entries:
            path = f"{folder.rstrip(mark)}{mark}{entry.name}"
            if entry.kind == "file":
                yield path
            elif entry.kind == "folder" and levels:
                waiting.append((path, levels - 1))


def _kind(host: Host, path: str) -> FileKind | None:
    """What a file is by its bytes; None if they cannot be read."""
    try:
        size = host.stat(path).size
        glance = Glance(lambda at, length: host.read(path, length, at, whole=False), size)
        return weigh(glance).kind
    except (Absent, HostError):
        return None
