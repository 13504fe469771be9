"""What may stand in a field of a message, beside what its type says?

Marks go into `Annotated`; evidence.readers makes readers of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from evidence.strict_json import INTEGERS_TO, Json


@dataclass(frozen=True, slots=True)
class Pattern:
    """A string that matches this regular expression whole."""

    regex: str


@dataclass(frozen=True, slots=True)
class Between:
    """An integer within these bounds, both included."""

    low: int = 0
    high: int = INTEGERS_TO


@dataclass(frozen=True, slots=True)
class AtMost:
    """A list or an object of at most so many."""

    count: int


@dataclass(frozen=True, slots=True)
class By:
    """A value with a reader of its own: it returns what to keep, or raises."""

    read: Callable[[Json], Any]


class Misfit(Exception):
    """What a value is not, and where, from the outside in; evidence.shape makes an error of it."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.at: list[str] = []

    def inside(self, place: str) -> "Misfit":
        """The same misfit, seen from one level further out."""
        self.at.insert(0, place)
        return self
