"""What does a GVDB file hold? (the compiled databases of dconf and of GSettings' schemas)

A header of 24 bytes, then hash tables of items; the name of an item is that of its parents and
its own. Values are GVariants in little-endian, each followed by a zero byte and its type. The
hashes are for finding one key quickly: here all items are read.

- A file that was made on a big-endian machine is refused.
- Names and values point into the file: whatever leads out of it, or in a circle, is refused.
"""

import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from agent.readers.errors import ParseError

_MAGIC = b"GVariant"
_HEADER = struct.Struct("<8sIIII")
_ITEM = struct.Struct("<IIIHBBII")
_NO_PARENT = 0xFFFFFFFF
_DEEPEST = 64


@dataclass(frozen=True, slots=True)
class Value:
    """A serialised GVariant and the text of its type."""

    type: str
    data: bytes

    def boolean(self) -> bool:
        """Of type `b`, or the first member of a tuple that begins with one."""
        return self._first("b", 1) != b"\0"

    def unsigned(self) -> int:
        """Of type `u`, or the first member of a tuple that begins with one."""
        return int.from_bytes(self._first("u", 4), "little")

    def _first(self, kind: str, size: int) -> bytes:
        if self.type != kind and not self.type.startswith(f"({kind}"):
            raise ParseError(f"a value of type {self.type[:20]!r}, not {kind!r}")
        if len(self.data) < size:
            raise ParseError("a value that is cut")
        return self.data[:size]


@dataclass(frozen=True, slots=True)
class Table:
    """Values and tables by their names."""

    values: Mapping[str, Value] = field(default_factory=dict)
    tables: Mapping[str, "Table"] = field(default_factory=dict)


def parse(data: bytes, only: Collection[str] | None = None) -> Table:
    """Read a file; ParseError if it is none, or damaged.

    With `only`, of the tables in the outermost one those of these names are read alone.
    """
    if len(data) < _HEADER.size:
        raise ParseError("too short for a GVDB file")
    magic, version, _, start, end = _HEADER.unpack_from(data)
    if magic != _MAGIC or version != 0:
        raise ParseError("no GVDB file of this byte order")
    return _table(data, (start, end), _DEEPEST, only)


def _table(
    data: bytes, span: tuple[int, int], depth: int, only: Collection[str] | None = None
) -> Table:
    items = _items(data, *span)
    if not depth:
        raise ParseError("tables in a circle")
    values: dict[str, Value] = {}
    tables: dict[str, Table] = {}
    for item in items:
        name = _name(data, items, item)
        _, _, _, _, kind, _, first, last = item
        if kind == ord("v"):
            values[name] = _value(_part(data, first, last))
        elif kind == ord("H"):
            if only is None or name in only:
                tables[name] = _table(data, (first, last), depth - 1)
        elif kind != ord("L"):
            raise ParseError("an item of an unknown kind")
    return Table(values, tables)


def _items(data: bytes, start: int, end: int) -> list[tuple[int, ...]]:
    table = _part(data, start, end)
    if len(table) < 8:
        raise ParseError("a table that is cut")
    bloom, buckets = struct.unpack_from("<II", table)
    before = 8 + 4 * ((bloom & ((1 << 27) - 1)) + buckets)
    if before > len(table) or (len(table) - before) % _ITEM.size:
        raise ParseError("a table of a wrong size")
    return list(_ITEM.iter_unpack(table[before:]))


def _name(data: bytes, items: list[tuple[int, ...]], item: tuple[int, ...]) -> str:
    parts: list[bytes] = []
    for _ in range(_DEEPEST):
        _, parent, start, size, *_ = item
        parts.append(_part(data, start, start + size))
        if parent == _NO_PARENT:
            return b"".join(reversed(parts)).decode(errors="replace")
        if parent >= len(items):
            break
        item = items[parent]
    raise ParseError("a name that does not end")


def _value(boxed: bytes) -> Value:
    data, zero, kind = boxed.rpartition(b"\0")
    if not zero or not kind:
        raise ParseError("a value without a type")
    return Value(kind.decode(errors="replace"), data)


def _part(data: bytes, start: int, end: int) -> bytes:
    if not start <= end <= len(data):
        raise ParseError("a pointer out of the file")
    return data[start:end]


def write(values: Mapping[str, Value], locks: tuple[str, ...] = ()) -> bytes:
    """A file that holds these values, and a table `.locks` if there are any; for recordings."""
    body = bytearray(_HEADER.size)
    locked = {name: Value("b", b"\1") for name in locks}
    inner = _append_table(body, locked, None) if locks else None
    start, end = _append_table(body, values, inner)
    return _HEADER.pack(_MAGIC, 0, 0, start, end) + bytes(body[_HEADER.size :])


def _append_table(
    body: bytearray, values: Mapping[str, Value], inner: tuple[int, int] | None
) -> tuple[int, int]:
    items = []
    for name, value in values.items():
        boxed = value.data + b"\0" + value.type.encode()
        items.append((name, ord("v"), _append(body, boxed)))
    if inner:
        items.append((".locks", ord("H"), inner))
    packed = b""
    for name, kind, (first, last) in items:
        at, end = _append(body, name.encode())
        packed += _ITEM.pack(0, _NO_PARENT, at, end - at, kind, 0, first, last)
    return _append(body, struct.pack("<II", 0, 0) + packed)


def _append(body: bytearray, data: bytes) -> tuple[int, int]:
    body.extend(bytes(-len(body) % 8))
    start = len(body)
    body.extend(data)
    return start, len(body)
