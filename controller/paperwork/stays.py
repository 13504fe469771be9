"""From when to when did each machine show each part of the way that images take?

What comes, goes or changes is a stay of its own, so that a past day can be asked; times are those
of receipt. What a machine no longer shows is gone only if it told the whole list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.fleet.models import Machine
from controller.fleet.queries import ENDED
from controller.paperwork.flows import GAP, KINDS, Shown
from controller.paperwork.models import Sighting
from controller.tenants.scope import Place

WHAT = (*KINDS, GAP)
_SEPARATOR = "/"


@dataclass(frozen=True, slots=True)
class Showing:
    """What a machine of a clinic shows, and since when that is known."""

    clinic: UUID
    machine: UUID
    host: str
    at: datetime
    shown: Shown


def follow(place: Place, showings: Iterable[Showing]) -> int:
    """Write down what came, changed or went; how much came."""
    open_: dict[str, list[Sighting]] = {}
    for row in Sighting.objects.at(place).filter(what__in=WHAT, gone_at__isnull=True):
        open_.setdefault(machine_of(row), []).append(row)
    gone: list[Sighting] = []
    new: list[Sighting] = []
    for one in showings:
        held = {(row.what, row.key): row for row in open_.get(one.machine.hex, ())}
        for row in _rows(place, one):
            before = held.pop((row.what, row.key), None)
            if before is None or (before.more, before.label) != (row.more, row.label):
                new.append(row)
                gone += [_ended(before, one.at)] if before else []
        gone += [_ended(row, one.at) for row in held.values() if row.what in one.shown.whole]
    Sighting.objects.at(place).bulk_update(gone, ["gone_at"])
    Sighting.objects.at(place).bulk_create(new, ignore_conflicts=True)
    _leave(place, open_)
    return len(new)


def _ended(row: Sighting, at: datetime) -> Sighting:
    row.gone_at = at
    return row


def machine_of(row: Sighting) -> str:
    """The id of the machine that shows it."""
    return row.key.partition(_SEPARATOR)[0]


def name_of(row: Sighting) -> str:
    """What it goes by on its machine."""
    return row.key.partition(_SEPARATOR)[2]


def _rows(place: Place, one: Showing) -> Iterator[Sighting]:
    for flow in {(flow.what, flow.name): flow for flow in one.shown.flows}.values():
        yield Sighting(
            org_id=place.org,
            clinic_id=one.clinic,
            what=flow.what,
            key=f"{one.machine.hex}{_SEPARATOR}{flow.name}",
            label=one.host[:64],
            more=dict(flow.more),
            first_at=one.at,
        )


def _leave(place: Place, open_: dict[str, list[Sighting]]) -> None:
    """What a machine showed is gone when the machine has ended."""
    ended = Machine.objects.at(place).filter(state__in=ENDED, ended_at__isnull=False)
    left = [
        _ended(row, at)
        for machine, at in ended.values_list("id", "ended_at")
        for row in open_.get(machine.hex, ())
        if at is not None
    ]
    Sighting.objects.at(place).bulk_update(left, ["gone_at"])
