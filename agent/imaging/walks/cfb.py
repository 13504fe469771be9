"""Which streams does a compound file hold, and what is in them? ([MS-CFB] 2.2 to 2.6)

The table of sectors is read by the 109 places that the header names; a larger one is not followed,
and what would need it is `Spent`. Circles end the walk.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_MOST_SECTORS = 256
_MOST_ENTRIES = 2048
_BEHIND = 64 << 10
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_MINI = 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A stream, or the root, whose data are those of all small streams."""

    name: str
    kind: int
    start: int
    size: int


class Compound:
    """An open compound file."""

    def __init__(self, glance: Glance) -> None:
        """Malformed if the header is none."""
        head = glance.exact(0, 512)
        version, order, shift, mini = struct.unpack_from("<4H", head, 26)
        if order != 0xFFFE or (version, shift) not in ((3, 9), (4, 12)) or mini != 6:
            raise Malformed
        self._glance = glance
        first, _, cutoff, small = struct.unpack_from("<4I", head, 48)
        self._cutoff: int = cutoff
        self._sector: int = 1 << shift
        self._version = version
        self._table = self._read_table(struct.unpack_from("<109I", head, 76))
        self.entries = tuple(self._read_entries(first))
        self._small = small
        self._minis: list[int] | None = None

    def named(self, *names: str) -> Entry | None:
        """The first stream of one of these names."""
        return next(
            (one for one in self.entries if one.name in names and one.kind == _STREAM), None
        )

    def streams(self) -> tuple[Entry, ...]:
        """All with something in them."""
        return tuple(one for one in self.entries if one.kind == _STREAM and one.size)

    def loose(self) -> int:
        """Bytes of the file that lie in no stream."""
        return self._glance.size - sum(one.size for one in self.streams())

    def behind(self) -> bytes:
        """What lies behind the last sector in use, as far as the table is known."""
        known = len(self._table)
        while known and self._table[known - 1] == _FREE:
            known -= 1
        return self._glance.some(self.place(known), _BEHIND)

    def place(self, number: int) -> int:
        """Where a sector begins in the file."""
        return (number + 1) * self._sector

    def _read_table(self, places: tuple[int, ...]) -> list[int]:
        """The table, read in runs of sectors that lie one behind the other."""
        known = [place for place in places if place < _LAST]
        table: list[int] = []
        while known:
            run = 1
            while run < len(known) and known[run] == known[0] + run:
                run += 1
            data = self._glance.exact(self.place(known[0]), run * self._sector)
            table += struct.unpack(f"<{len(data) // 4}I", data)
            known = known[run:]
        return table

    def chain(self, first: int, table: list[int], most: int) -> Iterator[int]:
        """The numbers of a chain, at most so many; Spent where the table is not known."""
        number = first
        for _ in range(most):
            if number == _LAST:
                return
            if number >= _LAST or number == _FREE:
                raise Malformed
            yield number
            if number >= len(table):
                raise Spent
            number = table[number]

    def _read_entries(self, first: int) -> Iterator[Entry]:
        data = self._sectors(self.chain(first, self._table, _MOST_SECTORS))
        for at in range(0, min(len(data), _MOST_ENTRIES * 128), 128):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if kind not in (_STORAGE, _STREAM, _ROOT) or not 2 <= length <= 64:
                continue
            name = data[at : at + length - 2].decode("utf-16-le", "replace")
            start, low, high = struct.unpack_from("<III", data, at + 116)
            size = low if self._version == 3 else low | high << 32
            yield Entry(name, kind, start, size)

    def _sectors(self, numbers: Iterator[int], most: int | None = None) -> bytes:
        """Their bytes, read in runs."""
        out, start, count = bytearray(), 0, 0
        for number in numbers:
            if count and number == start + count:
                count += 1
            else:
                out += self._run(start, count)
                start, count = number, 1
            if most is not None and len(out) + count * self._sector >= most:
                break
        return bytes(out + self._run(start, count))

    def _run(self, start: int, count: int) -> bytes:
        """The last sector of a file may be shorter than it should."""
        if not count:
            return b""
        data = self._glance.some(self.place(start), count * self._sector)
        if len(data) <= (count - 1) * self._sector:
            raise Beyond
        return data

    def read(self, entry: Entry, most: int) -> bytes:
        """The first bytes of a stream."""
        length = min(entry.size, most)
        if self.is_large(entry):
            numbers = self.chain(entry.start, self._table, -(-length // self._sector))
            data = self._sectors(numbers, length)
        else:
            data = self._read_small(entry, length)
        if len(data) < length:
            raise Beyond
        return data[:length]

    def _read_small(self, entry: Entry, length: int) -> bytes:
        root = next((one for one in self.entries if one.kind == _ROOT), None)
        if root is None:
            raise Malformed
        if self._minis is None:
            data = self._sectors(self.chain(self._small, self._table, _MOST_SECTORS))
            self._minis = list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))
        holder = list(self.chain(root.start, self._table, _MOST_SECTORS))
        out = bytearray()
        for number in self.chain(entry.start, self._minis, -(-length // _MINI)):
            index, offset = divmod(number * _MINI, self._sector)
            if index >= len(holder):
                raise Beyond
            out += self._glance.exact(self.place(holder[index]) + offset, _MINI)
        return bytes(out)

    def is_large(self, entry: Entry) -> bool:
        """Has it sectors of its own, or does it lie among the small streams?"""
        return entry.size >= self._cutoff

    def lies_whole(self, entry: Entry) -> bool:
        """Does the chain of a stream come to its end, inside the file?"""
        if not self.is_large(entry):
            return len(self.read(entry, entry.size)) == entry.size
        count = -(-entry.size // self._sector)
        if count * self._sector > self._glance.size:
            return False
        seen, last = 0, entry.start
        try:
            for number in self.chain(entry.start, self._table, count + 1):
                seen, last = seen + 1, number
        except Spent:
            return True  # a larger table than was read: the size fits, which is all that is seen
        return seen == count and self.place(last) < self._glance.size
