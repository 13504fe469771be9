"""Which machines does a CSV file of an RMM or a directory list? Pure.

Encoding and separator are found out, headers are mapped by the names that such exports use. What
cannot be read is told by line and column, all of it at once, and nothing of the file is taken.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

MOST_BYTES = 4 << 20
MOST_ROWS = 5_000
_LONGEST = 64
_MOST_PROBLEMS = 50
_SEPARATORS = ",;\t|"
_NAME = re.compile(r"[^\W_](?:[\w.-]{0,253}[^\W_])?", re.ASCII)
_COLUMNS = {
    "host": (
        *("host", "hostname", "host name", "name", "computer", "computer name", "computername"),
        *("device", "device name", "devicename", "machine", "machine name", "dnshostname", "asset"),
    ),
    "kind": ("kind", "role", "type", "device type", "class", "category", "description"),
    "system": ("os", "system", "operating system", "operatingsystem", "os name", "platform"),
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong and where; lines and columns count from 1."""

    line: int
    column: int
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One machine of the list."""

    host: str
    kind: str
    system: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read, and by which headers; with anything `wrong` there are no entries."""

    entries: tuple[Entry, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    encoding: str = ""
    separator: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def read(data: bytes) -> Sheet:
    """Read an export."""
    if len(data) > MOST_BYTES:
        return Sheet(wrong=(Wrong(1, 1, f"the file is larger than {MOST_BYTES >> 20} MiB"),))
    text, encoding = _decoded(data)
    first = text.partition("\n")[0]
    if not first.strip():
        return Sheet(wrong=(Wrong(1, 1, "the first line names no columns"),))
    separator = max(_SEPARATORS, key=first.count)
    try:
        return _parsed(text, encoding, separator)
    except csv.Error as error:
        return Sheet(wrong=(Wrong(1, 1, f"this is no CSV file: {error}"),))


def short(name: str) -> str:
    """A host name as lists and machines are matched by: small letters, no domain."""
    return name.strip().partition(".")[0].lower()


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    try:
        return data.decode(), "utf-8"
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace"), "windows-1252"


def _parsed(text: str, encoding: str, separator: str) -> Sheet:
    lines = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    header = next(lines)
    found = _mapped(header)
    headers = tuple((what, header[at]) for what, at in found.items())
    if "host" not in found:
        told = f"no column holds the name of the machine: call one of them {_COLUMNS['host'][0]!r}"
        return Sheet(wrong=(Wrong(1, 1, told),), encoding=encoding, separator=separator)
    entries: dict[str, Entry] = {}
    wrong: list[Wrong] = []
    for cells in lines:
        if any(cell.strip() for cell in cells):
            wrong += _take(entries, cells, found, (lines.line_num, len(header)))
        if len(wrong) >= _MOST_PROBLEMS or len(entries) > MOST_ROWS:
            break
    if len(entries) > MOST_ROWS:
        wrong.append(Wrong(lines.line_num, 1, f"more than {MOST_ROWS:,} machines"))
    if not entries and not wrong:
        wrong.append(Wrong(2, 1, "no machine stands below the header"))
    rows = () if wrong else tuple(entries.values())
    return Sheet(rows, tuple(wrong), encoding, separator, headers)


def _mapped(header: list[str]) -> dict[str, int]:
    """Which column holds what; the first name of each list that is there wins."""
    names = [re.sub(r"[\s_-]+", " ", one).strip().lower() for one in header]
    return {
        what: names.index(alias)
        for what, aliases in _COLUMNS.items()
        if (alias := next((one for one in aliases if one in names), None)) is not None
    }


def _take(
    entries: dict[str, Entry], cells: list[str], found: dict[str, int], place: tuple[int, int]
) -> Iterator[Wrong]:
    line, width = place
    column = found["host"] + 1
    if len(cells) != width:
        yield Wrong(line, len(cells), f"{len(cells)} cells where the header has {width}")
        return
    host = cells[found["host"]].strip()
    name = short(host)
    if not _NAME.fullmatch(host) or len(name) > _LONGEST:
        yield Wrong(line, column, f"{host[:40]!r} is no name of a machine")
    elif name in entries:
        yield Wrong(line, column, f"{host!r} stands in the list already")
    else:
        more = (cells[found[what]].strip()[:_LONGEST] if what in found else "" for what in _MORE)
        entries[name] = Entry(name, *more)


_MORE = ("kind", "system")
