"""Which packets does an OpenPGP file hold? (RFC 9580, sections 4 and 5; RFC 4880 for the older)

Only the heads of packets are read. A length that points beyond the end is `Beyond`; a packet that
cannot be of its kind is `Malformed`: one octet begins a packet by chance in every second file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent
from agent.imaging.judgement import Span

PKESK, SIGNATURE, SKESK, ONE_PASS, SECRET, PUBLIC = 1, 2, 3, 4, 5, 6
SECRET_SUB, COMPRESSED, OLD, MARKER, LITERAL, TRUST = 7, 8, 9, 10, 11, 12
USER, PUBLIC_SUB, ATTRIBUTE, SEIPD, AEAD, PADDING = 13, 14, 17, 18, 20, 21
_MOST_PACKETS, _MOST_CHUNKS, _SAMPLED = 70, 64, 24
_BODY = 512
_FIRST_CHUNK = 512


@dataclass(frozen=True, slots=True)
class Packet:
    """`body`: the first octets of it; `data`: where the first stretch of the body lies.

    `size` is that of the whole body; None if it goes to the end, in pieces or unsaid.
    """

    tag: int
    body: bytes
    data: Span
    size: int | None
    end: int


def packets(glance: Glance) -> Iterator[Packet]:
    """The packets, one after the other, to the end of the file."""
    at = 0
    for _ in range(_MOST_PACKETS):
        if at == glance.size:
            return
        packet = _packet(glance, at)
        yield packet
        at = packet.end
    raise Spent


def _packet(glance: Glance, at: int) -> Packet:
    head = glance.some(at, 6)
    if not head or not head[0] & 0x80:
        raise Malformed
    if not head[0] & 0x40:
        return _old(glance, at, head)
    tag = head[0] & 0x3F
    start, length, partial = _length(head, at)
    if not partial:
        return _whole(glance, tag, start, length)
    if length < _FIRST_CHUNK or tag not in (COMPRESSED, OLD, LITERAL, SEIPD, AEAD):
        raise Malformed
    end = _chunks(glance, start, length)
    body = glance.exact(start, min(_BODY, length))
    return Packet(tag, body, Span(start, length), None, end)


def _length(head: bytes, at: int) -> tuple[int, int, bool]:
    """Where the body begins, how long it or its first piece is, and whether it is a piece."""
    if len(head) < 2:
        raise Beyond
    first = head[1]
    if first < 192:
        return at + 2, first, False
    if first < 224:
        if len(head) < 3:
            raise Beyond
        return at + 3, (first - 192 << 8) + head[2] + 192, False
    if first == 255:
        if len(head) < 6:
            raise Beyond
        return at + 6, int.from_bytes(head[2:6], "big"), False
    return at + 2, 1 << (first & 0x1F), True


def _chunks(glance: Glance, at: int, length: int) -> int:
    """Where a body in pieces ends. Pieces of one size are sampled, not counted through."""
    at = _skipped(glance, at, length)
    for _ in range(_MOST_CHUNKS):
        at += length
        head = glance.exact(at, min(5, max(1, glance.size - at)))
        at, length, partial = _length(b"\0" + head, at - 1)
        if not partial:
            if at + length > glance.size:
                raise Beyond
            return at + length
    raise Spent


def _skipped(glance: Glance, at: int, length: int) -> int:
    """The last place but a few where a piece of this length begins, if all before are like it."""
    stride = length + 1
    last = (glance.size - at) // stride - 3
    mark = glance.exact(at - 1, 1)
    places = range(1, last + 1, max(1, last // _SAMPLED))
    if last > _SAMPLED and all(glance.some(at + n * stride - 1, 1) == mark for n in places):
        return at + last * stride if glance.some(at + last * stride - 1, 1) == mark else at
    return at


def _old(glance: Glance, at: int, head: bytes) -> Packet:
    tag, kind = head[0] >> 2 & 0x0F, head[0] & 3
    if tag == 0:
        raise Malformed
    if kind == 3:
        if tag not in (COMPRESSED, OLD, LITERAL):
            raise Malformed
        rest = Span(at + 1, glance.size - at - 1)
        return Packet(tag, glance.some(at + 1, _BODY), rest, None, glance.size)
    octets = 1 << kind
    if len(head) < 1 + octets:
        raise Beyond
    length = int.from_bytes(head[1 : 1 + octets], "big")
    return _whole(glance, tag, at + 1 + octets, length)


def _whole(glance: Glance, tag: int, start: int, length: int) -> Packet:
    if start + length > glance.size:
        raise Beyond
    body = glance.some(start, min(_BODY, length))
    return Packet(tag, body, Span(start, length), length, start + length)
