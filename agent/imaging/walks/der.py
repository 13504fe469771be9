"""Which values does a BER or DER structure hold, one inside the other?

X.690, with definite and indefinite lengths (streaming writers use the latter). Values are found,
not decoded: a caller asks for the children of a value and compares tags.

- Low tag numbers only, lengths of at most eight octets: CMS needs no more.
- A value that reaches past its parent is Malformed, past the file Beyond.
- The end of an indefinite value is found by walking its children, 16 deep at most.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent

INTEGER, OCTETS, OID, SEQUENCE, SET = 0x02, 0x04, 0x06, 0x30, 0x31
_CONSTRUCTED = 0x20
_DEPTH = 16
_VALUES = 4096
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Value:
    """One value: its tag octet, and where its content lies.

    `open`: of indefinite length, and not walked yet; `end` is then only the end of what holds it.
    `mark`: octets of the end mark behind the content.
    """

    tag: int
    start: int
    end: int
    open: bool = False
    mark: int = 0

    @property
    def constructed(self) -> bool:
        """Does it hold values, rather than content?"""
        return bool(self.tag & _CONSTRUCTED)

    @property
    def length(self) -> int:
        """Octets of content."""
        return self.end - self.start

    @property
    def behind(self) -> int:
        """First byte behind the value and its end mark."""
        return self.end + self.mark


class Der:
    """A structure in a file, read by chunks."""

    __slots__ = ("_chunk", "_ends", "_glance", "_start", "_values")

    def __init__(self, glance: Glance) -> None:
        self._glance = glance
        self._chunk = glance.head
        self._start = 0
        self._values = 0
        self._ends: dict[int, int] = {}

    def value(self, offset: int, end: int) -> Value:
        """The value that begins at `offset` and may reach to `end`."""
        self._values += 1
        if self._values > _VALUES:
            raise Spent
        tag, first = self.take(offset, 2)
        if tag & 0x1F == 0x1F:
            raise Malformed
        start = offset + 2
        if first == 0x80:
            if not tag & _CONSTRUCTED:
                raise Malformed
            return Value(tag, start, end, open=True, mark=2)
        length = first
        if first > 0x80:
            octets = first & 0x7F
            if octets > 8:
                raise Malformed
            length = int.from_bytes(self.take(start, octets), "big")
            start += octets
        return Value(tag, start, self._within(start + length, end))

    def _within(self, reach: int, end: int) -> int:
        if reach > self._glance.size:
            raise Beyond
        if reach > end:
            raise Malformed
        return reach

    def children(self, parent: Value, depth: int = 0) -> Iterator[Value]:
        """The values inside. An open one is walked only when the next is asked for."""
        offset = parent.start
        while offset < parent.end:
            if parent.open and self.take(offset, 2) == b"\0\0":
                self.know(parent, offset)
                return
            child = self.value(offset, parent.end)
            yield child
            offset = self.whole(child, depth + 1).behind
        if parent.open:
            raise Beyond

    def whole(self, value: Value, depth: int = 0) -> Value:
        """The value with its true end, which an open one shows only when walked."""
        if not value.open:
            return value
        if depth > _DEPTH:
            raise Spent
        if value.start not in self._ends:
            for _ in self.children(value, depth):
                pass
        return Value(value.tag, value.start, self._ends[value.start], mark=2)

    def know(self, value: Value, end: int) -> None:
        """Take it as known where the content of an open value ends."""
        self._ends[value.start] = end

    def content(self, value: Value, limit: int = 256) -> bytes:
        """The octets of a primitive value; Malformed if it is longer than `limit`."""
        if value.constructed or value.length > limit:
            raise Malformed
        return self.take(value.start, value.length)

    def take(self, offset: int, length: int) -> bytes:
        """Bytes of the file, read by chunks."""
        start = offset - self._start
        if start < 0 or start + length > len(self._chunk):
            self._start, start = offset, 0
            self._chunk = self._glance.some(offset, max(_CHUNK, length))
        taken = self._chunk[start : start + length]
        if len(taken) != length:
            raise Beyond
        return taken
