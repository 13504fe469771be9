"""Every file that lay readable, by the random id that its machine gave it: no name, no path."""

from collections.abc import Iterator

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.findings.models import Finding


def _rows(asked: Asked) -> Iterator[Finding]:
    whole = Finding.objects.at(asked.place).select_related("machine", "clinic")
    yield from whole.order_by("-known_from", "finding_id").iterator(chunk_size=CHUNK)


TABLE = Table(
    id="findings",
    title="Imaging findings",
    about="Files that lie or lay readable: closed words only, never a name or a path.",
    rows=_rows,
    columns=(
        ("clinic", lambda one: one.clinic.name),
        ("machine", lambda one: one.machine.host),
        ("finding", lambda one: one.finding_id),
        ("folder", lambda one: one.root),
        ("use of the folder", lambda one: one.role),
        ("verdict", lambda one: one.verdict),
        ("kind", lambda one: one.kind),
        ("reason", lambda one: one.reason),
        ("disk", lambda one: one.volume),
        ("reach", lambda one: one.reach),
        ("state", lambda one: one.state),
        ("observed from", lambda one: one.observed_from),
        ("observed to", lambda one: one.observed_to),
        ("known from", lambda one: one.known_from),
        ("known to", lambda one: one.known_to),
    ),
)
