"""Are these bytes text that may be read as YAML at all? The first of three steps.

At most 1 MiB, strict UTF-8, one byte-order mark dropped, no control characters but tab and the
ends of lines, and none that turn the direction of text: a reader must see what a machine reads
(CVE-2021-42574). What breaks this is told with its place, and nothing further is looked at.
"""

import re
from dataclasses import dataclass

from rules.compiled import limits
from rules.errors import Place, Problem

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)"
    r"|[\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_OTHER = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x00", "UTF-16 or UTF-32"))
_NAMES = {
    "\x00": "a NUL",
    "\r": "a carriage return without a line feed",
    "\ufeff": "a second byte-order mark",
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e", "a sign that turns the direction of text"),
    **dict.fromkeys("\u2066\u2067\u2068\u2069", "a sign that turns the direction of text"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file, and its lines as carets count them."""

    file: str
    text: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """A line by its number from 1; empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def read(file: str, data: bytes) -> Source | Problem:
    """The text of a file, or why it is none."""
    if len(data) > limits.SOURCE_BYTES:
        help_ = "split it by topic"
        return Problem("DL001", "the file is larger than 1 MiB", Place(file), help_)
    for start, name in _OTHER:
        if data.startswith(start) or data[1:].startswith(start):
            help_ = "save it with the encoding UTF-8"
            return Problem("DL001", f"the file is {name}, not UTF-8", Place(file), help_)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        return _undecoded(file, data, odd.start)
    found = _CONTROL.search(text)
    if found is not None:
        return _control(file, text, found)
    return Source(file, text, tuple(line.rstrip("\r") for line in text.split("\n")))


def _undecoded(file: str, data: bytes, at: int) -> Problem:
    before = data[:at].decode("utf-8-sig", "replace")
    column = len(before) - before.rfind("\n")
    place = Place(file, before.count("\n") + 1, column, column + 1)
    message = f"the byte {data[at]:#04x} is no UTF-8"
    return Problem("DL001", message, place, "save the file with the encoding UTF-8")


def _control(file: str, text: str, found: re.Match[str]) -> Problem:
    before = text[: found.start()]
    column = found.start() - before.rfind("\n")
    place = Place(file, before.count("\n") + 1, column, column + 1)
    name = _NAMES.get(found[0], "a control character")
    message = f"the file holds {name}, U+{ord(found[0]):04X}"
    return Problem("DL001", message, place, "remove it")
