"""What may be read of one file, and at what price?

Every look costs a read and its bytes; inflated output and time cost too. A spent budget ends the
walk with `Spent`, what points beyond the end of the file ends it with `Beyond`: neither can be
mistaken for a finding.

- The head is read once and is free from then on.
- Plain reads at an offset: no map of the file, because one that is cut short under a map kills
  the process.
- Nothing of the content is ever put into an error.
"""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass

HEAD = 4096
READS = 64
BYTES = 2 << 20
INFLATED = 4 << 20
CPU_SECONDS = 0.25
WALL_SECONDS = 2.0


class Stopped(Exception):
    """A walk that did not come to its end; it never carries content."""


class Spent(Stopped):
    """The budget of this file is used up."""


class Beyond(Stopped):
    """The structure points past the end of the file: it was cut, or is still being written."""


class Malformed(Stopped):
    """The bytes contradict the structure that they claim."""


ReadAt = Callable[[int, int], bytes]
"""`read(offset, length)`: at most `length` bytes, fewer only at the end."""


@dataclass(slots=True)
class Purse:
    """What is left to spend on one file, whatever is decoded out of it.

    The clocks run from the first payment: what needs its head alone never looks at them.
    """

    cpu_ends: float = 0.0
    wall_ends: float = 0.0
    reads: int = READS
    octets: int = BYTES
    inflated: int = INFLATED

    def pay(self, octets: int) -> None:
        """Pay for one read."""
        self.reads -= 1
        self.octets -= octets
        if self.reads < 0 or self.octets < 0:
            raise Spent
        self.pay_time()

    def pay_time(self) -> None:
        """Look at the clocks, of the thread that asks."""
        if not self.wall_ends:
            self.cpu_ends = time.thread_time() + CPU_SECONDS
            self.wall_ends = time.monotonic() + WALL_SECONDS
        elif time.thread_time() > self.cpu_ends or time.monotonic() > self.wall_ends:
            raise Spent


class Glance:
    """One open file, or bytes in memory, seen through a budget."""

    __slots__ = ("_inner", "_purse", "_read", "head", "size")

    def __init__(self, read: ReadAt, size: int, purse: Purse | None = None) -> None:
        """With a purse it is a view into another glance, whose reads are paid there."""
        self._read = read
        self._inner = purse is not None
        self._purse = purse or Purse()
        self.size = size
        self.head = read(0, min(HEAD, size))

    @classmethod
    def of(cls, data: bytes) -> "Glance":
        """Bytes that are in memory already."""
        return cls(lambda offset, length: data[offset : offset + length], len(data))

    def within(self, read: ReadAt, size: int) -> "Glance":
        """What is decoded out of this file on demand, paid from the same purse."""
        return Glance(read, size, self._purse)

    def unpacked(self, data: bytes) -> "Glance":
        """What was decoded out of this file; more may follow that nobody unpacked."""
        return self.within(lambda offset, length: data[offset : offset + length], len(data))

    def begun(self, data: bytes, size: int) -> "Glance":
        """What was decoded out of a file of `size` bytes, which is longer: the rest is Beyond."""

        def read(offset: int, length: int) -> bytes:
            if offset + length > len(data):
                raise Beyond
            return data[offset : offset + length]

        return self.within(read, size) if len(data) >= min(HEAD, size) else self.unpacked(data)

    def part(self, start: int, size: int) -> "Glance":
        """A stretch of this file as a file of its own."""
        return self.within(lambda offset, length: self.exact(start + offset, length), size)

    def some(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes; fewer at the end of the file."""
        if offset < 0 or length <= 0 or offset >= self.size:
            return b""
        length = min(length, self.size - offset)
        if offset + length <= len(self.head):
            return self.head[offset : offset + length]
        if not self._inner:
            self._purse.pay(length)
        return self._read(offset, length)

    def exact(self, offset: int, length: int) -> bytes:
        """All of `length` bytes, or Beyond."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise Beyond
        data = self.some(offset, length)
        if len(data) != length:  # the file was cut while it was read
            raise Beyond
        return data

    def inflate(self, data: bytes, limit: int, bits: int = zlib.MAX_WBITS) -> bytes:
        """What a zlib stream begins with, at most `limit` bytes; Malformed if it is none."""
        return self.inflate_to_end(data, limit, bits)[0]

    def inflate_to_end(self, data: bytes, limit: int, bits: int) -> tuple[bytes, bool]:
        """The same, and whether the stream ends exactly where `data` does."""
        self._purse.pay_time()
        limit = min(limit, self._purse.inflated)
        if limit <= 0:
            raise Spent
        try:
            decoder = zlib.decompressobj(bits)
            out = decoder.decompress(data, limit)
        except zlib.error:
            raise Malformed from None
        self._purse.inflated -= len(out)
        return out, decoder.eof and not decoder.unused_data

    def spend_inflated(self, octets: int) -> None:
        """Pay for what another decoder than zlib gave; Spent if it was too much."""
        self._purse.inflated -= octets
        if self._purse.inflated < 0:
            raise Spent

    def spend_time(self) -> None:
        """Spent, if the walk has taken too long. Called in loops that read nothing."""
        self._purse.pay_time()
