"""How does a statement come into the books, and how is one rejected?

Each is one transaction: the row, the document byte for byte with its hash in the clinic's log, and
the act in `audit`.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from controller.errors import AlreadyDone, NotAllowed, NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, Statement, acting
from controller.paperwork.drafts import Draft
from controller.paperwork.models import Attestation
from controller.paperwork.sightings import look
from controller.paperwork.subjects import Subject
from controller.tenants.scope import Place
from rules.compiled.attestation import Attestation as Kind
from rules.compiled.rule import Pack

FORM = "attestation/v1"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is signed: which kind of which pack, about what, and by what right."""

    place: Place
    clinic: UUID
    kind: Kind
    pack: Pack
    subject: Subject
    signed_as: str


def sign(home: ControllerHome, signing: Signing, draft: Draft, by: By) -> Attestation:
    """Sign a statement; it replaces the newest of its kind and subject.

    NotAllowed for who has no right to it: `signed_as` is empty.
    """
    if not signing.signed_as:
        raise NotAllowed("this statement is not yours to sign")
    with acting(home, by) as books:
        look(signing.place, by.at)
        row = _row(signing, draft, by)
        row.replaces = _newest(signing)
        row.save(force_insert=True)
        act = "renew" if row.replaces else "sign"
        data = document(row)
        books.state(row.org_id, row.clinic_id, Statement("attestation", row.id, act, data))
        told = {"kind": row.kind, "subject": row.subject_name, "result": row.result}
        books.record(row.org_id, row.clinic_id, Act(f"attestation.{act}", str(row.id), after=told))
    return row


def reject(home: ControllerHome, place: Place, statement: UUID, why: str, by: By) -> Attestation:
    """Say of a statement that it does not hold. NotThere elsewhere; Refusal without a reason."""
    if not why.strip():
        raise Refusal("why does it not hold?", help="say it in a sentence; it stays on record")
    with acting(home, by) as books:
        row = Attestation.objects.at(place).filter(pk=statement).first()
        if row is None:
            raise NotThere("there is no such statement here")
        if row.rejected_at is not None:
            raise AlreadyDone("it was rejected before")
        row.rejected_at, row.rejected_by, row.rejected_why = by.at, by.actor, why.strip()[:500]
        row.save(update_fields=["rejected_at", "rejected_by", "rejected_why"])
        said = Statement("attestation", row.id, "reject", document(row))
        books.state(row.org_id, row.clinic_id, said)
        told = {"kind": row.kind, "subject": row.subject_name, "why": row.rejected_why}
        books.record(row.org_id, row.clinic_id, Act("attestation.reject", str(row.id), after=told))
    return row


def document(row: Attestation) -> bytes:
    """A statement as one line of JSON: what the log holds the hash of, and the bundle carries."""
    return json.dumps(_wire(row), sort_keys=True, separators=(",", ":")).encode()


def _row(signing: Signing, draft: Draft, by: By) -> Attestation:
    kind, pack = signing.kind, signing.pack
    return Attestation(
        id=uuid4(),
        org_id=signing.place.org,
        clinic_id=signing.clinic,
        kind=kind.id,
        pack=pack.pack,
        pack_version=pack.version,
        title=kind.title,
        controls=list(kind.controls),
        owner_role=kind.owner,
        subject=signing.subject.id,
        subject_name=signing.subject.name,
        doc_sha=draft.doc_sha,
        doc_where=draft.doc_where,
        performed_on=draft.performed_on,
        valid_until=draft.valid_until,
        scope=draft.scope,
        result=draft.result,
        reason=draft.reason,
        fields=draft.fields,
        signed_by=by.actor,
        signed_as=signing.signed_as,
        signed_at=by.at,
    )


def _newest(signing: Signing) -> UUID | None:
    earlier = Attestation.objects.at(signing.place).filter(
        clinic_id=signing.clinic, kind=signing.kind.id, subject=signing.subject.id
    )
    return earlier.order_by("-signed_at").values_list("id", flat=True).first()


def _wire(row: Attestation) -> dict[str, Any]:
    rejected = row.rejected_at and {
        "at": row.rejected_at.isoformat(),
        "by": row.rejected_by,
        "why": row.rejected_why,
    }
    return {
        "dentinel": FORM,
        "id": str(row.id),
        "kind": row.kind,
        "pack": row.pack,
        "pack_version": row.pack_version,
        "controls": row.controls,
        "clinic": str(row.clinic_id),
        "title": row.title,
        "owner_role": row.owner_role,
        "subject": {"id": row.subject, "name": row.subject_name} if row.subject else None,
        "doc": {"sha256": row.doc_sha or None, "where": row.doc_where or None},
        "performed_on": row.performed_on.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "scope": row.scope,
        "result": row.result,
        "reason": row.reason,
        "fields": row.fields,
        "signed_by": row.signed_by,
        "signed_as": row.signed_as,
        "signed_at": row.signed_at.isoformat(),
        "replaces": row.replaces and str(row.replaces),
        "rejected": rejected or None,
    }
