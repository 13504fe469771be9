"""What does the directory of a ZIP say of its members?

APPNOTE.TXT 6.3.10 (PKWARE), sections 4.3 to 4.5 and 7; the AES entries as WinZip's AE-1 and AE-2
describe them. Only the directory counts: the headers before the members are read where a walk asks
for a member, and where they contradict the directory.

- What stands before the first member (a program that unpacks itself) moves every offset.
- Sizes beyond the file are `Beyond`; a directory that is none is `Malformed`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Span

LOCAL, _ENTRY, _END, _END64, _LOCATOR = (
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
)
_END_SIZE, _LOCATOR_SIZE, _END64_SIZE, _ENTRY_SIZE, _LOCAL_SIZE = 22, 20, 56, 46, 30
_LONGEST_COMMENT = 65_535
_MOST_BYTES, _MOST_ENTRIES = 1 << 20, 20_000
_PACKED_NOTHING = 12
_LOOSE = 1024  # extra fields of a member's own header, and the sizes behind its data
_NOT_HERE_32, _NOT_HERE_16 = 0xFFFFFFFF, 0xFFFF
ENCRYPTED, STRONG, MASKED = 0x0001, 0x0040, 0x2000
"""Bits of the general purpose flags: encrypted; by strong encryption; headers are masked."""


class Split(Exception):
    """The archive goes over several files."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry; `offset` is that of its own header in the file."""

    flags: int
    method: int
    packed: int
    size: int
    offset: int
    name: bytes
    extra: bytes

    @property
    def is_filled(self) -> bool:
        """Is there something in it? What packs nothing may take a few octets all the same."""
        return self.size > 0 or self.packed > _PACKED_NOTHING

    @property
    def least_end(self) -> int:
        """Where it ends, if its own header has no extra field and no sizes follow."""
        return self.offset + _LOCAL_SIZE + len(self.name) + self.packed

    def field(self, number: int) -> bytes | None:
        """An extra field; None if it is not there."""
        at = 0
        while at + 4 <= len(self.extra):
            this, length = struct.unpack_from("<HH", self.extra, at)
            if this == number:
                return self.extra[at + 4 : at + 4 + length]
            at += 4 + length
        return None


@dataclass(frozen=True, slots=True)
class Directory:
    """`cut`: there are more members than were read; `start`: where the directory lies."""

    members: tuple[Member, ...]
    cut: bool
    start: int

    @property
    def first(self) -> int:
        """Where the first member begins: what stands before it is none."""
        return min((member.offset for member in self.members), default=self.start)

    def is_tiled(self) -> bool:
        """Do the members fill the file up to the directory, side by side and with no gap?"""
        ordered = sorted(self.members, key=lambda member: member.offset)
        nexts = [*(member.offset for member in ordered[1:]), self.start]
        return all(
            0 <= follower - member.least_end <= _LOOSE
            for member, follower in zip(ordered, nexts, strict=True)
        )


@dataclass(frozen=True, slots=True)
class _End:
    entries: int
    size: int
    shift: int  # of every offset
    start: int


def directory(glance: Glance) -> Directory | None:
    """All members; None without an end record (it was cut, or is still being written)."""
    end = _end(glance)
    if end is None:
        return None
    length = min(end.size, _MOST_BYTES)
    data = glance.exact(end.start, length)
    members = tuple(_members(glance, data, end))
    return Directory(members, len(members) < end.entries, end.start)


def _end(glance: Glance) -> _End | None:
    start = max(0, glance.size - _END_SIZE - _LONGEST_COMMENT)
    tail = glance.some(max(start, glance.size - 1024), 1024)
    at = _last(tail)
    if at is None and glance.size > len(tail):
        tail = glance.some(start, glance.size - start)
        at = _last(tail)
    if at is None:
        return None
    disk, first, here, entries, size, offset = struct.unpack_from("<4HII", tail, at + 4)
    place = glance.size - len(tail) + at
    if _NOT_HERE_16 in (disk, first, entries) or _NOT_HERE_32 in (size, offset):
        return _end64(glance, place)
    return _checked((disk, first, here, entries), size, offset, place)


def _last(tail: bytes) -> int | None:
    """Where the end record begins: the last one whose comment closes the file."""
    at = tail.rfind(_END)
    while at >= 0:
        if at + _END_SIZE <= len(tail):
            comment = int.from_bytes(tail[at + 20 : at + 22], "little")
            if at + _END_SIZE + comment == len(tail):
                return at
        at = tail.rfind(_END, 0, at)
    return None


def _end64(glance: Glance, place: int) -> _End:
    """APPNOTE 4.3.14 and 4.3.15: the locator lies before the end record."""
    locator = glance.exact(place - _LOCATOR_SIZE, _LOCATOR_SIZE)
    if locator[:4] != _LOCATOR:
        raise Malformed
    if int.from_bytes(locator[4:8], "little") or int.from_bytes(locator[16:20], "little") > 1:
        raise Split
    stated = int.from_bytes(locator[8:16], "little")
    for at in (stated, place - _LOCATOR_SIZE - _END64_SIZE):
        record = glance.some(at, _END64_SIZE)
        if len(record) < _END64_SIZE or record[:4] != _END64:
            continue
        if at + 12 + int.from_bytes(record[4:12], "little") == place - _LOCATOR_SIZE:
            disk, first, here, entries, size, offset = struct.unpack_from("<IIQQQQ", record, 16)
            return _checked((disk, first, here, entries), size, offset, at)
    raise Malformed


def _checked(disks: tuple[int, int, int, int], size: int, offset: int, place: int) -> _End:
    disk, first, here, entries = disks
    if disk or first or here != entries:
        raise Split
    shift = place - size - offset
    if shift < 0 or size < entries * _ENTRY_SIZE:
        raise Malformed
    return _End(entries, size, shift, place - size)


def _members(glance: Glance, data: bytes, end: _End) -> Iterator[Member]:
    at = 0
    for _ in range(min(end.entries, _MOST_ENTRIES)):
        if at + _ENTRY_SIZE > len(data):
            if len(data) == end.size:
                raise Malformed
            return
        head = data[at : at + _ENTRY_SIZE]
        if head[:4] != _ENTRY:
            raise Malformed
        flags, method = struct.unpack_from("<HH", head, 8)
        packed, size, *lengths = struct.unpack_from("<II3H", head, 20)
        name_at = at + _ENTRY_SIZE
        extra_at, comment_at = name_at + lengths[0], name_at + lengths[0] + lengths[1]
        at = comment_at + lengths[2]
        if at > len(data):
            if len(data) == end.size:
                raise Malformed
            return
        offset = int.from_bytes(head[42:46], "little")
        extra = data[extra_at:comment_at]
        packed, size, offset = _wide(extra, packed, size, offset)
        glance.spend_time()
        yield Member(flags, method, packed, size, offset + end.shift, data[name_at:extra_at], extra)
    if end.entries <= _MOST_ENTRIES and at != end.size:
        raise Malformed  # there are more than the end record says


def _wide(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """With the numbers of a ZIP64 field where the entry has no room for them (4.5.3)."""
    if _NOT_HERE_32 not in (packed, size, offset):
        return packed, size, offset
    field = Member(0, 0, 0, 0, 0, b"", extra).field(1) or b""
    numbers = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
    try:
        size = next(numbers) if size == _NOT_HERE_32 else size
        packed = next(numbers) if packed == _NOT_HERE_32 else packed
        offset = next(numbers) if offset == _NOT_HERE_32 else offset
    except StopIteration:
        raise Malformed from None
    return packed, size, offset


def place(glance: Glance, member: Member) -> tuple[Span, int]:
    """Where the data of a member lie, and the flags of its own header."""
    header = glance.exact(member.offset, _LOCAL_SIZE)
    if header[:4] != LOCAL:
        raise Malformed
    name, extra = struct.unpack_from("<HH", header, 26)
    start = member.offset + _LOCAL_SIZE + name + extra
    if start + member.packed > glance.size:
        raise Beyond
    return Span(start, member.packed), int.from_bytes(header[6:8], "little")
