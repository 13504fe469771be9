"""How do the monthly scorecards of a clinic stand: acknowledged, waiting or late?

A scorecard is frozen when it is made; whoever answers for the practice says that it was read. By
when is the practice's own policy, and stands in the table of controls.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from controller.errors import AlreadyDone, NotAllowed, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import By, acting
from controller.oversight.book import Kept, New, kept, record, write
from controller.oversight.models import Kind, Record
from controller.paperwork import fields
from controller.paperwork.calendar import Task
from controller.paperwork.states import Today
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

READER = "practice_owner"
WITHIN = timedelta(days=35)
"""By when a scorecard is to be acknowledged; a test holds it against the table of controls."""
MADE_BY = "controller"
FORM, ANSWER = "scorecard/v1", "acknowledgement/v1"


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard, and the record by which it was acknowledged, if it was."""

    row: Record
    answer: Record | None

    @property
    def month(self) -> str:
        """`2026-10`."""
        return self.row.about

    @property
    def until(self) -> datetime:
        """By when it is to be acknowledged."""
        return self.row.made_at + WITHIN

    @property
    def was_late(self) -> bool:
        """Was it acknowledged after its time?"""
        return self.answer is not None and self.answer.made_at > self.until

    def state(self, now: datetime) -> str:
        """attested, due or expired: the words of the pages."""
        if self.answer is not None:
            return "attested"
        return "due" if now <= self.until else "expired"


def cards(on_record: Kept) -> list[Card]:
    """Every scorecard of a clinic, the newest month first."""
    answers = {row.about: row for row in on_record.of(Kind.ACKNOWLEDGEMENT)}
    made = [Card(row, answers.get(row.about)) for row in on_record.of(Kind.SCORECARD)]
    return sorted(made, key=lambda card: card.month, reverse=True)


def tasks(on_record: Kept, today: Today) -> list[Task]:
    """The scorecards that wait for the owner, as tasks of the calendar."""
    return [
        Task(
            key=f"scorecard/{card.month}",
            day=None if today.day > today.of(card.until) else today.of(card.until),
            title=f"Scorecard of {card.month}",
            owner=READER,
            scorecard=card.row.id,
        )
        for card in cards(on_record)
        if card.answer is None
    ]


def document(place: Place, card: Card) -> dict[str, Any]:
    """What stands on a scorecard, as it was frozen."""
    said: dict[str, Any] = json.loads(record(place, Kind.SCORECARD, card.row.id).document)
    return said


def keep(
    home: ControllerHome, clinic: Clinic, month: str, says: dict[str, Any], now: datetime
) -> Record:
    """Freeze the scorecard of a month. AlreadyDone if there is one."""
    with acting(home, By(MADE_BY, "", now)) as books:
        on_record = kept(Place(clinic.org_id).clinic(clinic.id))
        if any(card.month == month for card in cards(on_record)):
            raise AlreadyDone(f"the scorecard of {month} was made before")
        new = New(Kind.SCORECARD, month, FORM, {**says, "month": month}, {"month": month})
        return write(books, clinic, new, "scorecard.make", ("month",))


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a scorecard: a note, which may be empty, and by what right."""

    note: str
    signed_as: str


def acknowledge(home: ControllerHome, place: Place, key: UUID, said: Answer, by: By) -> Record:
    """Say that a scorecard was read. NotThere elsewhere; NotAllowed, AlreadyDone, Refusal."""
    row = record(place, Kind.SCORECARD, key)
    if not said.signed_as:
        raise NotAllowed("only the owner of this practice acknowledges its scorecards")
    try:
        note = fields.clean(said.note)
    except ValueError as error:
        raise Refusal(f"the note: {error}") from error
    with acting(home, by) as books:
        if any(card.month == row.about and card.answer for card in cards(kept(place))):
            raise AlreadyDone(f"the scorecard of {row.about} was acknowledged before")
        data = {"month": row.about, "note": note, "as": said.signed_as}
        body = {**data, "scorecard": row.document, "sha256": row.sha256}
        new = New(Kind.ACKNOWLEDGEMENT, row.about, ANSWER, body, data)
        return write(books, row.clinic, new, "scorecard.acknowledge", ("note",))
