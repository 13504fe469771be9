"""What does a registry hive on disk hold? (NTUSER.DAT, the file format `regf`)

Read only. Every offset is checked before it is followed, every count has a bound, and the way to
a key is as long as its path: any bytes give a key, its absence, or ParseError.

- `dirty`: the two counters of the header differ, so that Windows was not done writing; what it
  still wanted to write lies in the log files beside it, which are not read here.
- The volatile part of a hive is never on disk.

Format: "Windows registry file format specification" of Maxim Suhanov (msuhanov/regf), versions
1.3 to 1.6; numbers are little-endian.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor

from agent.readers import registry
from agent.readers.errors import ParseError
from agent.readers.registry import Found, Value

LARGEST = 32 << 20
"""Bytes of a hive that are read at most; a person's is some MiB."""

_BASE = 4096
_NONE = 0xFFFFFFFF
_MOST = 20_000
"""Subkeys or values of one key."""

_MOST_DATA = 16 << 20
"""Bytes of all values of one key."""

_DEEPEST = 512
"""Levels of keys that Windows itself allows ("Registry element size limits")."""

_RESIDENT = 0x80000000
_SEGMENT = 16344
"""Bytes of each piece of a value that is too large for one cell."""

_COMPRESSED_KEY, _LINK, _COMPRESSED_VALUE = 0x20, 0x10, 0x01
_NK = struct.Struct("<2sHQIIIIIIIIIIIIIIIHH")
_VK = struct.Struct("<2sHIIIHH")


@dataclass(frozen=True, slots=True)
class Hive:
    """The bytes of a hive whose header holds; `root` is the offset of its first key."""

    data: bytes
    root: int
    dirty: bool

    def key(self, names: tuple[str, ...]) -> Found | None:
        """The key at this path below the root, in any case; None if the hive does not hold it."""
        if len(names) > _DEEPEST:
            raise ParseError("a path that is too deep")
        node = _node(self.data, self.root)
        for name in names:
            below = (_node(self.data, at) for at in _subkeys(self.data, node))
            found = next((one for one in below if one.name.lower() == name.lower()), None)
            if found is None:
                return None
            node = found
        return Found(
            dict(_values(self.data, node)),
            tuple(_node(self.data, at).name for at in _subkeys(self.data, node)),
            registry.instant(node.written),
        )


@dataclass(frozen=True, slots=True)
class _Node:
    """A key as it lies in its cell: counts and offsets of its lists."""

    name: str
    written: int
    subkeys: tuple[int, int]
    values: tuple[int, int]


def parse(data: bytes) -> Hive:
    """Check the header; ParseError if it is no hive, or cut."""
    if len(data) < _BASE or data[:4] != b"regf":
        raise ParseError("no registry hive")
    first, second = struct.unpack_from("<II", data, 4)
    major, minor, kind, form, root, size = struct.unpack_from("<IIIIII", data, 20)
    if (major, kind, form) != (1, 0, 1) or not 3 <= minor <= 6:
        raise ParseError("a hive of another version")
    (checksum,) = struct.unpack_from("<I", data, 508)
    if _checksum(data) != checksum:
        raise ParseError("a header that does not add up")
    if size % _BASE or _BASE + size > len(data):
        raise ParseError("a hive that is cut")
    return Hive(data[: _BASE + size], root, dirty=first != second)


def _checksum(data: bytes) -> int:
    """All words of the header before it, by exclusive or; 0 and -1 are written as 1 and -2."""
    words: tuple[int, ...] = struct.unpack_from("<127I", data)
    total = reduce(xor, words)
    return {0: 1, _NONE: _NONE - 1}.get(total, total)


def _cell(data: bytes, offset: int, least: int = 4) -> memoryview:
    """The content of a cell that is in use, at least `least` bytes of it."""
    at = _BASE + offset
    if offset % 8 or at + 4 > len(data):
        raise ParseError("a cell out of the file")
    (size,) = struct.unpack_from("<i", data, at)
    if size >= 0 or at - size > len(data) or -size < 4 + least:
        raise ParseError("a cell that is free, cut or too small")
    return memoryview(data)[at + 4 : at - size]


def _node(data: bytes, offset: int) -> _Node:
    cell = _cell(data, offset, _NK.size)
    fields = _NK.unpack_from(cell)
    mark, flags, written, subkeys, listed = fields[0], fields[1], fields[2], fields[5], fields[7]
    values, values_listed, length = fields[9], fields[10], fields[18]
    if mark != b"nk" or flags & _LINK:
        raise ParseError("no key, or a link to one")
    if max(subkeys, values) > _MOST:
        raise ParseError("a key that holds too much")
    name = _name(cell, _NK.size, length, narrow=bool(flags & _COMPRESSED_KEY))
    return _Node(name, written, (subkeys, listed), (values, values_listed))


def _name(cell: memoryview, start: int, length: int, *, narrow: bool) -> str:
    name = bytes(cell[start : start + length])
    if len(name) != length:
        raise ParseError("a name that is cut")
    return name.decode("latin-1") if narrow else name.decode("utf-16-le", errors="replace")


def _subkeys(data: bytes, node: _Node) -> list[int]:
    count, listed = node.subkeys
    if not count:
        return []
    offsets: list[int] = []
    for part in _lists(data, listed):
        offsets.extend(_listed(data, part))
        if len(offsets) > count:
            break
    if len(offsets) != count:
        raise ParseError("a key with more or fewer subkeys than it says")
    return offsets


def _lists(data: bytes, offset: int) -> Iterator[int]:
    """The list itself, or those that an index root names: it has one level, never more."""
    cell = _cell(data, offset)
    mark, count = struct.unpack_from("<2sH", cell)
    if mark != b"ri":
        yield offset
        return
    if len(cell) < 4 + 4 * count:
        raise ParseError("a list that is cut")
    yield from struct.unpack_from(f"<{count}I", cell, 4)


def _listed(data: bytes, offset: int) -> tuple[int, ...]:
    cell = _cell(data, offset)
    mark, count = struct.unpack_from("<2sH", cell)
    words = {b"lf": 2, b"lh": 2, b"li": 1}.get(mark)
    if words is None or len(cell) < 4 + 4 * words * count:
        raise ParseError("no list of keys, or one that is cut")
    return struct.unpack_from(f"<{words * count}I", cell, 4)[::words]


def _values(data: bytes, node: _Node) -> Iterator[tuple[str, Value]]:
    count, listed = node.values
    if not count:
        return
    cell = _cell(data, listed, 4 * count)
    left = _MOST_DATA
    for offset in struct.unpack_from(f"<{count}I", cell):
        vk = _cell(data, offset, _VK.size)
        mark, length, size, at, number, flags, _ = _VK.unpack_from(vk)
        if mark != b"vk":
            raise ParseError("no value")
        left -= size & ~_RESIDENT
        if left < 0:
            raise ParseError("values that are too large")
        name = _name(vk, _VK.size, length, narrow=bool(flags & _COMPRESSED_VALUE))
        yield name, registry.value(number, _content(data, size, at))


def _content(data: bytes, size: int, at: int) -> bytes:
    """A value's bytes: up to four lie in the place of their offset, many in pieces."""
    if size & _RESIDENT:
        if size & ~_RESIDENT > 4:
            raise ParseError("a value that is larger than its place")
        return at.to_bytes(4, "little")[: size & ~_RESIDENT]
    if not size:
        return b""
    cell = _cell(data, at)
    if size > _SEGMENT and bytes(cell[:2]) == b"db":
        return _pieces(data, cell, size)
    if len(cell) < size:
        raise ParseError("a value that is cut")
    return bytes(cell[:size])


def _pieces(data: bytes, cell: memoryview, size: int) -> bytes:
    if len(cell) < 8:
        raise ParseError("a large value that is cut")
    _, count, listed = struct.unpack_from("<2sHI", cell)
    if count != -(-size // _SEGMENT):
        raise ParseError("a large value of too many pieces, or too few")
    offsets = struct.unpack_from(f"<{count}I", _cell(data, listed, 4 * count))
    whole = b"".join(bytes(_cell(data, offset)[:_SEGMENT]) for offset in offsets)
    if len(whole) < size:
        raise ParseError("a large value that is cut")
    return whole[:size]
