"""How does a line come into a log, and what is signed after it?

RFC 6962 trees, one a clinic and one an org. Works on any cursor, in the transaction of whoever
calls: intake's writer and Django's actions share it.

- The right edge is read back from the tables and the root folded from it, never from memory: two
  public logs died of flipped bits (Yeti 2022, Nessie 2024).
- Nodes are perfect subtrees; only every third level is stored, and what lies between is folded
  from up to four of them, or of the lines: a seventh of the rows, for the same number of queries.
- A database that is older than the lock says signs nothing (controller.ledger.lock).
- `settle` moves the lock and comes after COMMIT, before anybody is answered.
- A checkpoint has the time of its last line, and where the day of the lines changes there is one.
  Lines of one transaction may be of several times: they came when they came, waited for their
  turn, and the controller's clock may have been set back meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from controller.identity.secrets import Keys
from controller.ledger import log_keys, passing
from controller.ledger.lock import CheckpointLock, Held, LockAhead
from controller.ledger.sql import Cursor, hex_id, instant, moment
from evidence import merkle
from evidence.checkpoint import Checkpoint

_LEVEL_SHIFT = 48
_STEP = 3
_CHECKPOINTS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A leaf to be: the bytes that are hashed, and what to find it by.

    `at` is the time that stands in it, if that may be another than that of the transaction.
    """

    kind: str
    line: bytes
    machine: str | None = None
    epoch: int | None = None
    seq: int | None = None
    env: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """A log as its row says; ids as they stand in columns."""

    org: str
    id: str
    uuid: UUID
    generation: int
    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class Appended:
    """Where the first of the lines went, and what was signed over the log with them."""

    first: int
    checkpoint: Checkpoint
    note: str


def log_of(cursor: Cursor, org: str, clinic: str | None) -> LogRow:
    """The newest generation of a clinic's log, or with None of the org's own."""
    whose = "clinic_id IS NULL" if clinic is None else "clinic_id = %s"
    cursor.execute(
        f"SELECT id, uuid, generation, origin, size FROM log WHERE org_id = %s AND {whose}"  # noqa: S608 - no value in it
        " ORDER BY generation DESC LIMIT 1",
        (org,) if clinic is None else (org, clinic),
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"org {org} has no log for clinic {clinic}")
    return LogRow(org, hex_id(row[0]), UUID(hex_id(row[1])), *row[2:])


def checkpoint_note(cursor: Cursor, log: LogRow) -> str:
    """The note that was signed over a log as it stands; LookupError while it is empty."""
    cursor.execute(
        "SELECT note FROM checkpoint WHERE org_id = %s AND log_id = %s AND size = %s",
        (log.org, log.id, log.size),
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"the log {log.origin} has no checkpoint at its size {log.size}")
    return str(row[0])


def open_log(cursor: Cursor, org: UUID, clinic: UUID | None, uuid: UUID, names: str) -> str:
    """Insert a new, empty log; its origin. One a clinic and one an org.

    `names` is what the names of all logs of this controller begin with.
    """
    origin = f"{names}/{uuid}/1"
    cursor.execute(
        "INSERT INTO log (id, org_id, clinic_id, uuid, generation, origin, size, state)"
        " VALUES (%s, %s, %s, %s, 1, %s, 0, 'open')",
        (uuid.hex, org.hex, clinic.hex if clinic else None, uuid.hex, origin),
    )
    return origin


class Appender:
    """Appends within one transaction; `settle` after it was committed."""

    def __init__(self, cursor: Cursor, keys: Keys, lock: CheckpointLock, at: datetime) -> None:
        self._cursor = cursor
        self._keys = keys
        self._lock = lock
        self._at = at
        self._signed: list[Checkpoint] = []

    def append(self, log: LogRow, lines: Sequence[Line]) -> Appended:
        """Store the lines and their nodes, sign a checkpoint over the whole; there is one at least.

        One more is signed at each change of the day between them.
        """
        days = [[*of] for _, of in groupby(lines, lambda line: self._time(line).date())]
        grown = log
        for of in days:
            appended = self._append(grown, of)
            grown = replace(grown, size=appended.checkpoint.size)
        self._signed.append(appended.checkpoint)
        return replace(appended, first=log.size)

    def _append(self, log: LogRow, lines: Sequence[Line]) -> Appended:
        before = merkle.Frontier(log.size, edge(self._cursor, log, log.size))
        self._require_whole(log, before)
        self._store(log, before, lines)
        size, at = log.size + len(lines), self._time(lines[-1])
        root = merkle.root_from(edge(self._cursor, log, size))
        checkpoint = Checkpoint(log.origin, size, root)
        note = checkpoint.sign(*log_keys.signing_keys(self._cursor, self._keys, log, at))
        self._keep(log, checkpoint, note, at)
        return Appended(log.size, checkpoint, note)

    def _time(self, line: Line) -> datetime:
        return line.at or self._at

    def settle(self, lock: CheckpointLock) -> None:
        """Remember outside the database what was signed; after COMMIT."""
        for signed in self._signed:
            lock.move(signed.origin, signed.size, signed.root)
        self._signed.clear()

    def _require_whole(self, log: LogRow, before: merkle.Frontier) -> None:
        held = self._lock.held(log.origin)
        if held is None and log.size == 0:
            self._lock.begin(log.origin, merkle.EMPTY_ROOT)
            return
        if held is not None and held.size == log.size and held.root == before.root:
            return
        if held is not None and held.size < log.size and agrees(self._cursor, log, held):
            return
        raise LockAhead(
            f"the log {log.origin} holds {log.size} entries here, and"
            f" {held.size if held else 'an unknown number'} were signed: this database is an old"
            " or altered copy",
            help="run `dentinel-controller restore --in-place`, which opens a new generation",
        )

    def _store(self, log: LogRow, frontier: merkle.Frontier, lines: Sequence[Line]) -> None:
        nodes: list[tuple[str, str, int, bytes]] = []
        for line in lines:
            frontier, made = frontier.append(merkle.leaf_hash(line.line))
            nodes += [
                (log.org, log.id, level << _LEVEL_SHIFT | index, value)
                for level, index, value in made
                if is_stored(level)
            ]
        self._cursor.executemany(
            "INSERT INTO log_entry (org_id, log_id, idx, kind, machine_id, epoch, seq, env, line)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (log.org, log.id, idx, of.kind, of.machine, of.epoch, of.seq, of.env, of.line)
                for idx, of in enumerate(lines, log.size)
            ],
        )
        self._cursor.executemany(
            "INSERT INTO log_node (org_id, log_id, k, hash) VALUES (%s, %s, %s, %s)", nodes
        )

    def _keep(self, log: LogRow, checkpoint: Checkpoint, note: str, at: datetime) -> None:
        self._forget_passing_ones(log, at)
        self._cursor.execute(
            "INSERT INTO checkpoint (rowid, org_id, log_id, size, note, root, at, keep)"  # noqa: S608
            f" VALUES ({passing.passes('checkpoint')}, %s, %s, %s, %s, %s, %s, %s)",
            (
                log.org,
                log.id,
                checkpoint.size,
                note,
                checkpoint.root.hex(),
                moment(at),
                False,
            ),
        )
        self._cursor.execute(
            "UPDATE log SET size = %s WHERE org_id = %s AND id = %s",
            (checkpoint.size, log.org, log.id),
        )

    def _forget_passing_ones(self, log: LogRow, at: datetime) -> None:
        """On the first of a day: the last of the day before stays, others go after a week."""
        self._cursor.execute(
            "SELECT at FROM checkpoint WHERE org_id = %s AND log_id = %s AND size = %s",
            (log.org, log.id, log.size),
        )
        row = self._cursor.fetchone()
        if row is None or instant(row[0]).date() == at.date():
            return
        self._cursor.execute(
            f"UPDATE checkpoint SET rowid = {passing.stays('checkpoint')}, keep = %s"  # noqa: S608
            " WHERE org_id = %s AND log_id = %s AND size = %s",
            (True, log.org, log.id, log.size),
        )
        self._cursor.execute(
            "DELETE FROM checkpoint WHERE org_id = %s AND log_id = %s AND keep = %s AND at < %s",
            (log.org, log.id, False, moment(self._at - _CHECKPOINTS_KEPT)),
        )


def agrees(cursor: Cursor, log: LogRow, held: Held | None) -> bool:
    """Does a log hold all that the lock says was signed? It may be ahead of the lock, by a crash.

    A log of which the lock knows nothing must be empty.
    """
    if held is None:
        return log.size == 0
    if held.size > log.size:
        return False
    return held.size == 0 or merkle.root_from(edge(cursor, log, held.size)) == held.root


def edge(cursor: Cursor, log: LogRow, size: int) -> tuple[bytes, ...]:
    """The perfect subtrees of the first `size` leaves, largest first, from the tables."""
    return tuple(node(cursor, log, level, index) for level, index in merkle.frontier_nodes(size))


def is_stored(level: int) -> bool:
    """Do hashes of that level stand in the table? Those of level 0 are made of the lines."""
    return level > 0 and level % _STEP == 0


def node(cursor: Cursor, log: LogRow, level: int, index: int) -> bytes:
    """The hash over a perfect subtree. LookupError if a line or node that it needs is missing."""
    rise = level % _STEP
    hashes = _below(cursor, log, level - rise, range(index << rise, (index + 1) << rise))
    if len(hashes) != 1 << rise:
        raise LookupError(f"the log {log.origin} has no node at level {level}, index {index}")
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [merkle.node_hash(left, right) for left, right in pairs]
    return hashes[0]


def _below(cursor: Cursor, log: LogRow, level: int, indices: range) -> list[bytes]:
    """What is stored of a level for these indices, in order."""
    if level == 0:
        cursor.execute(
            "SELECT line FROM log_entry WHERE org_id = %s AND log_id = %s"
            " AND idx >= %s AND idx < %s ORDER BY idx",
            (log.org, log.id, indices.start, indices.stop),
        )
        return [merkle.leaf_hash(bytes(said)) for (said,) in cursor.fetchall()]
    first = level << _LEVEL_SHIFT
    cursor.execute(
        "SELECT hash FROM log_node WHERE org_id = %s AND log_id = %s"
        " AND k >= %s AND k < %s ORDER BY k",
        (log.org, log.id, first | indices.start, (first | indices.start) + len(indices)),
    )
    return [bytes(value) for (value,) in cursor.fetchall()]


def line(cursor: Cursor, log: LogRow, index: int) -> bytes:
    """One stored line, byte for byte. LookupError if it is not there."""
    cursor.execute(
        "SELECT line FROM log_entry WHERE org_id = %s AND log_id = %s AND idx = %s",
        (log.org, log.id, index),
    )
    row = cursor.fetchone()
    if row is None:
        raise LookupError(f"the log {log.origin} has no line {index}")
    return bytes(row[0])
