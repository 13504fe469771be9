"""A file system in memory for a kernel to start from, written as cpio's "newc" format.

Documentation/driver-api/early-userspace/buffer-format.rst of the kernel: a header of thirteen
numbers in hexadecimal, the name, the content, each padded to four bytes.
"""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_END = "TRAILER!!!"


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is nowhere on this machine."""

    content: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link."""

    target: str


def archive(entries: Mapping[str, Path | Text | Link]) -> Iterator[bytes]:
    """The parts of an archive in which each name, absolute, holds its entry; root owns all."""
    number = 0
    folders: set[str] = set()
    for name, entry in sorted(entries.items()):
        above = name.strip("/").split("/")[:-1]
        for folder in ("/".join(above[: depth + 1]) for depth in range(len(above))):
            if folder not in folders:
                folders.add(folder)
                number += 1
                yield _record(number, folder, stat.S_IFDIR | 0o755, b"")
        number += 1
        yield _record(number, name.strip("/"), *_content(entry))
    yield _record(0, _END, 0, b"")


def _content(entry: Path | Text | Link) -> tuple[int, bytes, int]:
    """Mode, bytes and time of change: by that Python knows what it has compiled."""
    match entry:
        case Link(target):
            return stat.S_IFLNK | 0o777, target.encode(), 0
        case Text(content, mode):
            return stat.S_IFREG | mode, content.encode(), 0
        case Path():
            found = entry.stat()
            mode = 0o755 if found.st_mode & stat.S_IXUSR else 0o644
            return stat.S_IFREG | mode, entry.read_bytes(), int(found.st_mtime)


def _record(number: int, name: str, mode: int, data: bytes, changed: int = 0) -> bytes:
    fields = [number, mode, 0, 0, 1, changed, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return _padded(head) + _padded(data)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
