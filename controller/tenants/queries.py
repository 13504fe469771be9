"""Which orgs, clinics and sites are there, for whoever asks?"""

from django.db.models import QuerySet

from controller.errors import NotThere
from controller.tenants.models import Clinic, Org, Site
from controller.tenants.scope import Place


def orgs() -> QuerySet[Org]:
    """Every org: for the server's shell and for start-up, which stand in no place."""
    every: QuerySet[Org] = QuerySet(Org)
    return every.order_by("name")


def clinics(place: Place) -> QuerySet[Clinic]:
    """The clinics of a place, by name."""
    return Clinic.objects.at(place).order_by("name")


def clinic(place: Place, slug: str) -> Clinic:
    """One clinic by the name in its address; NotThere if it is not in the place."""
    found = Clinic.objects.at(place).filter(slug=slug).select_related("org").first()
    if found is None:
        raise NotThere(f"there is no clinic {slug!r} here")
    return found


def sites(place: Place) -> QuerySet[Site]:
    """The buildings of the clinics of a place, by name."""
    return Site.objects.at(place).order_by("name")
