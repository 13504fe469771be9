"""Is it an archive that anybody can unpack? gzip and ZIP, as far as they prove it themselves.

Only towards readable: what is in the first member is looked at like a file of its own, and if that
can be read, so can the archive. An archive whose first member is encrypted, or proves nothing,
stays unproven, since its directory is not walked here.
"""

import zlib
from dataclasses import replace

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, readable, unproven

_LOOK = 8192
_GZIP = b"\x1f\x8b\x08"
_RESERVED_FLAGS = 0xE0
_GZIP_BITS = 16 + zlib.MAX_WBITS
_LOCAL = b"PK\x03\x04"
_HEADER = 30
_MEMBERS = 16
_ENCRYPTED, _SIZE_FOLLOWS = 0x0001, 0x0008
_STORED, _DEFLATED = 0, 8


def gzip(glance: Glance) -> Inside | None:
    """RFC 1952: one compressed file."""
    head = glance.head
    if head[:3] != _GZIP or len(head) < 4 or head[3] & _RESERVED_FLAGS:
        return None
    inside = glance.inflate(glance.some(0, _LOOK), _LOOK, _GZIP_BITS)
    return Inside(glance.unpacked(inside), _as_gzip)


def zipped(glance: Glance) -> Judgement | Inside | None:
    """A ZIP that begins with a member (APPNOTE.TXT 6.3.10, section 4.3.7)."""
    if glance.head[:4] != _LOCAL:
        return None
    offset = 0
    for _ in range(_MEMBERS):
        header = glance.exact(offset, _HEADER)
        if header[:4] != _LOCAL:
            break
        flags, method = _word(header, 6, 2), _word(header, 8, 2)
        packed, size = _word(header, 18, 4), _word(header, 22, 4)
        start = offset + _HEADER + _word(header, 26, 2) + _word(header, 28, 2)
        if flags & _ENCRYPTED:
            break
        if size or flags & _SIZE_FOLLOWS:
            return _member(glance, start, method, packed or _LOOK)
        offset = start + packed  # a folder, or an empty file
    return unproven("opaque", "archive", "zip")


def _member(glance: Glance, start: int, method: int, packed: int) -> Judgement | Inside:
    data = glance.some(start, min(packed, _LOOK))
    if method == _DEFLATED:
        data = glance.inflate(data, _LOOK, -zlib.MAX_WBITS)
    elif method != _STORED:
        return unproven("opaque", "archive", "zip")
    return Inside(glance.unpacked(data), _as_zip)


def _word(header: bytes, at: int, size: int) -> int:
    return int.from_bytes(header[at : at + size], "little")


def _as_gzip(inside: Judgement) -> Judgement:
    return _as_archive(inside, "gzip")


def _as_zip(inside: Judgement) -> Judgement:
    return replace(_as_archive(inside, "zip"), names_exposed=True)


def _as_archive(inside: Judgement, form: str) -> Judgement:
    if inside.verdict == "plaintext":
        return readable("archive", form)
    return unproven("opaque", "archive", form)
