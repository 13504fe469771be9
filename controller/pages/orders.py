"""In which order does a list stand? A word of the address names it; a click on a head turns it.

To give a list another order, add its line to the list's ORDERS; the first one is what is usual. A
list that a query makes is ordered by columns and continued by key, so that under every order the
next part begins where this one ended, whatever comes or goes meanwhile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from django.db.models import Q
from django.http import Http404, HttpRequest

T = TypeVar("T")
By = TypeVar("By")
Columns: TypeAlias = tuple[str, ...]
WORD = "sort"


@dataclass(frozen=True, slots=True)
class Order(Generic[By]):
    """By what a list is ordered as one sees it at first; `falling`: the largest stands first.

    `by` are columns of a query, the last of them unlike in every row; or the key of a row that is
    at hand, and None for rows that come in this order.
    """

    by: By
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Sorting(Generic[By]):
    """The order that an address asks for; `is_turned`: from its end on."""

    name: str
    is_turned: bool
    orders: Mapping[str, Order[By]]

    @property
    def by(self) -> By:
        """What is ordered by."""
        return self.orders[self.name].by

    @property
    def word(self) -> str:
        """As it stands in the address."""
        return f"-{self.name}" if self.is_turned else self.name

    def direction(self, name: str) -> str:
        """How the list stands by this order, in the words of aria-sort; empty if by another."""
        if name != self.name:
            return ""
        return "descending" if self.orders[name].falling != self.is_turned else "ascending"

    def next(self, name: str) -> str:
        """The word that a click on this order's head leads to."""
        return f"-{name}" if name == self.name and not self.is_turned else name


Key: TypeAlias = Callable[[T], Any] | None


def sorting(request: HttpRequest, orders: Mapping[str, Order[By]]) -> Sorting[By]:
    """The order that is asked for, or the usual one; 404 where there is none of that name."""
    word = request.GET.get(WORD) or next(iter(orders))
    name = word.removeprefix("-")
    if name not in orders:
        raise Http404("there is no such order of the list")
    return Sorting(name, name != word, orders)


def ordered(rows: Iterable[T], by: Sorting[Key[T]]) -> list[T]:
    """Rows at hand in this order; those that are alike stay as they came."""
    if by.by is None:
        return list(rows)[:: -1 if by.is_turned else 1]
    return sorted(rows, key=by.by, reverse=by.is_turned)


def columns(by: Sorting[Columns]) -> Columns:
    """The columns of a query in this order."""
    return tuple(map(_turned, by.by)) if by.is_turned else by.by


def behind(last: object, names: Columns) -> Q:
    """The condition of a row that comes after `last` in the order of these columns, by key."""
    same, later = Q(), Q(pk__in=())
    for column in names:
        name = column.removeprefix("-")
        value = _value(last, name)
        later |= same & Q(**{f"{name}__{'lt' if column != name else 'gt'}": value})
        same &= Q(**{name: value})
    return later


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _value(row: object, name: str) -> object:
    for step in name.split("__"):
        row = getattr(row, step)
    return row
