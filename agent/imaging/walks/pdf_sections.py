"""Which cross-reference sections does a PDF have, and where does an object lie?

ISO 32000-2, sections 7.5.4 to 7.5.8. From the last `startxref` over `/Prev` and `/XRefStm`:
tables and streams, 32 of them at most, none twice. Offsets count from `%PDF-`.
"""

import re
from dataclasses import dataclass

from agent.imaging.glance import Beyond, Glance, Malformed, Spent
from agent.imaging.walks.pdf_objects import Dict, Object, Ref, Tokens

_SECTIONS = 32
_LOOK = 16 << 10
_SUBSECTIONS = 4096
_XREF_LIMIT = 1 << 20
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) n")
_START = re.compile(rb"startxref[\0\t\n\f\r ]+(\d{1,19})")
_IN_USE = 1


@dataclass(frozen=True, slots=True)
class Rows:
    """Entries of one section: numbers from `first` on, `count` of them, `width` bytes each."""

    first: int
    count: int
    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its trailer, and its rows in the file or, of a stream, in `unpacked`."""

    trailer: Dict
    rows: tuple[Rows, ...]
    unpacked: bytes | None = None
    widths: tuple[int, int, int] = (1, 4, 2)


class Pdf:
    """A PDF whose sections were all followed."""

    __slots__ = ("_base", "_glance", "sections")

    def __init__(self, glance: Glance, base: int) -> None:
        """Beyond or Malformed where a section is not what it should be."""
        self._glance = glance
        self._base = base
        self.sections: list[Section] = []
        waiting, seen = [_start(glance)], set[int]()
        while waiting:
            offset = waiting.pop()
            if offset in seen:
                continue
            seen.add(offset)
            if len(seen) > _SECTIONS:
                raise Spent
            section = self._section(offset)
            self.sections.append(section)
            for key in (b"Prev", b"XRefStm"):
                place = section.trailer.get(key)
                if isinstance(place, int | float):
                    waiting.append(int(place))

    def dictionary(self, value: Object) -> Dict | None:
        """A dictionary that stands here or at the end of a reference; None if it is null."""
        if isinstance(value, Ref):
            value = self.object(value)
        if value is None or isinstance(value, dict):
            return value
        raise Malformed

    def object(self, ref: Ref) -> Object:
        """The object of a reference, which must not lie in an object stream."""
        tokens = self._tokens(self._offset(ref))
        if (tokens.integer(), tokens.integer()) != (ref.number, ref.generation):
            raise Malformed
        tokens.expect(b"obj")
        return tokens.object()

    def _tokens(self, offset: int) -> Tokens:
        place = self._base + offset
        if not 0 <= place < self._glance.size:
            raise Beyond
        return Tokens(self._glance.some(place, _LOOK))

    def _section(self, offset: int) -> Section:
        tokens = self._tokens(offset)
        tokens.skip()
        if tokens.data.startswith(b"xref", tokens.at):
            return self._table(offset + tokens.at + 4)
        return self._stream(offset, tokens)

    def _table(self, offset: int) -> Section:
        rows: list[Rows] = []
        tokens = self._tokens(offset)
        while (word := tokens.word()) != b"trailer":
            if not word.isdigit() or len(rows) >= _SUBSECTIONS:
                raise Beyond if not word and tokens.at >= len(tokens.data) else Malformed
            first, count = int(word[:19]), tokens.integer()
            tokens.skip()
            offset += tokens.at
            rows.append(Rows(first, count, offset, 20))
            self._glance.spend_time()
            offset += 20 * count
            tokens = self._tokens(offset)
        trailer = tokens.object()
        if not isinstance(trailer, dict):
            raise Malformed
        return Section(trailer, tuple(rows))

    def _stream(self, offset: int, tokens: Tokens) -> Section:
        tokens.integer()
        tokens.integer()
        tokens.expect(b"obj")
        trailer = tokens.object()
        if not isinstance(trailer, dict) or trailer.get(b"Type") != b"XRef":
            raise Malformed
        tokens.expect(b"stream")
        place = tokens.at + (2 if tokens.data.startswith(b"\r\n", tokens.at) else 1)
        length = trailer.get(b"Length")
        if not isinstance(length, int) or not 0 <= length <= _XREF_LIMIT:
            raise Malformed
        packed = self._glance.exact(self._base + offset + place, length)
        return _rows_of(trailer, self._unpacked(trailer, packed))

    def _unpacked(self, trailer: Dict, packed: bytes) -> bytes:
        filters = trailer.get(b"Filter")
        match filters:
            case None | []:
                return packed
            case b"FlateDecode" | [b"FlateDecode"]:
                data = self._glance.inflate(packed, _XREF_LIMIT)
                return unpredicted(data, trailer.get(b"DecodeParms"))
        raise Malformed

    def _offset(self, ref: Ref) -> int:
        """Where the newest section that knows the object says it lies."""
        for section in self.sections:
            for rows in section.rows:
                if rows.first <= ref.number < rows.first + rows.count:
                    place = self._entry(section, rows, ref)
                    if place is not None:
                        return place
        raise Malformed

    def _entry(self, section: Section, rows: Rows, ref: Ref) -> int | None:
        at = rows.offset + (ref.number - rows.first) * rows.width
        if section.unpacked is None:
            entry = _ENTRY.match(self._glance.exact(self._base + at, 18))
            return int(entry[1]) if entry else None
        kind, place, _ = section.widths
        row = section.unpacked[at : at + rows.width]
        if len(row) < rows.width:
            raise Malformed
        in_use = kind == 0 or int.from_bytes(row[:kind], "big") == _IN_USE
        return int.from_bytes(row[kind : kind + place], "big") if in_use else None


def _start(glance: Glance) -> int:
    """The last `startxref` of the file."""
    for span in (4096, 65536):
        places = _START.findall(glance.some(max(0, glance.size - span), span))
        if places:
            return int(places[-1])
    raise Beyond


def _rows_of(trailer: Dict, data: bytes) -> Section:
    match trailer.get(b"W"):
        case [int(kind), int(place), int(extra)] if all(0 <= n <= 8 for n in (kind, place, extra)):
            widths = (kind, place, extra)
        case _:
            raise Malformed
    index = trailer.get(b"Index", [0, trailer.get(b"Size")])
    if not isinstance(index, list) or len(index) % 2 or len(index) > 2 * _SUBSECTIONS:
        raise Malformed
    rows, at = [], 0
    for first, count in zip(index[::2], index[1::2], strict=True):
        if not isinstance(first, int) or not isinstance(count, int) or count < 0:
            raise Malformed
        rows.append(Rows(first, count, at, sum(widths)))
        at += count * sum(widths)
    return Section(trailer, tuple(rows), data, widths)


def unpredicted(data: bytes, parameters: Object) -> bytes:
    """Take the PNG predictors none, sub and up out of a stream; others are Malformed."""
    if isinstance(parameters, list):
        parameters = parameters[0] if parameters else None
    if not isinstance(parameters, dict) or parameters.get(b"Predictor", 1) == 1:
        return data
    columns = parameters.get(b"Columns", 1)
    if not isinstance(columns, int) or not 1 <= columns <= 64:
        raise Malformed
    out, above = bytearray(), bytes(columns)
    for start in range(0, len(data) - columns, columns + 1):
        row = data[start + 1 : start + 1 + columns]
        match data[start]:
            case 0:
                above = row
            case 1:
                above = _summed(row)
            case 2:
                above = bytes((a + b) & 0xFF for a, b in zip(row, above, strict=True))
            case _:
                raise Malformed
        out += above
    return bytes(out)


def _summed(row: bytes) -> bytes:
    out, left = bytearray(), 0
    for octet in row:
        left = (left + octet) & 0xFF
        out.append(left)
    return bytes(out)
