"""Which folders lie on other machines?

A network file system has no dependable events, and a dead server holds whoever touches it in a
sleep that no kill ends. So the guard never touches one: `inspect` sweeps it by the clock.
Read from `/proc/self/mountinfo` (proc(5)); other systems say nothing here yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_NETWORK = frozenset({"cifs", "smb3", "nfs", "nfs4", "9p", "vboxsf", "drvfs", "ceph", "afs"})
_TABLE = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class Mounts:
    """The mount table as text, and the mount points of it that are on a network."""

    table: bytes
    network: frozenset[str]


def read(table: Path = _TABLE) -> Mounts:
    """The mounts of this moment; none where there is no such table."""
    try:
        text = table.read_bytes()
    except OSError:
        return Mounts(b"", frozenset())
    return Mounts(text, frozenset(_network(text)))


def moved(before: Mounts, after: Mounts) -> frozenset[str]:
    """The mount points that have come, gone or changed between two looks."""
    if before.table == after.table:
        return frozenset()
    changed = set(before.table.splitlines()) ^ set(after.table.splitlines())
    return frozenset(_unescaped(line.split(b" ")[4]) for line in changed)


def _network(table: bytes) -> Iterator[str]:
    for line in table.splitlines():
        before, _, after = line.partition(b" - ")
        kind = after.split(b" ", 1)[0].decode("ascii", "replace")
        if kind in _NETWORK or kind.startswith("fuse."):
            yield _unescaped(before.split(b" ")[4])


def _unescaped(path: bytes) -> str:
    """Space, tab, newline and backslash stand as three octal digits."""
    for code in (b"\\040", b"\\011", b"\\012", b"\\134"):
        path = path.replace(code, bytes([int(code[1:], 8)]))
    return path.decode("utf-8", "surrogateescape")
