"""Of which type is a fact's field, and may its value leave the machine?

These are the types of the rule language; rules.facts.describe reads them off the records of the
catalogue. A field says with a mark in `Annotated` what of it leaves:

- nothing: bool, int, double, duration, version, timestamp and closed enums leave as they are;
- `Open(pattern)`: a string that leaves if it matches the pattern, 64 characters at most;
- `NUMBERED` (P): leaves as a stable local number, `user-3`;
- `KEYED` (K): leaves as a keyed hash, `k:7Q2fM1xTz0aB`;
- `LOCAL` (L): never leaves.

A string without a mark is refused when the catalogue is loaded: nobody can forget to decide.

A type is a named tuple, as all that the engine loads on every run and makes by the thousand
(docs/decisions): a data class costs six times as much to load.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, Self


class Mark(StrEnum):
    """What leaves the machine of a value."""

    OPEN = ""
    NUMBERED = "P"
    KEYED = "K"
    LOCAL = "L"


class Leaves(NamedTuple):
    """The mark of one field; `pattern` is a full-match regular expression for open strings."""

    mark: Mark
    pattern: str | None = None
    caseless: bool = False


def Open(pattern: str, *, caseless: bool = False) -> Leaves:  # noqa: N802 - reads as a mark
    """A string that may leave, because all it can say is in the pattern."""
    return Leaves(Mark.OPEN, pattern, caseless)


PRODUCT_NAME = Open(r"[A-Za-z0-9][A-Za-z0-9 ._+()/&'-]{0,63}")
MAKER_NAME = Open(r"[A-Za-z0-9][A-Za-z0-9 .,_+()/&'-]{0,63}")
"""What a program and its maker are called; whatever else stands there stays on the machine."""

LOCAL = Leaves(Mark.LOCAL)
NUMBERED = Leaves(Mark.NUMBERED)
KEYED = Leaves(Mark.KEYED)


class Version(NamedTuple):
    """One to eight numbers with dots, compared number by number: 1.2 equals 1.2.0."""

    numbers: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `10.0.19045`; anything else raises ValueError."""
        parts = text.split(".")
        if len(parts) > 8 or not all(p.isascii() and p.isdigit() and len(p) <= 10 for p in parts):
            raise ValueError(f"{text[:40]!r} is no version: one to eight numbers with dots")
        return cls(tuple(int(part) for part in parts))

    def __str__(self) -> str:
        return ".".join(str(number) for number in self.numbers)


class Scalar(NamedTuple):
    """A single value; `name` is the word that rule authors use."""

    name: Literal["bool", "int", "double", "string", "duration", "timestamp", "version"]
    caseless: bool = False


@dataclass(frozen=True, slots=True)
class Enum:
    """One of a closed set of words."""

    values: tuple[str, ...]


class Nullable(NamedTuple):
    """The type, or null: known to be absent, never, disabled."""

    of: "Type"


class List(NamedTuple):
    """Items of one type that know whether they are all; `item` is the variable of `every`."""

    of: "Type"
    item: str


class Field(NamedTuple):
    """One field of a record: what it is, and what of it leaves the machine."""

    name: str
    type: "Type"
    leaves: Leaves


class Record(NamedTuple):
    """Fields by name, in the order in which they are declared; an item goes by the first."""

    name: str
    fields: tuple[Field, ...]

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        for field in self.fields:
            if field.name == name:
                return field
        return None


Type = Scalar | Enum | Nullable | List | Record

BOOL, INT, DOUBLE = Scalar("bool"), Scalar("int"), Scalar("double")
STRING, CASELESS = Scalar("string"), Scalar("string", caseless=True)
DURATION, TIMESTAMP, VERSION = Scalar("duration"), Scalar("timestamp"), Scalar("version")
