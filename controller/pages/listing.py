"""Which part of a long list is sent, and where do the next ones stand?

No list is ever sent whole. A part begins behind the entry that the address names by its key, so
that what comes and goes meanwhile moves nobody's place.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.http import Http404, HttpRequest

AT_ONCE = 40
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """Some of `total` entries; `next` is the address of those behind them, empty at the end."""

    rows: Sequence[T]
    total: int
    next: str = ""

    def __iter__(self) -> Iterator[T]:
        """The entries that are sent."""
        return iter(self.rows)

    def __len__(self) -> int:
        """How many are sent."""
        return len(self.rows)


def part(
    request: HttpRequest,
    rows: Sequence[T],
    key: Callable[[T], object],
    cursor: str = "after",
    most: int = AT_ONCE,
) -> Part[T]:
    """The entries behind the one that the address names as `cursor`; 404 where it is none."""
    after = request.GET.get(cursor)
    rest = rows if after is None else rows[_place(rows, key, after) + 1 :]
    more = address(request, **{cursor: key(rest[most - 1])}) if len(rest) > most else ""
    return Part(rest[:most], len(rows), more)


def address(request: HttpRequest, **changed: object) -> str:
    """The same address with other words in its question."""
    asked = request.GET.copy()
    for name, value in changed.items():
        asked[name] = str(value)
    return f"?{asked.urlencode()}"


def _place(rows: Sequence[T], key: Callable[[T], object], after: str) -> int:
    for place, row in enumerate(rows):
        if str(key(row)) == after:
            return place
    raise Http404("there is no such page of the list")
