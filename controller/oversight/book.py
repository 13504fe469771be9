"""What is on record of a clinic's oversight, and how does one more thing come there?

Each is one transaction: the row, its hash in the clinic's log, and the act in `audit`. What a
person said is kept beside the log as all statements are, so that an evidence bundle carries it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Exists, OuterRef, QuerySet

from controller.errors import NotThere
from controller.ledger.actions import Act, Books, Statement
from controller.oversight.models import Kind, Record
from controller.tenants.models import Clinic
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class Kept:
    """The records of one clinic in the order of their writing, without their documents."""

    rows: tuple[Record, ...] = ()

    def of(self, kind: Kind) -> list[Record]:
        """Those of one kind."""
        return [row for row in self.rows if row.kind == kind]

    def newest(self, kind: Kind) -> Record | None:
        """The last of one kind."""
        return next((row for row in reversed(self.rows) if row.kind == kind), None)


@dataclass(frozen=True, slots=True)
class New:
    """What is to be written: `form` names the document's form, `body` is what it says."""

    kind: Kind
    about: str
    form: str
    body: dict[str, Any]
    data: dict[str, Any]


def kept(place: Place, at: datetime | None = None) -> Kept:
    """What is on record in a place of one clinic, or was at that moment; one query."""
    rows = Record.objects.at(place).defer("document").order_by("made_at", "id")
    return Kept(tuple(rows if at is None else rows.filter(made_at__lte=at)))


def record(place: Place, kind: Kind, key: UUID) -> Record:
    """One record whole; NotThere if it is not in the place."""
    found = Record.objects.at(place).filter(kind=kind, pk=key).first()
    if found is None:
        raise NotThere(f"there is no such {kind} here")
    return found


def waiting(place: Place) -> QuerySet[Record]:
    """The scorecards of a place that nobody has acknowledged."""
    answered = Record.objects.at(Place(place.org)).filter(
        kind=Kind.ACKNOWLEDGEMENT, clinic_id=OuterRef("clinic_id"), about=OuterRef("about")
    )
    return Record.objects.at(place).filter(~Exists(answered), kind=Kind.SCORECARD)


def write(books: Books, clinic: Clinic, new: New, act: str, says: Iterable[str] = ()) -> Record:
    """Write one down. `says` are the names of `data` that stand in `audit` beside the hash."""
    row = Record(
        id=uuid4(),
        org_id=clinic.org_id,
        clinic=clinic,
        kind=new.kind,
        about=new.about,
        data=new.data,
        made_by=books.by.actor,
        made_at=books.by.at,
    )
    whose = {"dentinel": new.form, "id": str(row.id), "clinic": str(clinic.id)}
    when = {"by": row.made_by, "at": row.made_at.isoformat()}
    row.document = json.dumps({**new.body, **whose, **when}, sort_keys=True, separators=(",", ":"))
    data = row.document.encode()
    row.sha256 = hashlib.sha256(data).hexdigest()
    row.save(force_insert=True)
    if new.kind in (Kind.REVIEW, Kind.ACKNOWLEDGEMENT):
        word = act.rpartition(".")[2]
        books.state(row.org_id, clinic.id, Statement("attestation", row.id, word, data))
    after = {"sha256": row.sha256, **{name: new.data[name] for name in says}}
    books.record(row.org_id, clinic.id, Act(act, new.about or str(row.id), after=after))
    return row
