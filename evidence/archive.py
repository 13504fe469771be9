"""Which files does this ZIP hold, and could any byte of it be another?

A ZIP as any tool opens it, of which every byte is settled: files are stored and not compressed,
in the order of their names with one file last, dated 1 January 1980, without gaps, comments,
attributes or extra fields. So there is nothing to inflate and nothing to bomb with, and whoever
changes a byte anywhere either changes a file or makes the archive unreadable.

- Reading walks from file to file by the headers and then compares the directory byte for byte.
- At most 65,534 files and 4 GiB: the ZIP of before ZIP64 (APPNOTE.TXT 6.3, sections 4.3 and 4.4).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence.errors import Malformed, TooLarge

MOST_FILES = 65_534
MOST_BYTES = 2**32 - 1
CHUNK = 1 << 20

_LOCAL = struct.Struct("<4s5HLLL2H")
_CENTRAL = struct.Struct("<4s6HLLL5HLL")
_END = struct.Struct("<4s4H2LH")
HEADER_BYTES = _LOCAL.size
"""How many bytes stand before the name of the first file."""
_LOCAL_SIGN, _CENTRAL_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _FLAGS, _STORED, _TIME, _DATE = 20, 0x0800, 0, 0, 0x0021
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive: its name, what its header says of it, and where its bytes begin."""

    name: str
    size: int
    crc: int
    start: int

    @property
    def header(self) -> bytes:
        """The bytes before those of the file."""
        name = self.name.encode()
        return _LOCAL.pack(_LOCAL_SIGN, _VERSION, *self._common, len(name), 0) + name

    @property
    def entry(self) -> bytes:
        """The bytes in the directory."""
        name = self.name.encode()
        offset = self.start - len(self.header)
        fixed = (_CENTRAL_SIGN, _VERSION, _VERSION, *self._common, len(name))
        return _CENTRAL.pack(*fixed, 0, 0, 0, 0, 0, offset) + name

    def chunks(self, file: BinaryIO) -> Iterator[bytes]:
        """The bytes of the file, in pieces of a megabyte at most."""
        at, end = self.start, self.start + self.size
        while at < end:
            file.seek(at)
            piece = file.read(min(CHUNK, end - at))
            at += len(piece)
            yield piece

    @property
    def _common(self) -> tuple[int, ...]:
        return _FLAGS, _STORED, _TIME, _DATE, self.crc, self.size, self.size


class Writer:
    """Writes one file after the other; the caller brings them in order."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._members: list[Member] = []

    def add(self, name: str, pieces: Iterable[bytes]) -> Member:
        """Write one file; its header is filled in when its length is known."""
        at = self._out.tell()
        blank = Member(name, 0, 0, at)
        self._out.write(blank.header)
        size = crc = 0
        for piece in pieces:
            self._out.write(piece)
            size, crc = size + len(piece), zlib.crc32(piece, crc)
        member = Member(name, size, crc, at + len(blank.header))
        if self._out.tell() > MOST_BYTES or len(self._members) == MOST_FILES:
            raise TooLarge("an evidence bundle of more than 4 GiB: export a shorter period")
        self._out.seek(at)
        self._out.write(member.header)
        self._out.seek(0, 2)
        self._members.append(member)
        return member

    def close(self) -> None:
        """Write the directory: the archive is whole."""
        self._out.write(_directory(self._members, self._out.tell()))


def members(file: BinaryIO) -> list[Member]:
    """All files of an archive that `Writer` could have written; Malformed if it could not."""
    whole = file.seek(0, 2)
    file.seek(0)
    found: list[Member] = []
    while (member := _next(file)) is not None:
        found.append(member)
        if member.start + member.size > whole or len(found) > MOST_FILES:
            raise Malformed("not an evidence bundle, or one that was cut short")
        file.seek(member.start + member.size)
    at = found[-1].start + found[-1].size if found else 0
    file.seek(at)
    directory = _directory(found, at)
    if not found or file.read(len(directory) + 1) != directory:
        raise Malformed("not an evidence bundle, or its directory is not that of its files")
    return found


def _next(file: BinaryIO) -> Member | None:
    at = file.tell()
    fixed = file.read(_LOCAL.size)
    if len(fixed) < _LOCAL.size or not fixed.startswith(_LOCAL_SIGN):
        return None
    crc, _, size, length, _ = _LOCAL.unpack(fixed)[6:]
    raw = file.read(min(length, _LONGEST_NAME))
    member = Member(raw.decode("ascii", "replace"), size, crc, at + _LOCAL.size + length)
    if member.header != fixed + raw:
        raise Malformed("a file of the bundle whose header is not as the exporter writes it")
    return member


def _directory(found: list[Member], at: int) -> bytes:
    entries = b"".join(member.entry for member in found)
    count = len(found)
    return entries + _END.pack(_END_SIGN, 0, 0, count, count, len(entries), at, 0)
