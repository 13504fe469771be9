"""What is on file for one clinic: statements, registers, what was seen, and the rules that ask?

Read once for everything that is judged by it: three queries, two where the rules are at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from django.db.models import DateTimeField, UUIDField, Value

from controller.paperwork.models import Attestation, Entry, Sighting
from controller.policy.queries import Shelf, at_hand
from controller.tenants.scope import Place

_WRITTEN = ("id", "register", "why", "made_by", "made_at", "entry", "n", "data", "is_struck")
_SEEN = ("id", "what", "key", "label", "first_at", "more", "gone_at")
_ALIKE = _SEEN.index("more")
"""So many columns of what was seen stand where those of an entry do; `more` stands for `data`."""


@dataclass(frozen=True)
class Binder:
    """The papers of one clinic. `versions` are of all entries, in the order of their writing."""

    place: Place
    shelf: Shelf
    statements: Mapping[tuple[str, str], Attestation]
    versions: tuple[Entry, ...]
    sightings: tuple[Sighting, ...]

    @cached_property
    def entries(self) -> dict[str, list[Entry]]:
        """The newest version of each entry, by register."""
        held: dict[str, list[Entry]] = {}
        for row in {row.entry: row for row in self.versions}.values():
            held.setdefault(row.register, []).append(row)
        return held


def binder(place: Place, shelf: Shelf | None = None, at: datetime | None = None) -> Binder:
    """What is on file in a place of one clinic; of each kind and subject the newest statement.

    `at`: as it was on file at that moment, and nothing that came or was rejected later.
    """
    signed = Attestation.objects.at(place).order_by("signed_at", "id")
    if at is not None:
        signed = signed.filter(signed_at__lte=at)
    versions, sightings = _kept(place, at)
    return Binder(
        place,
        shelf or at_hand(place),
        {(row.kind, row.subject): _unended(row, "rejected_at", at) for row in signed},
        versions,
        tuple(_unended(row, "gone_at", at) for row in sightings),
    )


def _kept(place: Place, at: datetime | None) -> tuple[tuple[Entry, ...], list[Sighting]]:
    """What was written into registers, in that order, and what was seen: two arms of one query."""
    entered, seen = Entry.objects.at(place), Sighting.objects.at(place)
    if at is not None:
        entered, seen = entered.filter(made_at__lte=at), seen.filter(first_at__lte=at)
    written = entered.values_list(*_WRITTEN, Value(None, DateTimeField()))
    no_version = (Value(None, UUIDField()), Value(0), "more", Value(value=False))
    looked = seen.values_list(*_SEEN[:_ALIKE], *no_version, _SEEN[-1])
    held = {"org_id": place.org, "clinic_id": next(iter(place.clinics or ()), None)}
    versions, sightings = [], []
    for *row, gone_at in written.union(looked, all=True):
        if row[_WRITTEN.index("n")]:
            versions.append(Entry(**held, **dict(zip(_WRITTEN, row, strict=True))))
        else:
            columns = [*row[:_ALIKE], row[_WRITTEN.index("data")], gone_at]
            sightings.append(Sighting(**held, **dict(zip(_SEEN, columns, strict=True))))
    return tuple(sorted(versions, key=lambda one: (one.made_at, one.n))), sightings


T = TypeVar("T", Attestation, Sighting)


def _unended(row: T, end: str, at: datetime | None) -> T:
    """The row without an end that came later; it is not saved."""
    ended = getattr(row, end)
    if at is not None and ended is not None and ended > at:
        setattr(row, end, None)
    return row
