"""Which listed machines carry no agent, and which do? Matched by host name within the clinic."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from controller.errors import NotThere
from controller.fleet.models import Machine
from controller.fleet.names import Short
from controller.fleet.queries import ENDED, machines
from controller.inventory.models import Listed
from controller.inventory.sheet import short
from controller.inventory.states import ListedState
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed machine and the enrolled one of that name, if there is one."""

    listed: Listed
    machine: Machine | None


def entries(place: Place) -> list[Entry]:
    """Every listed machine of a clinic: those without an agent first; two queries."""
    enrolled = {short(one.host): one for one in machines(place)}
    found = [Entry(one, enrolled.get(one.host)) for one in Listed.objects.at(place)]
    return sorted(found, key=_order)


def _order(one: Entry) -> tuple[bool, bool, str]:
    return (one.listed.state != ListedState.LISTED, one.machine is not None, one.listed.host)


def without_agent(place: Place) -> QuerySet[Listed]:
    """The listed machines of a place that carry no agent."""
    here = Machine.objects.at(Place(place.org)).filter(clinic_id=OuterRef("clinic_id"))
    # A call on both sides: beside a plain column SQLite would not look into the index over names.
    same = here.annotate(short=Short("host")).filter(short=Lower(OuterRef("host")))
    live = same.exclude(state__in=ENDED)
    return Listed.objects.at(place).filter(~Exists(live), state=ListedState.LISTED)


def entry(place: Place, key: UUID) -> Listed:
    """One listed machine; NotThere if it is not in the place."""
    found = Listed.objects.at(place).filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such machine in the inventory here")
    return found
