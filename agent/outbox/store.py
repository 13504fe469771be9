"""What has been sealed on this machine, and how far has it come?

One row a report, with the very bytes that were signed, and one row for the head of the chain. A
report is `waiting` until the controller's signed receipt makes it `stored` (or `rejected`); the
losing branch of a fork is `orphaned`.

- A row appears and the head moves in one transaction, or neither does.
- Nothing leaves but what is acknowledged, and that only 30 days after the patrol has verified the
  receipt (`proven_at`): a controller restored from a backup can be refilled. What was given up
  stays as long. The days are those of the controller's signed time, never of the clock here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

from agent.errors import OutboxDamaged
from agent.outbox import database
from evidence import envelope
from evidence.chain import Head
from evidence.envelope import Envelope, PayloadType, Signature
from evidence.errors import EvidenceError
from evidence.keys import PublicKey
from evidence.strict_json import INTEGERS_TO

State: TypeAlias = Literal["waiting", "stored", "rejected", "orphaned"]
Place: TypeAlias = tuple[int, int]
"""Epoch and seq: where in the chain a report stands."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS head (
  one INTEGER PRIMARY KEY CHECK (one = 1), anchor TEXT NOT NULL,
  epoch INTEGER, seq INTEGER, hash BLOB);
CREATE TABLE IF NOT EXISTS report (
  epoch INTEGER, seq INTEGER, kind TEXT NOT NULL, hash BLOB NOT NULL, payload BLOB NOT NULL,
  signatures TEXT NOT NULL, sealed_at TEXT NOT NULL, state TEXT NOT NULL, leaf INTEGER, why TEXT,
  proven_at TEXT, PRIMARY KEY (epoch, seq)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS report_waiting ON report (epoch, seq) WHERE state = 'waiting';
"""
_SEALED = "epoch, seq, kind, hash, payload, signatures, sealed_at, state"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A report as it was sealed; `envelope` holds the bytes that are sent."""

    epoch: int
    seq: int
    kind: str
    sha: str
    envelope: Envelope
    sealed_at: datetime
    state: State

    @property
    def place(self) -> Place:
        """Where in the chain it stands."""
        return self.epoch, self.seq

    @property
    def size_bytes(self) -> int:
        """About what it takes in a body of frames."""
        return len(self.envelope.payload) + 512

    def is_signed_by(self, keys: Mapping[str, PublicKey]) -> bool:
        """Will these bytes verify where they are sent? The first signature is the report key's."""
        first = replace(self.envelope, signatures=self.envelope.signatures[:1])
        try:
            envelope.verify(first, keys, {PayloadType.REPORT})
        except EvidenceError:
            return False
        return True


class Outbox:
    """The file `outbox/outbox.sqlite`; errors are OutboxError."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self._link = database.connect(path, _SCHEMA, read_only=read_only)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing: head and reports as of one moment."""
        with database.translated(self.path), database.transaction(self._link):
            yield

    def head(self) -> Head | None:
        """The last sealed report; None when this chain has not been begun here."""
        row = self._one("SELECT epoch, seq, hash FROM head")
        if row is None:
            return None
        epoch, seq, sha = row
        if not (is_count(epoch) and is_count(seq) and isinstance(sha, bytes)):
            raise self._damaged()
        return Head(epoch, seq, sha.hex())

    def anchor(self) -> str | None:
        """Which enrolment these reports belong to."""
        row = self._one("SELECT anchor FROM head")
        return str(row[0]) if row else None

    def begin(self, anchor: str, head: Head) -> None:
        """Set the head without a report: a chain that begins, or an epoch about to."""
        self._do(
            "INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?, ?)",
            (anchor, head.epoch, head.seq, bytes.fromhex(head.sha)),
        )

    def append(self, head: Head, kind: str, sealed: Envelope, at: datetime) -> None:
        """Store a sealed report as waiting and move the head to it; in a transaction."""
        signatures = json.dumps([[s.keyid, s.sig.hex()] for s in sealed.signatures])
        sha = bytes.fromhex(head.sha)
        self._do(
            f"INSERT INTO report ({_SEALED}) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",  # noqa: S608
            (head.epoch, head.seq, kind, sha, sealed.payload, signatures, _text(at)),
        )
        self._do("UPDATE head SET epoch = ?, seq = ?, hash = ?", (head.epoch, head.seq, sha))

    def at(self, place: Place) -> Sealed | None:
        """The report at this place, if it is still kept."""
        where = "WHERE epoch = ? AND seq = ?"
        return next(self._sealed(where, place), None)

    def kept(self) -> Iterator[Sealed]:
        """All that is kept, in chain order."""
        return self._sealed("ORDER BY epoch, seq", ())

    def waiting(self, most: int, most_bytes: int) -> tuple[Sealed, ...]:
        """The next to be sent, in chain order; the first one whatever its size."""
        batch: list[Sealed] = []
        room = most_bytes
        where = "WHERE state = 'waiting' ORDER BY epoch, seq LIMIT ?"
        for sealed in self._sealed(where, (most,)):
            room -= sealed.size_bytes
            if batch and room < 0:
                break
            batch.append(sealed)
        return tuple(batch)

    def newest(self, kind: str, epoch: int) -> Iterator[Sealed]:
        """The reports of a kind in an epoch that have not been refused, the newest first."""
        where = "WHERE kind = ? AND epoch = ? AND state IN ('waiting', 'stored') ORDER BY seq DESC"
        return self._sealed(where, (kind, epoch))

    def all_of(self, kind: str) -> Iterator[Sealed]:
        """Every kept report of a kind, of any epoch and state, the newest first."""
        return self._sealed("WHERE kind = ? ORDER BY epoch DESC, seq DESC", (kind,))

    def is_proven(self, place: Place) -> bool:
        """Has the patrol verified the receipt of this report?"""
        where = "WHERE epoch = ? AND seq = ? AND proven_at IS NOT NULL"
        return self._one(f"SELECT 1 FROM report {where}", place) is not None  # noqa: S608

    def mark(self, place: Place, state: State, leaf: int | None, why: str | None) -> bool:
        """Note what the controller said of a report; False if there is none or it is orphaned."""
        where = "WHERE epoch = ? AND seq = ? AND state != 'orphaned'"
        done = self._do(
            f"UPDATE report SET state = ?, leaf = ?, why = ? {where}",  # noqa: S608
            (state, leaf, why, *place),
        )
        return done > 0

    def rewind(self, after: Place) -> int:
        """Make all that was answered after this place wait again; how many there were."""
        return self._do(
            "UPDATE report SET state = 'waiting', leaf = NULL, why = NULL, proven_at = NULL "
            "WHERE (epoch, seq) > (?, ?) AND state IN ('stored', 'rejected')",
            after,
        )

    def orphan(self, to_epoch: int, at: datetime) -> tuple[str, ...]:
        """Give up waiting for all of these epochs; the hashes of what was given up, in order."""
        where = "state = 'waiting' AND epoch <= ?"
        rows = self._all(
            f"SELECT hash FROM report WHERE {where} ORDER BY epoch, seq",  # noqa: S608
            (to_epoch,),
        )
        self._do(
            f"UPDATE report SET state = 'orphaned', proven_at = ? WHERE {where}",  # noqa: S608
            (_text(at), to_epoch),
        )
        return tuple(row[0].hex() for row in rows)

    def prove(self, place: Place, at: datetime) -> None:
        """Note that the patrol has verified the receipt of this report."""
        self._do(
            "UPDATE report SET proven_at = ? WHERE epoch = ? AND seq = ? AND proven_at IS NULL",
            (_text(at), *place),
        )

    def count(self, state: State) -> int:
        """How many reports are in this state."""
        row = self._one("SELECT count(*) FROM report WHERE state = ?", (state,))
        return int(row[0]) if row else 0

    def size_bytes(self) -> int:
        """What all kept payloads take."""
        row = self._one("SELECT coalesce(sum(length(payload) + 512), 0) FROM report")
        return int(row[0]) if row else 0

    def prune(self, before: datetime | None = None, to_free: int | None = None) -> int:
        """Forget the oldest reports that are proven or given up; the bytes that this gave.

        From the oldest on, without a hole: what is kept is one piece of the chain. Ends at the
        first that is still needed, is not older than `before`, or is the head; and once
        `to_free` bytes are free.
        """
        done_at = "CASE state WHEN 'waiting' THEN NULL ELSE proven_at END"
        rows = self._all(
            f"SELECT epoch, seq, length(payload) + 512, {done_at} FROM report "  # noqa: S608
            "WHERE (epoch, seq) != (SELECT epoch, seq FROM head) ORDER BY epoch, seq",
            (),
        )
        freed, last = 0, None
        for epoch, seq, size, done in rows:
            is_young = before is not None and done is not None and str(done) >= _text(before)
            if done is None or is_young or (to_free is not None and freed >= to_free):
                break
            freed, last = freed + size, (epoch, seq)
        if last:
            self._do("DELETE FROM report WHERE (epoch, seq) <= (?, ?)", last)
        return freed

    def drop_orphans(self) -> int:
        """Forget what was given up; only to save the disk."""
        return self._do("DELETE FROM report WHERE state = 'orphaned'", ())

    def is_whole(self) -> bool:
        """Does SQLite itself find no damage in the file?"""
        return self._all("PRAGMA quick_check(1)", ()) == [("ok",)]

    def close(self) -> None:
        """Let go of the file."""
        self._link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _sealed(self, where: str, values: Iterable[object]) -> Iterator[Sealed]:
        query = f"SELECT {_SEALED} FROM report {where}"  # noqa: S608 - of this file alone
        with database.translated(self.path):
            for row in self._link.execute(query, tuple(values)):
                yield self._read(row)

    def _read(self, row: tuple[Any, ...]) -> Sealed:
        try:
            return _sealed(row)
        except (TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise self._damaged() from error

    def _damaged(self) -> OutboxDamaged:
        return OutboxDamaged(f"{self.path} holds a row that nobody here wrote", database.KEPT)

    def _all(self, query: str, values: Iterable[object]) -> list[tuple[Any, ...]]:
        with database.translated(self.path):
            return self._link.execute(query, tuple(values)).fetchall()

    def _one(self, query: str, values: Iterable[object] = ()) -> tuple[Any, ...] | None:
        with database.translated(self.path):
            row: tuple[Any, ...] | None = self._link.execute(query, tuple(values)).fetchone()
        return row

    def _do(self, query: str, values: Iterable[object]) -> int:
        with database.translated(self.path):
            return self._link.execute(query, tuple(values)).rowcount


def is_count(value: object) -> bool:
    """Could we have counted to it? Then one more is still a number of JSON and of SQLite."""
    return type(value) is int and 0 <= value < INTEGERS_TO // 2


def _sealed(row: tuple[Any, ...]) -> Sealed:
    epoch, seq, kind, sha, payload, signatures, sealed_at, state = row
    signed = tuple(Signature(keyid, bytes.fromhex(sig)) for keyid, sig in json.loads(signatures))
    stored = Envelope(str(PayloadType.REPORT), bytes(payload), signed)
    at = datetime.fromisoformat(sealed_at).astimezone(UTC)
    return Sealed(epoch, seq, kind, sha.hex(), stored, at, state)


def _text(at: datetime) -> str:
    """A time that sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
