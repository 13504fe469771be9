"""Which part of a long list is sent, and where do the next ones stand?

No list is ever sent whole. A part begins behind the entry that the address names by its key, so
that what comes and goes meanwhile moves nobody's place. `part` is for rows at hand, `Query` for
those of a query.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest

from controller.pages.orders import Columns, behind

if TYPE_CHECKING:
    from django.db.models import QuerySet

AT_ONCE = 40
CURSORS = ("after", "holding", "mine", "mutes", "over", "waiting")
"""The words of an address that say where in a list one stands; all others say what is listed."""
T = TypeVar("T")
M = TypeVar("M", bound=Model)


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


@dataclass(frozen=True, slots=True)
class Query(Generic[M]):
    """A list that a query makes, in an order; `among` is where its last row is looked up by key.

    A row that left the list meanwhile still has its place in it, so `among` may be wider.
    """

    rows: "QuerySet[M]"
    by: Columns
    among: "QuerySet[M]"
    key: str = "pk"

    def after(self, request: HttpRequest, most: int) -> tuple[list[M], str]:
        """So many rows behind the one that the address names, and where the next ones stand."""
        after, rows = request.GET.get("after"), self.rows
        if after is not None:
            rows = rows.filter(behind(self._named(after), self.by))
        found = list(rows.order_by(*self.by)[: most + 1])
        last = str(getattr(found[most - 1], self.key)) if len(found) > most else ""
        return found[:most], address(request, after=last) if last else ""

    def _named(self, after: str) -> M:
        try:
            found = self.among.filter(**{self.key: after}).first()
        except (ValueError, ValidationError) as error:
            raise Http404("there is no such page of the list") from error
        if found is None:
            raise Http404("there is no such page of the list")
        return found


def address(request: HttpRequest, **changed: object) -> str:
    """The same address with other words in its question."""
    asked = request.GET.copy()
    for name, value in changed.items():
        asked[name] = str(value)
    return f"?{asked.urlencode()}"


def question(request: HttpRequest, **changed: str) -> str:
    """The filters and the order that stand in an address, and not where in the list one is."""
    asked = {**request.GET.dict(), **changed}
    return urlencode({name: text for name, text in asked.items() if text and name not in CURSORS})


def _place(rows: Sequence[T], key: Callable[[T], object], after: str) -> int:
    for place, row in enumerate(rows):
        if str(key(row)) == after:
            return place
    raise Http404("there is no such page of the list")
