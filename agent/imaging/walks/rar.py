"""Which files of a RAR archive are encrypted? Both formats, by the headers of their blocks.

RAR 5.0: "RAR 5.0 archive format" (rarlab.com/technote.htm). RAR 1.5 to 4: technote.txt of the
time. No free tool writes either; headers are checked by their CRC before they are believed.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent
from agent.imaging.judgement import Span

MAGIC_5, MAGIC_4 = b"Rar!\x1a\x07\x01\x00", b"Rar!\x1a\x07\x00"
_MOST_BLOCKS = 4096
_LONGEST_HEADER = 2 << 20
_LOOK = 1024
_MAIN, _FILE, _CLOSING = 0x73, 0x74, 0x7B
_HIDDEN, _FOLDER, _HAS_DATA = 0x80, 0xE0, 0x8000
_RAR_3 = 29


@dataclass(frozen=True, slots=True)
class File:
    """One file with data."""

    data: Span
    encrypted: bool
    old: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """`hidden`: from some block on the headers are encrypted; `volume`: one of several.

    `end`: behind the last block; of hidden ones nobody knows it.
    """

    files: tuple[File, ...]
    hidden: bool
    volume: bool
    names: bool
    end: int | None = None


class _Bytes:
    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def vint(self) -> int:
        """Seven bits an octet, the lowest first; the highest bit says that more follow."""
        value = 0
        for place in range(10):
            if self.at >= len(self.data):
                raise Malformed
            octet = self.data[self.at]
            self.at += 1
            value |= (octet & 0x7F) << 7 * place
            if not octet & 0x80:
                return value
        raise Malformed


def five(glance: Glance) -> Archive:
    """RAR 5.0."""
    files: list[File] = []
    volume = names = False
    blocks = _blocks5(glance)
    for kind, flags, body, data in blocks:
        if kind == 4:
            _require_hidden(blocks)
            return Archive(tuple(files), hidden=True, volume=volume, names=names)
        if kind == 5:
            end = data.offset + data.length
            return Archive(tuple(files), hidden=False, volume=volume, names=names, end=end)
        if kind == 1:
            volume = bool(_main_flags(body) & 1)
        if kind == 2:
            names = True
            folder, encrypted = _file5(flags, body)
            if data.length and not folder:
                files.append(File(data, encrypted))
    raise Beyond


def _require_hidden(blocks: Iterator[tuple[int, int, _Bytes, Span]]) -> None:
    """Behind the block that says so no header can be read (its nonce stands there)."""
    try:
        open_block = next(blocks, None)
    except (Beyond, Malformed):
        return
    if open_block is not None:
        raise Malformed


def _blocks5(glance: Glance) -> Iterator[tuple[int, int, _Bytes, Span]]:
    """Type, flags, the fields that follow, and where the data lie."""
    at = len(MAGIC_5)
    for _ in range(_MOST_BLOCKS):
        head = glance.some(at, _LOOK)
        if not head:
            return
        fields = _Bytes(head, 4)
        size = fields.vint()
        begin = fields.at
        if not 2 <= size <= _LONGEST_HEADER:
            raise Malformed
        if begin + size > len(head):
            head = glance.exact(at, begin + size)
        if zlib.crc32(head[4 : begin + size]) != int.from_bytes(head[:4], "little"):
            raise Malformed
        fields = _Bytes(head[: begin + size], begin)
        kind, flags = fields.vint(), fields.vint()
        extra = fields.vint() if flags & 1 else 0
        length = fields.vint() if flags & 2 else 0
        data = Span(at + begin + size, length)
        if data.offset + length > glance.size:
            raise Beyond
        yield kind, extra, fields, data
        at = data.offset + length
    raise Spent


def _main_flags(fields: _Bytes) -> int:
    return fields.vint()


def _file5(extra: int, fields: _Bytes) -> tuple[bool, bool]:
    """Is it a folder; does an extra record of type 1 say that it is encrypted?"""
    folder = bool(fields.vint() & 1)
    records = _Bytes(fields.data, len(fields.data) - extra)
    if records.at < fields.at:
        raise Malformed
    while records.at < len(records.data):
        size = records.vint()
        end = records.at + size
        if end > len(records.data) or not size:
            raise Malformed
        if records.vint() == 1:
            return folder, True
        records.at = end
    return folder, False


def four(glance: Glance) -> Archive:
    """RAR 1.5 to 4."""
    files: list[File] = []
    volume = names = False
    end = glance.size
    for kind, flags, header, start in _blocks4(glance):
        if kind == _MAIN:
            volume = bool(flags & 1)
            if flags & _HIDDEN:
                return Archive((), hidden=True, volume=volume, names=False)
        if kind == _FILE:
            names, file = True, _file4(header, flags, start)
            if file.data.length and flags & _FOLDER != _FOLDER:
                files.append(file)
        if kind == _CLOSING:
            end = start
    return Archive(tuple(files), hidden=False, volume=volume, names=names, end=end)


def _blocks4(glance: Glance) -> Iterator[tuple[int, int, bytes, int]]:
    """Type, flags, the header, and where the data begin."""
    at = len(MAGIC_4)
    for _ in range(_MOST_BLOCKS):
        if at == glance.size:
            return
        head = glance.exact(at, 7)
        kind, flags = head[2], int.from_bytes(head[3:5], "little")
        size = int.from_bytes(head[5:7], "little")
        header = glance.exact(at, size) if size >= len(head) else b""
        if not header or zlib.crc32(header[2:]) & 0xFFFF != int.from_bytes(head[:2], "little"):
            raise Malformed
        yield kind, flags, header, at + size
        if kind == _CLOSING:
            return
        length = _file4(header, flags, 0).data.length if kind == _FILE else 0
        if kind != _FILE and flags & _HAS_DATA:
            length = int.from_bytes(header[7:11], "little")
        at += size + length
        if at > glance.size:
            raise Beyond
    raise Spent


def _file4(header: bytes, flags: int, start: int) -> File:
    if len(header) < 32:
        raise Malformed
    length = int.from_bytes(header[7:11], "little")
    if flags & 0x100:
        length += int.from_bytes(header[32:36], "little") << 32
    return File(Span(start, length), bool(flags & 4), old=header[24] < _RAR_3)
