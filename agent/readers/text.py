"""Plain files of `NAME=value` lines, words and numbers: what do they say?"""

import re
import shlex
from collections.abc import Iterator

from agent.readers.errors import ParseError

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)")


def lines(data: bytes) -> Iterator[str]:
    """Lines without comments and blanks; bytes that are no UTF-8 are kept as such."""
    for line in data.decode(errors="surrogateescape").split("\n"):
        text = line.strip()
        if text and not text.startswith("#"):
            yield text


def assignments(data: bytes) -> dict[str, str]:
    """The last value of each name in a file in the form of os-release(5)."""
    values = {}
    for line in lines(data):
        found = _ASSIGNMENT.fullmatch(line)
        if not found:
            raise ParseError("a line that assigns nothing")
        try:
            words = shlex.split(found[2])
        except ValueError as error:
            raise ParseError("a value whose quotes do not close") from error
        values[found[1]] = words[0] if len(words) == 1 else " ".join(words)
    return values


def line(data: bytes) -> str:
    """A file of one line, without its end; ParseError if it holds anything else."""
    text = data.decode(errors="surrogateescape")
    if not text.endswith("\n") or "\n" in text[:-1] or "\0" in text:
        raise ParseError("not one whole line")
    return text[:-1].strip()


def number(data: bytes) -> int:
    """A file of one whole number."""
    text = line(data)
    if not re.fullmatch(r"-?[0-9]{1,19}", text):
        raise ParseError("not a number")
    return int(text)
