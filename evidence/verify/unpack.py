"""Which files does a ZIP hold that another tool has packed anew?

Somebody unzipped a bundle and zipped it again: its files can still be checked, one by one. Read
are stored and deflated files, by the directory at the end (APPNOTE.TXT 6.3, section 4.3), with
hard limits and before anything is inflated: no encryption, no links, no ZIP64, 65,534 files,
4 GiB in all, 200 bytes for each packed one. What is inflated never exceeds what was declared.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evidence.archive import CHUNK, MOST_BYTES, MOST_FILES
from evidence.errors import Malformed, TooLarge

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_LONGEST_COMMENT = 65_535
_LARGEST_DIRECTORY = 16 * 1024 * 1024
_RATIO = 200
_SMALL = 1024 * 1024
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x0041


@dataclass(frozen=True, slots=True)
class Packed:
    """A file as the directory declares it, and where its packed bytes begin."""

    name: str
    size: int
    crc: int
    start: int
    packed: int
    is_deflated: bool

    def chunks(self, file: BinaryIO) -> Iterator[bytes]:
        """Its bytes, in pieces; what damage ends too soon or makes too long ends there."""
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if self.is_deflated else None
        left, at, end = self.size, self.start, self.start + self.packed
        while at < end and left > 0:
            file.seek(at)
            piece = file.read(min(CHUNK // _RATIO if unpacker else CHUNK, end - at))
            if not piece:
                return
            at += len(piece)
            try:
                plain = unpacker.decompress(piece, left) if unpacker else piece[:left]
            except zlib.error:
                return
            left -= len(plain)
            yield plain


def members(file: BinaryIO) -> list[Packed]:
    """All files of a ZIP; Malformed or TooLarge if it is none that may be read."""
    count, directory = _directory(file)
    found: list[Packed] = []
    at = 0
    for _ in range(count):
        fixed = directory[at : at + _CENTRAL.size]
        if len(fixed) < _CENTRAL.size or not fixed.startswith(b"PK\x01\x02"):
            raise Malformed("the directory of the archive is damaged")
        lengths = _CENTRAL.unpack(fixed)[10:13]
        name = directory[at + _CENTRAL.size :][: lengths[0]]
        at += _CENTRAL.size + sum(lengths)
        if not (name.endswith(b"/") and _CENTRAL.unpack(fixed)[9] == 0):
            found.append(_member(file, fixed, name))
    if sum(member.size for member in found) > MOST_BYTES:
        raise TooLarge("an archive of more than 4 GiB")
    return found


def _directory(file: BinaryIO) -> tuple[int, bytes]:
    """How many entries the directory has, and its bytes."""
    whole = file.seek(0, 2)
    file.seek(max(whole - _END.size - _LONGEST_COMMENT, 0))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    fixed = tail[at : at + _END.size] if at >= 0 else b""
    if len(fixed) < _END.size:
        raise Malformed("not an archive, or one that was cut short")
    count, size, offset = _END.unpack(fixed)[4:7]
    if count > MOST_FILES or size > _LARGEST_DIRECTORY:
        raise TooLarge("an archive with too many files")
    file.seek(offset)
    return count, file.read(size)


def _member(file: BinaryIO, fixed: bytes, name: bytes) -> Packed:
    flags, method, _, _, crc, packed, size = _CENTRAL.unpack(fixed)[3:10]
    attributes, offset = _CENTRAL.unpack(fixed)[15:17]
    if flags & _ENCRYPTED or method not in (_STORED, _DEFLATED) or stat.S_ISLNK(attributes >> 16):
        raise Malformed("the archive holds a file that is encrypted, a link, or packed otherwise")
    if size > max(packed * _RATIO, _SMALL) or (method == _STORED and size != packed):
        raise TooLarge("the archive holds a file that is larger than its packed bytes can be")
    file.seek(offset)
    local = file.read(_LOCAL.size)
    if len(local) < _LOCAL.size or not local.startswith(b"PK\x03\x04"):
        raise Malformed("the archive holds a file without a header")
    start = offset + _LOCAL.size + sum(_LOCAL.unpack(local)[9:11])
    return Packed(name.decode("utf-8", "replace"), size, crc, start, packed, method == _DEFLATED)
