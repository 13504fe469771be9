"""Which coders pack the files of a 7z archive? (DOC/7zFormat.txt of the LZMA SDK)

The header lies at the end and is most often packed itself: looking for a coder's id in the raw
file finds nothing there. Every header is checked by its CRC before it is believed.

- Decoding LZMA raw takes no limit of memory: dictionaries over 64 MiB are refused here.
- Offsets past the end are `Beyond`: cut, or the first of several volumes.
"""

import lzma
import zlib
from dataclasses import dataclass, replace

from agent.imaging.glance import Beyond, Glance, Malformed, Spent
from agent.imaging.judgement import Span

MAGIC = b"7z\xbc\xaf\x27\x1c"
AES = b"\x06\xf1\x07\x01"
START = 32
_COPY, _LZMA, _LZMA2 = b"\x00", b"\x03\x01\x01", b"\x21"
_END, _HEADER, _STREAMS, _PACKS, _FOLDERS, _SUBSTREAMS = 0x00, 0x01, 0x04, 0x06, 0x07, 0x08
_SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _ENCODED = 0x09, 0x0A, 0x0B, 0x0C, 0x17
_MOST_FOLDERS, _MOST_CODERS, _LEVELS = 20_000, 32, 4
_HEADER_MOST = 1 << 20
_UNPACKED_MOST = 2 << 20
_DICTIONARY_MOST = 64 << 20


@dataclass(frozen=True, slots=True)
class Folder:
    """Files packed together: the ids of the coders, their properties, and what comes out."""

    coders: tuple[bytes, ...]
    properties: tuple[bytes, ...]
    packed: int  # streams that go in
    size: int


@dataclass(frozen=True, slots=True)
class Archive:
    """`hidden`: the header itself is encrypted, and with it all names.

    `loose`: bytes of the file that belong to no stream and no header; of a hidden one, behind it.
    """

    folders: tuple[Folder, ...]
    streams: tuple[Span, ...]
    hidden: bool = False
    loose: int = 0


class _Numbers:
    """A header, read from its beginning; Malformed at its end."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        out = self.data[self.at : self.at + length]
        if len(out) != length:
            raise Malformed
        self.at += length
        return out

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """UINT64 of 7z: the leading ones of the first octet count those that follow."""
        first, value, mask = self.byte(), 0, 0x80
        for place in range(8):
            if not first & mask:
                return value | (first & (mask - 1)) << 8 * place
            value |= self.byte() << 8 * place
            mask >>= 1
        return value

    def count(self, most: int) -> int:
        value = self.number()
        if value > most:
            raise Malformed
        return value

    def skip_digests(self, count: int) -> None:
        defined = count
        if not self.byte():
            bits = self.take(-(-count // 8))
            defined = sum(octet.bit_count() for octet in bits)
        self.take(4 * defined)


def archive(glance: Glance) -> Archive:
    """What the headers say; Beyond, Malformed or Spent if they do not hold."""
    data = _stored(glance)
    if not data:
        return Archive((), ())
    loose = glance.size - START - len(data)
    for _ in range(_LEVELS):
        numbers = _Numbers(data)
        kind = numbers.byte()
        if kind == _HEADER:
            found = _header(glance, numbers)
            return replace(found, loose=loose - _length(found))
        if kind != _ENCODED:
            raise Malformed
        packed = _streams(glance, numbers)
        if any(AES in folder.coders for folder in packed.folders):
            behind = glance.size - stored_end(glance)
            return replace(packed, hidden=True, loose=behind)
        loose -= _length(packed)
        data = _unpacked(glance, packed)
    raise Spent


def _length(packed: Archive) -> int:
    return sum(span.length for span in packed.streams)


def stored_end(glance: Glance) -> int:
    """Where the archive ends in the file, by its first header."""
    place, size = (int.from_bytes(glance.exact(at, 8), "little") for at in (12, 20))
    return START + place + size


def _stored(glance: Glance) -> bytes:
    """The header as it lies in the file."""
    start = glance.exact(0, START)
    if zlib.crc32(start[12:32]) != int.from_bytes(start[8:12], "little"):
        raise Malformed
    offset, size = (int.from_bytes(start[at : at + 8], "little") for at in (12, 20))
    if START + offset + size > glance.size:
        raise Beyond
    if size > _HEADER_MOST:
        raise Spent
    data = glance.exact(START + offset, size)
    if zlib.crc32(data) != int.from_bytes(start[28:32], "little"):
        raise Malformed
    return data


def _header(glance: Glance, numbers: _Numbers) -> Archive:
    kind = numbers.byte()
    if kind == 0x02:  # archive properties
        while numbers.byte():
            numbers.take(numbers.count(_HEADER_MOST))
        kind = numbers.byte()
    if kind == 0x03:  # additional streams
        _streams(glance, numbers)
        kind = numbers.byte()
    return _streams(glance, numbers) if kind == _STREAMS else Archive((), ())


def _streams(glance: Glance, numbers: _Numbers) -> Archive:
    spans: tuple[Span, ...] = ()
    folders: tuple[Folder, ...] = ()
    while kind := numbers.byte():
        if kind == _PACKS:
            spans = _packs(glance, numbers)
        elif kind == _FOLDERS:
            folders = _folders(numbers)
        elif kind == _SUBSTREAMS:
            break  # how the folders are divided into files: nobody asks
        else:
            raise Malformed
    if sum(folder.packed for folder in folders) != len(spans):
        raise Malformed
    return Archive(folders, spans)


def _packs(glance: Glance, numbers: _Numbers) -> tuple[Span, ...]:
    at, count = START + numbers.number(), numbers.count(_MOST_FOLDERS)
    spans: list[Span] = []
    while kind := numbers.byte():
        if kind == _SIZE:
            for _ in range(count):
                size = numbers.number()
                if at + size > glance.size:
                    raise Beyond
                spans.append(Span(at, size))
                at += size
        elif kind == _CRC:
            numbers.skip_digests(count)
        else:
            raise Malformed
    return tuple(spans)


def _folders(numbers: _Numbers) -> tuple[Folder, ...]:
    if numbers.byte() != _FOLDER:
        raise Malformed
    count = numbers.count(_MOST_FOLDERS)
    if numbers.byte():  # the folders lie in an additional stream
        raise Malformed
    drafts = [_folder(numbers) for _ in range(count)]
    if numbers.byte() != _UNPACK_SIZE:
        raise Malformed
    sizes = [[numbers.number() for _ in range(outs)] for *_, outs in drafts]
    while kind := numbers.byte():
        if kind != _CRC:
            raise Malformed
        numbers.skip_digests(count)
    return tuple(
        Folder(coders, properties, packed, max(size, default=0))
        for (coders, properties, packed, _), size in zip(drafts, sizes, strict=True)
    )


def _folder(numbers: _Numbers) -> tuple[tuple[bytes, ...], tuple[bytes, ...], int, int]:
    coders, properties, ins, outs = [], [], 0, 0
    for _ in range(numbers.count(_MOST_CODERS)):
        flags = numbers.byte()
        if flags & 0xC0:
            raise Malformed
        coders.append(numbers.take(flags & 0x0F))
        ins, outs = (
            (ins + numbers.count(_MOST_CODERS), outs + numbers.count(_MOST_CODERS))
            if flags & 0x10
            else (ins + 1, outs + 1)
        )
        properties.append(numbers.take(numbers.count(1 << 16)) if flags & 0x20 else b"")
    if not outs:
        raise Malformed
    for _ in range(outs - 1):  # pairs that are bound to each other
        numbers.number()
        numbers.number()
    packed = ins - (outs - 1)
    if packed > 1:
        for _ in range(packed):
            numbers.number()
    return tuple(coders), tuple(properties), packed, outs


def _unpacked(glance: Glance, packed: Archive) -> bytes:
    """A header out of its packing: one folder of one coder."""
    if len(packed.folders) != 1 or len(packed.folders[0].coders) != 1 or not packed.streams:
        raise Spent
    (folder,), span = packed.folders, packed.streams[0]
    if folder.size > _UNPACKED_MOST or span.length > _HEADER_MOST:
        raise Spent
    data = glance.exact(span.offset, span.length)
    if folder.coders[0] == _COPY:
        return data[: folder.size]
    chosen = _filter(folder.coders[0], folder.properties[0])
    if chosen["dict_size"] > _DICTIONARY_MOST:
        raise Spent
    # No more dictionary than comes out of it: it bounds the memory, and decodes the same.
    chosen["dict_size"] = max(4096, min(chosen["dict_size"], folder.size))
    try:
        out = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[chosen]).decompress(data, folder.size)
    except lzma.LZMAError:
        raise Malformed from None
    glance.spend_inflated(len(out))
    if len(out) != folder.size:
        raise Malformed
    return out


def _filter(coder: bytes, properties: bytes) -> dict[str, int]:
    if coder == _LZMA and len(properties) == 5 and properties[0] < 225:
        lc, rest = properties[0] % 9, properties[0] // 9
        size = int.from_bytes(properties[1:], "little")
        made = {"id": lzma.FILTER_LZMA1, "dict_size": size, "lc": lc, "lp": rest % 5}
        return made | {"pb": rest // 5}
    if coder == _LZMA2 and len(properties) == 1 and properties[0] <= 40:
        bits = properties[0]
        size = 0xFFFFFFFF if bits == 40 else (2 | bits & 1) << (bits // 2 + 11)
        return {"id": lzma.FILTER_LZMA2, "dict_size": size}
    raise Spent
