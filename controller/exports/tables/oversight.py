"""What those who answer for the clinics were shown, and what they said: each with its hash."""

from collections.abc import Iterator

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.oversight.models import Record
from controller.people.roles import Permission


def _rows(asked: Asked) -> Iterator[Record]:
    whole = Record.objects.at(asked.place).select_related("clinic").defer("document")
    yield from whole.order_by("clinic__name", "made_at", "id").iterator(chunk_size=CHUNK)


TABLE = Table(
    id="oversight",
    title="Oversight",
    about="Roles that were recorded, scorecards and their acknowledgement, reviews of evidence.",
    needs=Permission.REGISTERS_READ,
    rows=_rows,
    columns=(
        ("clinic", lambda one: one.clinic.name),
        ("what", lambda one: one.kind),
        ("month or bundle", lambda one: one.about),
        ("said", lambda one: one.data.get("role") or one.data.get("found") or ""),
        ("note", lambda one: one.data.get("note") or ""),
        ("by", lambda one: one.made_by),
        ("at", lambda one: one.made_at),
        ("sha256", lambda one: one.sha256),
        ("id", lambda one: str(one.id)),
    ),
)
