"""How many rows are there of several kinds, as columns of one query?

A page asks for its numbers together with the clinic or org that they are of, and not one by one.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from django.db.models import Func, IntegerField, OuterRef, QuerySet, Subquery, Value

from controller.tenants.scope import Place

Rows: TypeAlias = Callable[[Place], QuerySet[Any]]
"""The rows of a place that are to be counted."""


def of_clinics(place: Place, rows: Mapping[str, Rows]) -> dict[str, Subquery]:
    """Columns of a query of clinics: how many of these rows each has."""
    whole = Place(place.org)
    return {name: _count(one(whole).filter(clinic_id=OuterRef("pk"))) for name, one in rows.items()}


def of_place(place: Place, rows: Mapping[str, Rows]) -> dict[str, Subquery]:
    """Columns of any query: how many of these rows the place has."""
    return {name: _count(one(place)) for name, one in rows.items()}


def _count(rows: QuerySet[Any]) -> Subquery:
    n = Func(Value(1), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().annotate(n_of_them=n).values("n_of_them"))
