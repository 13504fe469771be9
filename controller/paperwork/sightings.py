"""Since when does each clinic have the software, ways in and machines that statements speak of?

`look` writes down what was not seen before; what is there already is never touched. What machines
show of the way of images comes and goes (stays.py). It is asked hourly, and at each signature, so
that nothing which was known then counts as a change afterwards.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, When

from controller.fleet.models import FactsNow, Machine, MachineState
from controller.fleet.queries import ENDED
from controller.paperwork import stays
from controller.paperwork.flows import shown, silent
from controller.paperwork.models import Sighting
from controller.paperwork.seen import Thing, Told, things
from controller.paperwork.stays import Showing
from controller.tenants.scope import Place

_FACTS = ("software", "backups", "remote_access")
_MORE = ("shares", "listeners")
_KNOWN_AT = Case(
    When(
        imaging_observed_at__gt=F("observed_at"),
        machine__reported_at__gt=F("known_at"),
        then="machine__reported_at",
    ),
    default="known_at",
)
"""By when all of it was received. What is told of images comes with verdicts: where it is of later
than the facts, it came after them in the chain, and with the last report at the latest."""


@transaction.atomic
def look(place: Place, now: datetime, since: datetime | None = None) -> int:
    """Write down what the machines of a place show for the first time; how much that was.

    `since`: only at what became known after it.
    """
    lasting = Sighting.objects.at(place).exclude(what__in=stays.WHAT)
    known = set(lasting.values_list("clinic_id", "what", "key"))
    new: dict[tuple[UUID, str, str], Sighting] = {}
    showings = []
    for clinic, at, told in _told(place, since):
        showings.append(Showing(clinic, told.machine, told.host, min(at, now), shown(told)))
        for thing in things(told):
            key = (clinic, thing.what, thing.key)
            if key not in known and (key not in new or at < new[key].first_at):
                new[key] = _first(place, clinic, thing, min(at, now))
    Sighting.objects.at(place).bulk_create(new.values(), ignore_conflicts=True)
    _leave(place)
    return len(new) + stays.follow(place, [*showings, *_unheard(place, now)])


def _told(place: Place, since: datetime | None) -> Iterable[tuple[UUID, datetime, Told]]:
    rows = FactsNow.objects.at(place).exclude(machine__state__in=ENDED)
    rows = rows.filter(known_at__isnull=False)
    if since is not None:
        rows = rows.filter(Q(known_at__gt=since) | Q(machine__reported_at__gt=since))
    columns = ("machine__clinic_id", "machine_id", "machine__host", "machine__role")
    facts = [f"document__{name}__value" for name in _FACTS]
    more = [f"document__{name}__value" for name in _MORE]
    said = rows.annotate(at=_KNOWN_AT).values_list("at", *columns, *facts, "imaging", *more)
    for at, clinic, *told in said.iterator():
        yield clinic, at, Told(*told)


def _unheard(place: Place, now: datetime) -> Iterator[Showing]:
    """Machines that were approved and have said nothing of themselves yet."""
    heard = FactsNow.objects.at(place).filter(known_at__isnull=False).values("machine_id")
    rows = Machine.objects.at(place).filter(state=MachineState.ACTIVE).exclude(id__in=heard)
    for machine, clinic, host, at in rows.values_list("id", "clinic_id", "host", "enrolled_at"):
        yield Showing(clinic, machine, host, min(at, now), silent())


def _first(place: Place, clinic: UUID, thing: Thing, at: datetime) -> Sighting:
    return Sighting(
        org_id=place.org,
        clinic_id=clinic,
        what=thing.what,
        key=thing.key,
        label=thing.label,
        first_at=at,
    )


def _leave(place: Place) -> None:
    """A machine that has ended left when it ended."""
    here = Sighting.objects.at(place).filter(what="imaging_machine", gone_at__isnull=True)
    gone = Machine.objects.at(place).filter(state__in=ENDED, ended_at__isnull=False)
    ended = {one.id.hex: one.ended_at for one in gone.only("id", "ended_at")}
    for one in here.filter(key__in=ended):
        one.gone_at = ended[one.key]
        one.save(update_fields=["gone_at"])
