"""Where does memory go when it is full? (/proc/swaps, proc_swaps(5))"""

import re
from dataclasses import dataclass

from agent.readers.errors import ParseError
from agent.readers.mountinfo import unescape

_LINE = re.compile(
    rb"(?P<path>\S+)[ \t]+(?P<type>file|partition)[ \t]+(?P<size>[0-9]{1,19})[ \t]+[0-9]{1,19}"
    rb"[ \t]+-?[0-9]{1,9}"
)


@dataclass(frozen=True, slots=True)
class Swap:
    """One area: a disk or a file, and its size in bytes."""

    path: str
    is_file: bool
    size: int


def parse(data: bytes) -> tuple[Swap, ...]:
    """All areas in use. The kernel always writes the line of titles, so nothing is no answer."""
    titles, *lines = data.split(b"\n")
    if not titles.startswith(b"Filename") or lines[-1:] != [b""]:
        raise ParseError("the table of swap areas is cut")
    return tuple(_swap(line) for line in lines[:-1])


def _swap(line: bytes) -> Swap:
    found = _LINE.fullmatch(line.strip())
    if not found:
        raise ParseError("a line of the swap table is not of its form")
    return Swap(unescape(found["path"]), found["type"] == b"file", int(found["size"]) * 1024)
