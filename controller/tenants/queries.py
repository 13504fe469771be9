"""Which orgs, clinics and sites are there, for whoever asks?"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from controller.errors import NotThere
from controller.tenants import figures
from controller.tenants.figures import Rows
from controller.tenants.models import Clinic, Org, Site
from controller.tenants.scope import Place


def orgs() -> QuerySet[Org]:
    """Every org: for the server's shell and for start-up, which stand in no place."""
    every: QuerySet[Org] = QuerySet(Org)
    return every.order_by("name")


def clinics(place: Place) -> QuerySet[Clinic]:
    """The clinics of a place, by name."""
    return Clinic.objects.at(place).order_by("name")


def beginning(place: Place, text: str) -> QuerySet[Clinic]:
    """The clinics of which a word begins like this, by name."""
    begins = Q(name__istartswith=text) | Q(name__icontains=f" {text}")
    return clinics(place).filter(begins)


def clinic(place: Place, slug: str, **counted: Rows) -> Clinic:
    """One clinic by the name in its address; NotThere if it is not in the place.

    With the number of its rows of each kind in `counted`, as attributes of these names.
    """
    named = Clinic.objects.at(place).filter(slug=slug).select_related("org")
    found = named.annotate(**figures.of_clinics(place, counted)).first()
    if found is None:
        raise NotThere(f"there is no clinic {slug!r} here")
    return found


def numbers(
    place: Place, beside: Mapping[str, Subquery] | None = None, /, **counted: Rows
) -> dict[str, Any]:
    """How many rows of each kind a place has, and what a page asks `beside`; one query."""
    columns = {**figures.of_place(place, counted), **(beside or {})}
    return dict(Org.objects.at(place).annotate(**columns).values(*columns).get())


def sites(place: Place) -> QuerySet[Site]:
    """The buildings in use of the clinics of a place, by name."""
    return Site.objects.at(place).filter(ended_at__isnull=True).order_by("name")
