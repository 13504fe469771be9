"""Are these bytes text that may be read as YAML at all? The first of three steps.

At most 1 MiB, strict UTF-8, one byte-order mark dropped, no control characters but tab and the
ends of lines. What breaks this is told with its place, and nothing further is looked at.
"""

import re
from dataclasses import dataclass

from rules.compiled import limits
from rules.errors import Place, Problem

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)")


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
        return Problem("DL001", "the file is larger than 1 MiB", Place(file), "split it by topic")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        line = data.count(b"\n", 0, odd.start) + 1
        return Problem(
            "DL001", "the file is not UTF-8", Place(file, line), "save it with the encoding UTF-8"
        )
    found = _CONTROL.search(text)
    if found is not None:
        return _control(file, text, found)
    return Source(file, text, tuple(line.rstrip("\r") for line in text.split("\n")))


def _control(file: str, text: str, found: re.Match[str]) -> Problem:
    before = text[: found.start()]
    column = found.start() - before.rfind("\n")
    place = Place(file, before.count("\n") + 1, column, column + 1)
    code = f"U+{ord(found[0]):04X}"
    return Problem("DL001", f"the file holds the control character {code}", place, "remove it")
