"""Which bytes do the base64 lines of an armoured file stand for?

Lines of one length map to bytes by arithmetic, so a file of any size is looked at where a walk
asks, and nowhere else. Lines of mixed length are Malformed: they prove nothing.
"""

import base64
import binascii

from agent.imaging.glance import Glance, Malformed

_TAIL = 1024
_PADDED = b"="


class Armour:
    """The bytes behind base64 lines that lie from `begin` to `end` of a file."""

    __slots__ = ("_begin", "_broken", "_chars", "_glance", "_line", "size")

    def __init__(self, glance: Glance, begin: int, end: int) -> None:
        """Malformed if the first lines are no base64 of one length."""
        first = glance.some(begin, min(glance.size - begin, len(glance.head)))[: end - begin]
        line = first.find(b"\n")
        breaks = 1 + (line > 0 and first[line - 1 : line] == b"\r")
        self._glance = glance
        self._begin = begin
        self._broken = breaks if line > 0 else 0
        self._line = line + 1 - breaks if line > 0 else end - begin
        self._chars = self._count(glance, end)
        if self._line % 4 or self._chars % 4 or not self._chars:
            raise Malformed
        padding = self._text(self._chars - 4, self._chars).count(_PADDED)
        self.size = self._chars // 4 * 3 - padding

    def _count(self, glance: Glance, end: int) -> int:
        """Characters of base64, line ends at the very end left out."""
        if self._line <= 0:
            raise Malformed
        span = max(0, min(_TAIL, end - self._begin))
        tail = glance.exact(end - span, span)
        length = end - self._begin - (span - len(tail.rstrip(b"\r\n")))
        full, rest = divmod(length, self._line + self._broken)
        return full * self._line + min(rest, self._line)

    def opened(self) -> Glance:
        """The bytes, as a file of their own."""
        return self._glance.within(self.read, self.size)

    def read(self, offset: int, length: int) -> bytes:
        """Bytes at an offset; Malformed where the text is no base64 of that line length."""
        first, last = offset // 3, -(-(offset + length) // 3)
        text = self._text(first * 4, min(last * 4, self._chars))
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise Malformed from None
        start = offset - first * 3
        return data[start : start + length]

    def _text(self, start: int, stop: int) -> bytes:
        """Characters, without their line ends."""
        place = self._begin + self._place(start)
        raw = self._glance.exact(place, self._begin + self._place(stop - 1) + 1 - place)
        text = raw.translate(None, b"\r\n")
        if len(text) != stop - start:
            raise Malformed
        return text

    def _place(self, char: int) -> int:
        return char + char // self._line * self._broken
