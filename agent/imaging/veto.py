"""Is what a format calls ciphertext plainly none?

Ciphertext looks random, and no picture begins in it. Three places of the claimed stretch are
looked at: its beginning with the nonce before it, its middle, and its end, where something may
be appended.

- It is a veto only: that bytes look random proves nothing.
- Packed data that lie deep inside, far from both ends, look random too and are not seen.
"""

import re
import zlib
from collections import Counter

from agent.imaging.glance import Glance
from agent.imaging.judgement import Span

_SAMPLE = 4096
_EDGE = 32 << 10
_NONCE = 24  # the longest that stands before ciphertext, of the forms that are known here
_SMALLEST_SAMPLE = 1024
_SHORTEST_SAMPLE = 40
_SHORTEST_TEXT = 8
_LAST = 64
# Random data stayed below 361 in 20,000 samples; text and raw pixels lie above 10,000.
_CHI_SQUARE = 1000.0
# Of random octets 38 % are printable ASCII; of 40 or more, three quarters by no chance that counts.
_PRINTABLE = frozenset((*range(32, 127), 9, 10, 13))
_MOST_PRINTABLE = 0.75
# What a file begins with, in six octets or more: by chance in one of some millions of edges.
_BEGINNINGS = tuple(
    (literal, re.compile(re.escape(literal) + rest, re.S))
    for literal, rest in (
        (b"\xff\xd8\xff", rb"(?:[\xe0-\xef]..(?:JFIF|Exif|Adobe|ICC_|http|Phot)|\xdb\0[\x43\x84])"),
        (b"\xff\xd8\xff", rb"[\xc0-\xc3\xf7]\0.[\x08-\x10]"),
        (b"\x89PNG\r\n\x1a\n", b""),
        (b"GIF8", b"[79]a"),
        (b"II*\0\x08\0\0\0", b""),
        (b"MM\0*\0\0\0\x08", b""),
        (b"\xff\x4f\xff\x51\0", b"[\0-\xff]"),
        (b"\x0cjP  \r\n", b""),
        (b"DICM\x02\0", b""),
        (b"%PDF-", rb"[12]\."),
        (b"PK\x03\x04", rb"[\x0a-\x3f]\0"),
        (b"7z\xbc\xaf\x27\x1c", b""),
        (b"Rar!\x1a\x07", b""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", b""),
        (b"\xfd7zXZ\0", b""),
        (b"BZh", b"[1-9]1AY&SY"),
        (b"\x1f\x8b\x08", rb"[\0\x08]....[\0\x02\x04][\0\x03\xff]"),
        (b"SQLite format 3\0", b""),
        (b"RIFF", b"....(?:WEBP|AVI )"),
        (b"ftyp", b"(?:heic|heix|mif1|avif|isom|iso2|mp4|qt  )"),
    )
)
_ENDINGS = re.compile(
    rb"(?:IEND\xaeB`\x82|PK\x05\x06\0\0\0\0.{12}\0\0|%%EOF\s*|</[A-Za-z]{2,20}>\s*)\Z", re.S
)
_XZ_FOOTER = re.compile(rb"(.{4})(.{4}\0[\0-\x0f])YZ", re.S)
_MARKER = re.compile(rb"\xff(.)", re.S)
# In a scan of JPEG an FF is followed by 00 or a restart; in JPEG 2000 by no more than 8F.
_SCAN = frozenset((0, *range(0xD0, 0xD8), 0xD9))
_FEWEST_MARKERS = 4
_PACKET_MOST = 0x8F


def contradicts(glance: Glance, sample: Span) -> bool:
    """Can somebody read what lies in the stretch, by what is seen of it?"""
    start, end = max(1, sample.offset - _NONCE), sample.offset + sample.length
    first, last = _edges(glance, start, end)
    length = min(_SAMPLE, sample.length)
    middle = glance.exact(sample.offset + (sample.length - length) // 2, length)
    if _is_open(middle) or _is_open(last[len(last) - length :]):
        return True
    return any(map(_begins, {first, last})) or _ends(last)  # which may be one


def _edges(glance: Glance, start: int, end: int) -> tuple[bytes, bytes]:
    """How the stretch begins and ends: one read, if it is short."""
    if end - start <= 2 * _EDGE:
        whole = glance.exact(start, end - start)
        return whole, whole
    return glance.exact(start, _EDGE), glance.exact(end - _EDGE, _EDGE)


def _is_open(data: bytes) -> bool:
    if len(data) >= _SMALLEST_SAMPLE:
        return _is_patterned(data) or _is_scan(data) or _is_plain(data[-_LAST:])
    if len(data) >= _SHORTEST_SAMPLE:
        return _is_plain(data) or _is_plain(data[-_LAST:])
    return len(data) >= _SHORTEST_TEXT and _PRINTABLE.issuperset(data)


def _is_patterned(data: bytes) -> bool:
    expected = len(data) / 256
    counts = Counter(data)
    chi_square = sum((counts[octet] - expected) ** 2 for octet in range(256)) / expected
    return chi_square > _CHI_SQUARE


def _is_plain(data: bytes) -> bool:
    """Too short to be weighed: is it text, or does it repeat few octets?"""
    printable = sum(octet in _PRINTABLE for octet in data)
    distinct = 256 * (1 - (255 / 256) ** len(data))
    return printable > _MOST_PRINTABLE * len(data) or len(set(data)) < 0.6 * distinct


def _is_scan(data: bytes) -> bool:
    """Is it coded pixels of JPEG? (T.81, B.1.1.5: no marker stands within.)"""
    after = {found[0] for found in _MARKER.findall(data)}
    return after <= _SCAN and data.count(b"\xff") >= _FEWEST_MARKERS


def _begins(data: bytes) -> bool:
    """Does something readable begin in it?"""
    return any(literal in data and form.search(data) for literal, form in _BEGINNINGS)


def _ends(data: bytes) -> bool:
    """Does something readable end where it ends?"""
    footer = _XZ_FOOTER.fullmatch(data[-12:])
    if footer and zlib.crc32(footer[2]) == int.from_bytes(footer[1], "little"):
        return True
    packets = data[-_SAMPLE:]
    closed = packets.endswith(b"\xff\xd9") and len(packets) >= _SMALLEST_SAMPLE
    if closed and all(found[0] <= _PACKET_MOST for found in _MARKER.findall(packets[:-2])):
        return True
    return _ENDINGS.search(data[-_SMALLEST_SAMPLE:]) is not None
