"""Every machine that ever joined, also those that have ended."""

from collections.abc import Iterator
from typing import NamedTuple

from controller.exports.tables.base import CHUNK, Asked, Table
from controller.fleet.models import Machine
from controller.fleet.queries import is_silent


class _Row(NamedTuple):
    one: Machine
    is_silent: bool


def _rows(asked: Asked) -> Iterator[_Row]:
    whole = Machine.objects.at(asked.place).select_related("clinic", "site", "visitor")
    for one in whole.order_by("clinic__name", "host", "id").iterator(chunk_size=CHUNK):
        yield _Row(one, is_silent(one, asked.now))


TABLE = Table(
    id="machines",
    title="Machines",
    about="Every machine that ever joined, with its last contact and the counts of its verdicts.",
    rows=_rows,
    columns=(
        ("clinic", lambda row: row.one.clinic.name),
        ("machine", lambda row: row.one.host),
        ("id", lambda row: str(row.one.id)),
        ("state", lambda row: row.one.state),
        ("role", lambda row: row.one.role),
        ("site", lambda row: row.one.site and row.one.site.name),
        ("system", lambda row: f"{row.one.os_family} {row.one.os_version}"),
        ("agent", lambda row: row.one.agent_version),
        ("asked over SSH by", lambda row: row.one.visitor and row.one.visitor.host),
        ("joined", lambda row: row.one.enrolled_at),
        ("ended", lambda row: row.one.ended_at),
        ("disposal", lambda row: row.one.disposal),
        ("last contact", lambda row: row.one.seen_at),
        ("last report", lambda row: row.one.reported_at),
        ("due by", lambda row: row.one.due_by),
        ("silent", lambda row: row.is_silent),
        ("clock", lambda row: row.one.clock_trust),
        ("policy", lambda row: row.one.policy_state),
        ("pack version", lambda row: row.one.pack_version),
        ("pass", lambda row: row.one.n_pass),
        ("fail", lambda row: row.one.n_fail),
        ("error", lambda row: row.one.n_error),
        ("unknown", lambda row: row.one.n_unknown),
        ("not applicable", lambda row: row.one.n_na),
        ("imaging findings", lambda row: row.one.n_findings),
        ("epoch", lambda row: row.one.epoch),
        ("report", lambda row: row.one.head_seq),
        ("report sha256", lambda row: row.one.head_sha),
    ),
)
