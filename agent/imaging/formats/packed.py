"""Is it compressed, or a bundle of files, with nothing that keeps anybody from unpacking it?

gzip (RFC 1952), zlib (RFC 1950), bzip2, compress, xz, zstd, lz4, lzma, CAB, ar, tar, ISO 9660: all
are readable. Only of gzip and tar are the files in them looked at: where each of them is proven
ciphertext, so is the whole, and its names are all that can be read.

- Two octets prove nothing: a zlib or an lzma stream counts if it really gives something.
"""

import lzma
import zlib
from collections.abc import Iterator

from agent.imaging.formats.base import Members
from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, readable
from rules.facts.imaging import FileKind

_LOOK = 8192
_HELD = 2 << 20
_REAL = 4096
"""What a stream without a signature must give to be believed, or all that it claims to hold."""

_GZIP = b"\x1f\x8b\x08"
_GZIP_RESERVED = 0xE0
_GZIP_BITS = 16 + zlib.MAX_WBITS
_SIGNATURES: tuple[tuple[bytes, FileKind, str], ...] = (
    (b"\xfd7zXZ\x00", "archive", "xz"),
    (b"\x28\xb5\x2f\xfd", "archive", "zstd"),
    (b"\x04\x22\x4d\x18", "archive", "lz4"),
    (b"MSCF\x00\x00\x00\x00", "archive", "cab"),
    (b"!<arch>\n", "archive", "ar"),
)
_STARTS = tuple(signature for signature, _, _ in _SIGNATURES)
_BLOCK = 512
_MOST_HEADERS = 70
_NAMES = b"KLgx"  # types of headers that belong to the next
_LONGEST_NAME, _LONGEST_PADDING = 64 << 10, 1 << 20
_ISO_AT = 32_769
_CHECKSUM = slice(148, 156)


def signed(glance: Glance) -> Judgement | None:
    """Signatures of four bytes and more, and those of three with a checked successor."""
    head = glance.head
    if head.startswith(_STARTS):
        kind, form = next((k, f) for magic, k, f in _SIGNATURES if head.startswith(magic))
        return readable(kind, form)
    if head[:3] == b"BZh" and b"1" <= head[3:4] <= b"9" and head[4:10] == b"\x31AY&SY":
        return readable("archive", "bzip2")
    return readable("archive", "compress") if _is_lzw(head) else None


def _is_lzw(head: bytes) -> bool:
    """compress: its width, then codes of nine bits: first a literal, then one that there can be."""
    if head[:2] != b"\x1f\x9d" or len(head) < 6 or not 9 <= head[2] & 0x1F <= 16 or head[2] & 0x60:
        return False
    bits = int.from_bytes(head[3:6], "little")
    return bits & 0x1FF < 256 and bits >> 9 & 0x1FF <= 257


def gzip(glance: Glance) -> Judgement | Members | None:
    """One compressed file; a second may follow, and then not all is seen."""
    head = glance.head
    if head[:3] != _GZIP or len(head) < 4 or head[3] & _GZIP_RESERVED:
        return None
    try:
        data, closed = glance.inflate_to_end(glance.some(0, _HELD), _HELD, _GZIP_BITS)
    except Malformed:
        data, closed = glance.inflate(glance.some(0, _LOOK), _LOOK, _GZIP_BITS), False
    whole = Judgement("encrypted", "cipher", "archive", "gzip", "unstated", names_exposed=True)
    otherwise = readable("archive", "gzip")
    if not closed or glance.size > _HELD:
        return otherwise
    return Members((glance.unpacked(data),), whole, otherwise)


def tar(glance: Glance) -> Judgement | Members | None:
    """A tape archive (POSIX ustar and GNU): blocks of 512 octets."""
    if glance.head[257:262] != b"ustar" or not _is_header(glance.head[:_BLOCK]):
        return None
    whole = Judgement("encrypted", "cipher", "archive", "tar", "unstated", names_exposed=True)
    otherwise = readable("archive", "tar").with_names()
    return Members(_members(glance), whole, otherwise)


def _members(glance: Glance) -> Iterator[Glance]:
    """All that has data and is no long name. Beyond, if it does not end as it should."""
    offset = 0
    for _ in range(_MOST_HEADERS):
        header = glance.exact(offset, _BLOCK)
        if not any(header):
            return _require_padding(glance, offset)
        if not _is_header(header):
            raise Beyond
        size = _octal(header[124:136])
        if size and (header[156] not in _NAMES or size > _LONGEST_NAME):
            yield glance.part(offset + _BLOCK, size)
        offset += _BLOCK + -(-size // _BLOCK) * _BLOCK
    raise Beyond


def _require_padding(glance: Glance, offset: int) -> None:
    """Zeros to the end of the file: what somebody appended, `tar -i` unpacks."""
    rest = glance.size - offset
    if rest > _LONGEST_PADDING or any(glance.exact(offset, rest)):
        raise Beyond


def _is_header(header: bytes) -> bool:
    """Does the checksum hold? (POSIX.1-2017, pax, "ustar Interchange Format")"""
    if len(header) < _BLOCK:
        return False
    blank = bytearray(header)
    blank[_CHECKSUM] = b" " * 8
    return sum(blank) == _octal(header[_CHECKSUM])


def _octal(field: bytes) -> int:
    if field[:1] >= b"\x80":  # GNU: a number in base 256
        return int.from_bytes(field[1:], "big")
    text = field.strip(b" \0")
    return int(text, 8) if text.isdigit() and not set(text) & set(b"89") else -1


def streams(glance: Glance) -> Judgement | None:
    """Zlib and lzma without a container: two or three octets, and a stream that works."""
    head = glance.head
    if _is_zlib(head) and _inflates(glance):
        return readable("archive", "zlib")
    if head[:3] == b"\x5d\x00\x00" and len(head) > 13 and _is_lzma(head):
        return readable("archive", "lzma")
    return None


def _is_zlib(head: bytes) -> bool:
    """Deflate, a window of 32 KiB at most, no dictionary, a check (RFC 1950, 2.2)."""
    if len(head) < 3 or head[0] & 0x0F != 8 or head[0] >> 4 > 7 or head[1] & 0x20:
        return False
    return int.from_bytes(head[:2], "big") % 31 == 0


def _inflates(glance: Glance) -> bool:
    try:
        out = glance.inflate(glance.head, _REAL)
    except Malformed:
        return False
    return len(out) >= _REAL


def _is_lzma(head: bytes) -> bool:
    size = int.from_bytes(head[1:5], "little")
    if size & (size - 1) or not 1 << 12 <= size <= 64 << 20:
        return False
    decoder = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=80 << 20)
    try:
        out = decoder.decompress(head, _REAL)
    except lzma.LZMAError:
        return False
    return len(out) >= _REAL or (decoder.eof and bool(out))


def iso(glance: Glance) -> Judgement | None:
    """A disc image (ECMA-119, 8.1): the first volume descriptor."""
    if glance.size < _ISO_AT + 2048 or any(glance.head[:16].strip(b"\0")):
        return None
    if glance.some(_ISO_AT, 5) != b"CD001":
        return None
    return readable("disk_image", "iso").with_names()
