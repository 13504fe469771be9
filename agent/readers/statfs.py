"""getfsstat(2) of macOS: what is mounted where, and what of it is another machine's?

An array of `struct statfs` as all Macs have had it since 10.6 (64-bit inodes): flags as a number of
32 bits at 64, then from 88 and 1112 on the point and the source, 1024 bytes each, ended by a zero.
"""

import struct
from dataclasses import dataclass

from agent.readers.errors import ParseError

SIZE = 2168
"""Bytes of one record (sys/mount.h)."""

_FLAGS_AT, _POINT_AT, _NAME = 64, 88, 1024
_LOCAL = 0x0000_1000
"""MNT_LOCAL: the file system is stored on this machine."""


@dataclass(frozen=True, slots=True)
class MacMount:
    """A mount; automounts are no disk of this machine's either."""

    point: str
    is_local: bool


def parse(data: bytes) -> tuple[MacMount, ...]:
    """All mounts in the order of the kernel's table; there is always one at the root."""
    if not data or len(data) % SIZE:
        raise ParseError("no whole table of mounts")
    found = tuple(_mount(data, at) for at in range(0, len(data), SIZE))
    if all(mount.point != "/" for mount in found):
        raise ParseError("a table of mounts without a root")
    return found


def _mount(data: bytes, at: int) -> MacMount:
    (flags,) = struct.unpack_from("<I", data, at + _FLAGS_AT)
    name, end, _ = data[at + _POINT_AT : at + _POINT_AT + _NAME].partition(b"\0")
    if not end or not name.startswith(b"/"):
        raise ParseError("a mount without its point")
    return MacMount(name.decode(errors="surrogateescape"), bool(flags & _LOCAL))
