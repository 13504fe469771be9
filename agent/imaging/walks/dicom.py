"""Which elements does a DICOM data set begin with?

A reader of headers (PS3.5, section 7): it skips long values by seeking over them, never decodes
pixels, and stops after the patient and study groups.

- At most 64 KiB are looked at and 512 elements; sequences are stepped over, eight deep.
- An undefined length stands only with SQ, UN, OB and OW.
- Values are handed out as bytes and cut at 256; nobody here keeps or prints them.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent

_CHUNK = 4096
_LOOKED_AT = 64 << 10
_ELEMENTS = 512
_DEPTH = 8
_VALUE = 256
_UNDEFINED = 0xFFFFFFFF
_MARKS = _ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_LONG = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_SHORT = frozenset(b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split())
_OPEN_ENDED = frozenset((b"SQ", b"UN", b"OB", b"OW", b""))


@dataclass(frozen=True, slots=True)
class Encoding:
    """How elements are written: with their type or without, and in which byte order."""

    explicit: bool
    little: bool = True


IMPLICIT = Encoding(explicit=False)
EXPLICIT = Encoding(explicit=True)
EXPLICIT_BIG = Encoding(explicit=True, little=False)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: tag as 0xGGGGEEEE, and where its value lies; `length` None: undefined."""

    tag: int
    vr: bytes
    offset: int
    length: int | None

    @property
    def end(self) -> int:
        """First byte behind the value, or behind the head if the length is undefined."""
        return self.offset + (self.length or 0)


class Reader:
    """Walks the elements of one data set; reads in chunks, so that a walk is a read or two."""

    __slots__ = ("_chunk", "_glance", "_looked", "_start")

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._start = 0
        self._chunk = glance.head
        self._looked = 0

    def value(self, element: Element) -> bytes:
        """The value, cut at 256 bytes."""
        return self.take(element.offset, min(element.length or 0, _VALUE))

    def elements(self, offset: int, encoding: Encoding, inside: int = 0) -> Iterator[Element]:
        """The elements from `offset` on, to the end of the file.

        Those in sequences are stepped over, but for the sequence with the tag `inside`, whose
        items are handed out as if they lay flat. Raises Malformed where it is no data set.
        """
        depth, seen = 0, 0
        while offset < self._glance.size:
            element = self.element(offset, encoding)
            seen += 1
            if seen > _ELEMENTS:
                raise Spent
            flat = inside != 0 and depth == 0 and element.tag in (inside, *_MARKS)
            depth += 0 if flat else _descent(element, depth)
            if not 0 <= depth <= _DEPTH:
                raise Malformed
            if depth == 0 and element.tag >> 16 != 0xFFFE:
                yield element
            offset = element.offset if flat else element.end

    def element(self, offset: int, encoding: Encoding) -> Element:
        """The element whose head lies at `offset`."""
        order = "<" if encoding.little else ">"
        group, number, length = struct.unpack(order + "HHI", self.take(offset, 8))
        tag = group << 16 | number
        if not encoding.explicit or group == 0xFFFE:
            return self._checked(Element(tag, b"", offset + 8, length))
        vr = self.take(offset + 4, 2)
        if vr in _LONG:
            (length,) = struct.unpack(order + "I", self.take(offset + 8, 4))
            return self._checked(Element(tag, vr, offset + 12, length))
        if vr not in _SHORT:
            raise Malformed
        (length,) = struct.unpack(order + "H", self.take(offset + 6, 2))
        return self._checked(Element(tag, vr, offset + 8, length))

    def _checked(self, element: Element) -> Element:
        if element.length == _UNDEFINED:
            if element.vr not in _OPEN_ENDED:
                raise Malformed
            return Element(element.tag, element.vr, element.offset, None)
        if element.end > self._glance.size:
            raise Beyond
        return element

    def take(self, offset: int, length: int) -> bytes:
        """Bytes of the file, by chunks; Beyond at its end, Spent after 64 KiB."""
        start = offset - self._start
        if start < 0 or start + length > len(self._chunk):
            self._start, start = offset, 0
            self._chunk = self._glance.some(offset, max(_CHUNK, length))
            self._looked += len(self._chunk)
            if self._looked > _LOOKED_AT:
                raise Spent
        taken = self._chunk[start : start + length]
        if len(taken) != length:
            raise Beyond
        return taken


def _descent(element: Element, depth: int) -> int:
    """How many levels deeper the walk is behind this element."""
    if element.tag in (_ITEM_END, _SEQUENCE_END):
        return -1
    if element.length is None:
        return 1
    if element.tag == _ITEM and depth == 0:
        raise Malformed
    return 0
