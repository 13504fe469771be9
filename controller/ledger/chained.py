"""Do the reports that are kept of one machine hang together, each naming the one before?

Bytes against the stored hash, and `prev` against the hash before, within an epoch. Signatures and
the log are for `audit verify` and for whoever checks a bundle.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from controller.ledger import queries, raw
from controller.ledger.models import Report
from controller.tenants.scope import Place
from evidence import report
from evidence.errors import EvidenceError

MOST = 500


@dataclass(frozen=True, slots=True)
class Chained:
    """What the newest reports of a machine say of each other.

    `read` of them were held against each other, from `since` to `until`; `broken` says where one
    does not fit, as `epoch:seq`. `leaf`: where the newest stands in the clinic's log.
    """

    read: int
    since: datetime | None
    until: datetime | None
    broken: tuple[str, ...]
    leaf: int | None = None


def chained(place: Place, machine_id: UUID) -> Chained:
    """Hold the newest reports of a machine against each other, 500 at most."""
    rows = queries.reports(place, machine_id).filter(standing="stored", raw__isnull=False)
    newest = list(reversed(rows.defer(None)[:MOST]))
    broken, before = [], None
    for row in newest:
        if not _fits(row, before):
            broken.append(f"{row.epoch}:{row.seq}")
        before = row
    return Chained(
        read=len(newest),
        since=newest[0].received_at if newest else None,
        until=newest[-1].received_at if newest else None,
        broken=tuple(broken),
        leaf=newest[-1].leaf if newest else None,
    )


def _fits(row: Report, before: Report | None) -> bool:
    """Are these the bytes of that hash, and do they name the report before, if it is kept?"""
    try:
        sealed = raw.unpack(bytes(row.raw or b""))
        header = report.read_header(sealed.payload)[0]
    except (EvidenceError, raw.DAMAGED, ValueError):
        return False
    if (sealed.sha, header.epoch, header.seq) != (row.sha, row.epoch, row.seq):
        return False
    is_next = before is not None and (before.epoch, before.seq + 1) == (row.epoch, row.seq)
    return not is_next or before is None or header.prev == before.sha
