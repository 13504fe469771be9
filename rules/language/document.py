"""What does a YAML file say, and where does each part of it stand?

These are the values that checkers see: text with its line and column, mappings and lists. Nothing
is guessed: `no` as a key is the word no, and a number is a number only where one is asked for.
"""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from rules.errors import Place
from rules.language.source import Source

_BOOLS = {
    **dict.fromkeys(("y", "yes", "on"), True),
    **dict.fromkeys(("n", "no", "off"), False),
}
_NULLS = frozenset({"", "~", "null"})
_INT = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_READINGS = (
    (re.compile(r"true|false", re.IGNORECASE), "a bool"),
    (re.compile(r"~|null", re.IGNORECASE), "nothing at all"),
    (re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"), "a date"),
    (re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"), "a number in base 60"),
    (re.compile(r"[-+]?0[0-7_]+|0o[0-7_]+"), "a number in base 8"),
    (re.compile(r"[-+]?0x[0-9a-fA-F_]+"), "a number in base 16"),
    (re.compile(r"[-+]?0b[01_]+"), "a number in base 2"),
    (re.compile(r"[-+]?\.(inf|nan)", re.IGNORECASE), "a number"),
    (
        re.compile(r"[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?"),
        "a number to some readers",
    ),
)
_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it was written; `quote` is `'`, `"`, `|`, `>` or nothing.

    A spoilt one was told as YAML's trap already: what it says is not what its author wrote.
    """

    source: Source = field(repr=False)
    text: str
    quote: str
    line: int
    column: int
    last_line: int
    end: int
    is_spoilt: bool = False

    @property
    def place(self) -> Place:
        """Where it stands; one that runs over lines is marked to the end of its first."""
        end = self.end if self.line == self.last_line else len(self.source.line(self.line)) + 1
        return Place(self.source.file, self.line, self.column, max(end, self.column + 1))

    @property
    def is_one_line(self) -> bool:
        """Plain or quoted, on one line."""
        return self.line == self.last_line and self.quote not in ("|", ">")

    @property
    def is_null(self) -> bool:
        """Nothing, `~` or `null`, unquoted."""
        return not self.quote and self.text in _NULLS

    @property
    def reads_as(self) -> str | None:
        """As what a reader of YAML takes this plain text, if not all take it for text."""
        if self.quote:
            return None
        if self.means_bool is not None:
            return "a bool to some readers"
        return next((words for form, words in _READINGS if form.fullmatch(self.text)), None)

    @property
    def is_ambiguous(self) -> bool:
        """Plain text that readers take for something else, and no bool or null by its word."""
        return self.reads_as is not None and self.as_bool() is None and not self.is_null

    @property
    def means_bool(self) -> bool | None:
        """What `yes`, `no`, `on` and `off` mean, to readers that take them for bools."""
        return None if self.quote else _BOOLS.get(self.text.lower())

    def as_bool(self) -> bool | None:
        """True or false, if it is one of the two words."""
        return {"true": True, "false": False}.get(self.text) if not self.quote else None

    def as_int(self) -> int | None:
        """A whole number in decimal, if it is one."""
        is_int = not self.quote and len(self.text) <= 20 and _INT.fullmatch(self.text)
        return int(self.text) if is_int else None

    def as_double(self) -> float | None:
        """A number, with or without a point, if it is one."""
        is_double = not self.quote and len(self.text) <= 40 and _DECIMAL.fullmatch(self.text)
        return float(self.text) if is_double or self.as_int() is not None else None

    def part(self, start: int, end: int, columns: "list[int] | None" = None) -> Place:
        """The place of a stretch of the text, also through quotes and escapes.

        Who asks often hands in the `columns` that it got once.
        """
        if not self.is_one_line:
            return self.place
        columns = columns or self.columns()
        last = len(columns) - 1
        first = columns[min(start, last)]
        return Place(self.source.file, self.line, first, max(columns[min(end, last)], first + 1))

    def columns(self) -> list[int]:
        """The column of each character of the text, and of its end."""
        if not self.quote:
            return list(range(self.column, self.column + len(self.text) + 1))
        raw = self.source.line(self.line)
        step = _single if self.quote == "'" else _double
        columns, at = [], self.column
        for _ in self.text:
            columns.append(at + 1)
            at += step(raw, at)
        return [*columns, at + 1]


def _single(raw: str, at: int) -> int:
    return 2 if raw[at : at + 2] == "''" else 1


def _double(raw: str, at: int) -> int:
    if raw[at : at + 1] != "\\":
        return 1
    return _ESCAPE_LENGTHS.get(raw[at + 1 : at + 2], 2)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in the order in which they stand; `is_flow` in braces."""

    entries: tuple[tuple[Scalar, "Value"], ...]
    place: Place
    is_flow: bool = False

    def get(self, key: str) -> "Value | None":
        """The value of a key, if it is there."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself as it was written, if it is there."""
        return next((name for name, _ in self.entries if name.text == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """Items in their order; `is_flow` in brackets."""

    items: tuple["Value", ...]
    place: Place
    is_flow: bool = False


Value: TypeAlias = Scalar | Mapping | Sequence
