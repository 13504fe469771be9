"""What does a clinic owe in paperwork, how does each statement stand, and who signed what?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from controller.errors import NotThere
from controller.paperwork import subjects as about
from controller.paperwork.binder import Binder, binder
from controller.paperwork.changes import changes
from controller.paperwork.models import Attestation
from controller.paperwork.states import Standing, State, Today, standing
from controller.paperwork.subjects import Subject
from controller.policy.queries import Shelf, at_hand
from controller.tenants.models import Clinic
from controller.tenants.scope import Place
from rules.compiled.attestation import Attestation as Kind
from rules.compiled.rule import Pack

if TYPE_CHECKING:
    from django.db.models import QuerySet

_URGENCY = (State.EXPIRED, State.DUE, State.ATTESTED)


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement that the practice owes or has made, and how the newest one stands."""

    kind: Kind
    pack: Pack
    subject: Subject
    newest: Attestation | None
    standing: Standing

    @property
    def is_open(self) -> bool:
        """Must somebody act?"""
        return self.standing.state is not State.ATTESTED


def today(clinic: Clinic, now: datetime) -> Today:
    """The day in a clinic's zone."""
    zone = ZoneInfo(clinic.time_zone)
    return Today(now.astimezone(zone).date(), zone)


def kinds(shelf: Shelf) -> dict[str, tuple[Kind, Pack]]:
    """Every kind of statement that the org's packs ask for, with its pack.

    Where two packs have one of the same id, the built-in one's stands.
    """
    found: dict[str, tuple[Kind, Pack]] = {}
    for pack in shelf.stated:
        for kind in pack.attestations:
            found.setdefault(kind.id, (kind, pack))
    return found


def kind(place: Place, name: str) -> tuple[Kind, Pack]:
    """One kind and its pack; NotThere if no pack of the org asks for it."""
    found = kinds(at_hand(place)).get(name)
    if found is None:
        raise NotThere(f"no pack here asks for a statement {name!r}")
    return found


def on_file(clinic: Clinic, shelf: Shelf | None = None) -> Binder:
    """What is on file for a clinic, for whoever asks for more than one thing of it."""
    return binder(Place(clinic.org_id).clinic(clinic.id), shelf)


def standings(clinic: Clinic, now: datetime, held: Binder | None = None) -> list[Asked]:
    """Everything that a clinic owes or has stated, what is most urgent first.

    What is made with each event stands here once it was made.
    """
    held = held or on_file(clinic)
    newest, fired, day = held.statements, changes(held), today(clinic, now)
    rows = [
        Asked(one, pack, subject, said, standing(one, said, fired, day))
        for one, pack in kinds(held.shelf).values()
        for subject in [
            *about.owed(held.place, one, day.day, held.entries),
            *_by_event(one, newest),
        ]
        for said in [newest.get((one.id, subject.id))]
    ]
    return sorted(rows, key=_urgency)


def _by_event(kind: Kind, newest: Mapping[tuple[str, str], Attestation]) -> Iterable[Subject]:
    """Of what is stated with each event of a machine or the clinic: what was stated."""
    if kind.renew is None and kind.scope not in about.LISTED:
        said = (row for (name, _), row in newest.items() if name == kind.id)
        yield from (Subject(row.subject, row.subject_name) for row in said)


def open_now(clinic: Clinic, now: datetime, held: Binder | None = None) -> dict[str, int]:
    """How many statements of a clinic were never made, how many are expired, and how many due."""
    found = Counter(
        one.standing.reason if one.standing.reason == "never" else str(one.standing.state)
        for one in standings(clinic, now, held)
    )
    return {word: found[word] for word in ("never", State.EXPIRED, State.DUE)}


def by_event(held: Binder) -> list[Kind]:
    """The kinds that are stated with each event, and not by the calendar."""
    return [one for one, _ in kinds(held.shelf).values() if one.renew is None]


def history(place: Place, kind: str, subject: str) -> "QuerySet[Attestation]":
    """Every statement of a kind about a subject, the newest first."""
    rows = Attestation.objects.at(place).filter(kind=kind, subject=subject)
    return rows.order_by("-signed_at", "-id")


def statement(place: Place, key: UUID) -> Attestation:
    """One statement; NotThere if it is not in the place."""
    found = Attestation.objects.at(place).filter(pk=key).first()
    if found is None:
        raise NotThere("there is no such statement here")
    return found


def _urgency(one: Asked) -> tuple[int, date, str, str]:
    until = one.standing.until or (date.min if one.newest is None else date.max)
    return (_URGENCY.index(one.standing.state), until, one.kind.title, one.subject.name)
