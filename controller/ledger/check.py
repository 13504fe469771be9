"""Do the books say what was logged, and does the log say what was signed?

Nothing here can be derived again, so everything is held against something else: the columns of a
line against its bytes, nodes and checkpoints against the lines, rows of `audit`, `document` and
`report` against their lines and each line against its row, all of it against the lock. What is
altered, added or taken away in any table of the ledger is a `Difference`.
"""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger import check_keeping, check_log, raw
from controller.ledger.actions import leaf_of
from controller.ledger.check_log import Difference, Lines
from controller.ledger.lock import CheckpointLock
from controller.ledger.models import Audit, Document, Log, Report
from controller.ledger.sql import to_millisecond
from controller.tenants.scope import Place
from evidence import report
from evidence.errors import EvidenceError
from evidence.leaf import (
    AdminLeaf,
    AttestationLeaf,
    ErasedLeaf,
    ForkLeaf,
    Leaf,
    RejectedLeaf,
    ReportLeaf,
    WaiverLeaf,
)

_STANDINGS: dict[str, type[Leaf]] = {
    "stored": ReportLeaf,
    "rejected": RejectedLeaf,
    "fork": ForkLeaf,
}


@dataclass(frozen=True, slots=True)
class Books:
    """All lines of an org's logs, by the row of their log."""

    place: Place
    logs: dict[UUID, Lines]

    def line(self, log: UUID | None, leaf: int) -> Leaf | None:
        """What a line says, if there is such a line."""
        held = self.logs.get(log) if log else None
        return held.leaves.get(leaf) if held else None


def check(home: ControllerHome, org: UUID) -> list[Difference]:
    """Everything in the ledger of an org that is not what it should be."""
    place, keys = Place(org), Keys.load(home)
    logs = list(Log.objects.at(place).order_by("origin"))
    with closing(CheckpointLock.open(home)) as lock:
        held = {log.id: check_log.read(place, log, keys, lock) for log in logs}
    books = Books(place, held)
    found = [*check_log.check_rows(home, logs), *check_log.check_owners(place, logs)]
    for lines in held.values():
        found += check_log.check(lines, _exported(place, lines))
    for each in (_audit, _documents, _reports):
        found += each(books)
    return [*found, *check_keeping.check(place, held.values())]


def _exported(place: Place, lines: Lines) -> set[int]:
    """The sizes at which somebody was handed this log: their checkpoints are kept for ever."""
    exports = Audit.objects.at(place).filter(action="evidence.export", log_id=lines.log.id)
    return {leaf + 1 for leaf in exports.values_list("leaf", flat=True)}


def _audit(books: Books) -> Iterator[Difference]:
    shown: set[tuple[UUID, int]] = set()
    last = 0
    for row in Audit.objects.at(books.place).order_by("n").iterator():
        if row.n != last + 1:
            yield Difference("audit", f"{last + 1} to {row.n - 1}", "these rows are missing")
        last = row.n
        log = row.log_id or _first_log(books, row.clinic_id)
        said = books.line(log, row.leaf)
        if said != leaf_of(row) or _clinic(books, log) != row.clinic_id:
            yield Difference("audit", str(row.n), "not what was logged of this act")
        elif log is not None:
            shown.add((log, row.leaf))
    yield from _without_row(books, shown, "audit", AdminLeaf)


def _documents(books: Books) -> Iterator[Difference]:
    shown: set[tuple[UUID, int]] = set()
    for row in Document.objects.at(books.place).iterator():
        said = books.line(row.log_id, row.leaf)
        sha = hashlib.sha256(bytes(row.data)).hexdigest()
        named = (row.kind, str(row.document_id), row.act, sha, row.clinic_id)
        is_one = isinstance(said, WaiverLeaf | AttestationLeaf)
        if not is_one or _named(said, _clinic(books, row.log_id)) != named:
            yield Difference(
                "document", f"{row.kind} {row.document_id}", "not what was logged of it"
            )
        else:
            shown.add((row.log_id, row.leaf))
    yield from _without_row(books, shown, "document", WaiverLeaf, AttestationLeaf)


def _named(said: Leaf | None, clinic: UUID | None) -> tuple[object, ...] | None:
    if isinstance(said, WaiverLeaf | AttestationLeaf):
        return (said.kind, said.id, said.act, said.doc, clinic)
    return None


def _reports(books: Books) -> Iterator[Difference]:
    """A leaf is a number within one generation: the row's line is the one of its hash."""
    shown: set[tuple[UUID, int]] = set()
    gone = _erased(books)
    for row in Report.objects.at(books.place).order_by("machine_id", "leaf").iterator():
        at = next((log for log in books.logs if _is_of(row, books.line(log, row.leaf))), None)
        place = f"{row.machine_id} {row.epoch}:{row.seq}"
        if at is None:
            yield Difference("report", place, "not what was logged of it")
            continue
        shown.add((at, row.leaf))
        if row.raw is None and row.standing == "stored" and (at, row.leaf) not in gone:
            yield Difference("report", place, "its content is gone, and no line says that it was")
    yield from _without_row(books, shown, "report", ReportLeaf, RejectedLeaf, ForkLeaf)


def _erased(books: Books) -> set[tuple[UUID, int]]:
    """The lines of which another line says that their payloads were erased."""
    named = {lines.log.origin: log for log, lines in books.logs.items()}
    return {
        (named.get(said.log or "", log), index)
        for log, lines in books.logs.items()
        for said in lines.leaves.values()
        if isinstance(said, ErasedLeaf)
        for index in said.leaves
    }


def _is_of(row: Report, said: Leaf | None) -> bool:
    if not isinstance(said, ReportLeaf | RejectedLeaf | ForkLeaf):
        return False
    if _STANDINGS.get(row.standing) is not type(said):
        return False
    logged = (said.agent, said.epoch, said.seq, said.env, said.at)
    claimed = (
        str(row.machine_id),
        row.epoch,
        row.seq,
        row.sha,
        to_millisecond(row.received_at),
    )
    return logged == claimed and _content(row, said)


def _content(row: Report, said: Leaf) -> bool:
    """Kind, reason and bytes of a row; what is not kept cannot be held against anything.

    What stands for an erased payload stands in no other row.
    """
    if isinstance(said, ReportLeaf) and (said.rk != row.kind or row.why is not None):
        return False
    if isinstance(said, RejectedLeaf) and said.why != row.why:
        return False
    is_erased = row.raw is None and row.standing == "stored"
    if not is_erased and (row.claimed_at is not None or row.host is not None):
        return False
    return row.raw is None or _is_whole(row, bytes(row.raw))


def _is_whole(row: Report, data: bytes) -> bool:
    try:
        if raw.dictionary_of(data) != row.dict_id:
            return False
        sealed = raw.unpack(data)
        return sealed.sha == row.sha and report.read_header(sealed.payload)[0].kind == row.kind
    except (EvidenceError, raw.DAMAGED, ValueError):
        return False


def _without_row(
    books: Books, shown: set[tuple[UUID, int]], table: str, *kinds: type[Leaf]
) -> Iterator[Difference]:
    """Lines whose row is not there: it was deleted, or no longer says so."""
    for log, lines in books.logs.items():
        for index, said in lines.leaves.items():
            if isinstance(said, kinds) and (log, index) not in shown:
                what = "its row is missing, or is not what was logged"
                yield Difference(table, f"line {index} of {lines.log.origin}", what)


def _first_log(books: Books, clinic: UUID | None) -> UUID | None:
    """Rows of the first release name no log: there was one a clinic then."""
    mine = [each.log for each in books.logs.values() if each.log.clinic_id == clinic]
    return min(mine, key=lambda log: log.generation).id if mine else None


def _clinic(books: Books, log: UUID | None) -> UUID | None:
    return books.logs[log].log.clinic_id if log in books.logs else None
