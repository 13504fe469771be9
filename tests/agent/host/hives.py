"""Writes a small registry hive, in the form that Windows 10 writes, for tests."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from agent.readers.registry import Value, number_of

Tree: TypeAlias = Mapping[str, "Tree | Value"]
"""A key: a subkey is a mapping, a value a pair of type and data."""

WRITTEN = datetime(2026, 11, 20, 8, tzinfo=UTC)
_TICKS = 116444736000000000 + int(WRITTEN.timestamp()) * 10**7
_SEGMENT = 16344
_NONE = 0xFFFFFFFF


def packed(value: Value) -> tuple[int, bytes]:
    """The number of a value's type, and its bytes as Windows keeps them."""
    kind, data = value
    number = number_of(kind)
    assert number is not None
    match data:
        case int():
            return number, data.to_bytes(8 if kind == "qword" else 4, "little")
        case str():
            return number, f"{data}\0".encode("utf-16-le")
        case tuple():
            return number, "".join(f"{one}\0" for one in (*data, "")).encode("utf-16-le")
        case bytes():
            return number, data
    raise TypeError(kind)


@dataclass
class _Writer:
    body: bytearray = field(default_factory=lambda: bytearray(32))

    def cell(self, content: bytes) -> int:
        at = len(self.body)
        size = -(-(len(content) + 4) // 8) * 8
        self.body += struct.pack("<i", -size) + content.ljust(size - 4, b"\0")
        return at

    def name(self, name: str) -> tuple[bytes, bool]:
        try:
            return name.encode("ascii"), True
        except UnicodeEncodeError:
            return name.encode("utf-16-le"), False

    def data(self, data: bytes) -> tuple[int, int]:
        """The size and the offset as a value gives them."""
        if len(data) <= 4:
            return len(data) | 0x80000000, int.from_bytes(data.ljust(4, b"\0"), "little")
        if len(data) <= _SEGMENT:
            return len(data), self.cell(data)
        parts = [
            self.cell(data[at : at + _SEGMENT] + bytes(4)) for at in range(0, len(data), _SEGMENT)
        ]
        listed = self.cell(struct.pack(f"<{len(parts)}I", *parts))
        return len(data), self.cell(struct.pack("<2sHI", b"db", len(parts), listed))

    def value(self, name: str, value: Value) -> int:
        number, data = packed(value)
        size, at = self.data(data)
        raw, narrow = self.name(name)
        head = struct.pack("<2sHIIIHH", b"vk", len(raw), size, at, number, int(narrow), 0)
        return self.cell(head + raw)

    def key(self, name: str, tree: Tree, *, root: bool = False) -> int:
        raw, narrow = self.name(name)
        at = self.cell(bytes(76) + raw)  # first, as Windows has its root in the first cell
        values = [self.value(n, v) for n, v in tree.items() if isinstance(v, tuple)]
        inner = sorted(((n, v) for n, v in tree.items() if not isinstance(v, tuple)), key=_upper)
        keys = [self.key(n, v) for n, v in inner]
        values_at = self.cell(struct.pack(f"<{len(values)}I", *values)) if values else _NONE
        keys_at = self.list_of(keys) if keys else _NONE
        flags = (0x20 if narrow else 0) | (0x0C if root else 0)
        counts = (0, 0, len(keys), 0, keys_at, _NONE, len(values), values_at, _NONE, _NONE)
        head = struct.pack("<2sHQ10I5I", b"nk", flags, _TICKS, *counts, 0, 0, 0, 0, 0)
        head += struct.pack("<HH", len(raw), 0)
        self.body[at + 4 : at + 4 + len(head)] = head
        return at

    def list_of(self, keys: list[int]) -> int:
        """A leaf of at most three keys, else an index of leaves, so that both forms are met."""
        if len(keys) > 3:
            leaves = [self.list_of(keys[at : at + 3]) for at in range(0, len(keys), 3)]
            return self.cell(struct.pack(f"<2sH{len(leaves)}I", b"ri", len(leaves), *leaves))
        pairs = [word for at in keys for word in (at, 0)]
        return self.cell(struct.pack(f"<2sH{len(pairs)}I", b"lh", len(keys), *pairs))


def _upper(item: tuple[str, object]) -> str:
    return item[0].upper()


def hive(tree: Tree, *, dirty: bool = False) -> bytes:
    """The bytes of a hive with these keys and values."""
    writer = _Writer()
    root = writer.key("ROOT", tree, root=True)
    size = -(-len(writer.body) // 4096) * 4096
    if left := size - len(writer.body):
        writer.body += struct.pack("<i", left).ljust(left, b"\0")  # what is left is a free cell
    writer.body[:32] = struct.pack("<4sIIQQI", b"hbin", 0, size, 0, _TICKS, 0)
    head = struct.pack(
        "<4sIIQIIIIIII", b"regf", 7, 6 if dirty else 7, _TICKS, 1, 5, 0, 1, root, size, 1
    ).ljust(508, b"\0")
    total = 0
    for word in struct.unpack("<127I", head):
        total ^= word
    return (head + struct.pack("<I", total)).ljust(4096, b"\0") + bytes(writer.body)
