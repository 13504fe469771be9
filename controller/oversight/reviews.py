"""Who read the signed evidence of a clinic, when, and what did it show?

45 CFR 164.308(a)(8) asks for a periodic evaluation. The bundle is made by the controller; that it
was read, and what `dentinel verify` said of it, a person says: whoever is named as the clinic's
security official.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.errors import NotAllowed, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import By, acting
from controller.oversight.book import Kept, New, write
from controller.oversight.models import Kind, Record
from controller.paperwork import fields
from controller.tenants.models import Clinic

REVIEWER = "security_official"
FORM = "review/v1"
FOUND = {
    "proven": "PROVEN by dentinel verify",
    "incomplete": "INCOMPLETE by dentinel verify",
    "false": "FALSE by dentinel verify",
    "unchecked": "read, and not verified",
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """The evidence that was read: which file of which period, and when it was made."""

    id: UUID
    sha256: str
    since: datetime
    until: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What its reader says: a word of FOUND, a note, and by what right; empty: by none."""

    found: str
    note: str
    signed_as: str


def of(on_record: Kept, bundle: UUID) -> list[Record]:
    """What was said of a bundle, the newest first."""
    said = (row for row in reversed(on_record.of(Kind.REVIEW)) if row.about == str(bundle))
    return list(said)


def review(home: ControllerHome, clinic: Clinic, of: Bundle, said: Said, by: By) -> Record:
    """Say that evidence was read. NotAllowed for who is not to; Refusal for half a review."""
    if not said.signed_as:
        raise NotAllowed("only the security official of this practice says that it was reviewed")
    note = _note(said)
    data = {
        "found": said.found,
        "made_at": of.made_at.isoformat(),
        "since": of.since.isoformat(),
        "until": of.until.isoformat(),
    }
    body = {
        **data,
        "bundle": str(of.id),
        "bundle_sha256": of.sha256,
        "note": note,
        "as": said.signed_as,
    }
    with acting(home, by) as books:
        new = New(Kind.REVIEW, str(of.id), FORM, body, {**data, "note": note})
        return write(books, clinic, new, "evidence.review", ("found",))


def _note(said: Said) -> str:
    if said.found not in FOUND:
        raise Refusal("what did it show?", help="choose what `dentinel verify` said of it")
    try:
        note = fields.clean(said.note)
    except ValueError as error:
        raise Refusal(f"the note: {error}") from error
    if not note:
        raise Refusal("what did you look at, and what follows?", help="say it in a sentence")
    return note
