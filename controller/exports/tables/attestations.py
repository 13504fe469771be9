"""Every statement that a person signed, also those that were replaced or rejected."""

from collections.abc import Iterator

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.paperwork import signers
from controller.paperwork.models import Attestation
from controller.people.roles import Permission


def _rows(asked: Asked) -> Iterator[Attestation]:
    whole = Attestation.objects.at(asked.place).select_related("clinic")
    yield from whole.order_by("-signed_at", "id").iterator(chunk_size=CHUNK)


TABLE = Table(
    id="attestations",
    title="Statements",
    about="What people signed: never a measurement. Also what was replaced or rejected since.",
    needs=Permission.REGISTERS_READ,
    rows=_rows,
    columns=(
        ("clinic", lambda one: one.clinic.name),
        ("statement", lambda one: one.title),
        ("kind", lambda one: one.kind),
        ("about", lambda one: one.subject_name),
        ("controls", lambda one: " ".join(one.controls)),
        ("result", lambda one: one.result),
        ("reason", lambda one: one.reason),
        ("performed on", lambda one: one.performed_on),
        ("valid until", lambda one: one.valid_until),
        ("scope", lambda one: one.scope),
        ("document", lambda one: one.doc_where),
        ("document sha256", lambda one: one.doc_sha),
        ("signed by", lambda one: one.signed_by),
        ("signed as", lambda one: signers.in_words(one.signed_as)),
        ("signed", lambda one: one.signed_at),
        ("replaces", lambda one: one.replaces and str(one.replaces)),
        ("id", lambda one: str(one.id)),
        ("rejected", lambda one: one.rejected_at),
        ("rejected by", lambda one: one.rejected_by),
        ("rejected because", lambda one: one.rejected_why),
    ),
)
