"""What is on file for one clinic: statements, registers, what was seen, and the rules that ask?

Read once for everything that is judged by it: four queries, three where the rules are at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

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


def binder(place: Place, shelf: Shelf | None = None) -> Binder:
    """What is on file in a place of one clinic; of each kind and subject the newest statement."""
    signed = Attestation.objects.at(place).order_by("signed_at", "id")
    return Binder(
        place,
        shelf or at_hand(place),
        {(row.kind, row.subject): row for row in signed},
        tuple(Entry.objects.at(place).order_by("made_at", "n")),
        tuple(Sighting.objects.at(place)),
    )
