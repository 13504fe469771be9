"""What is on file for one clinic: statements, registers, what was seen, and the rules that ask?

Read once for everything that is judged by it: four queries, three where the rules are at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from controller.paperwork.models import Attestation, Entry, Sighting
from controller.policy.queries import Shelf, at_hand
from controller.tenants.scope import Place


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
    entered = Entry.objects.at(place).order_by("made_at", "n")
    seen = Sighting.objects.at(place)
    if at is not None:
        signed, entered = signed.filter(signed_at__lte=at), entered.filter(made_at__lte=at)
        seen = seen.filter(first_at__lte=at)
    return Binder(
        place,
        shelf or at_hand(place),
        {(row.kind, row.subject): _unended(row, "rejected_at", at) for row in signed},
        tuple(entered),
        tuple(_unended(row, "gone_at", at) for row in seen),
    )


T = TypeVar("T", Attestation, Sighting)


def _unended(row: T, end: str, at: datetime | None) -> T:
    """The row without an end that came later; it is not saved."""
    ended = getattr(row, end)
    if at is not None and ended is not None and ended > at:
        setattr(row, end, None)
    return row
