"""What is known of every file in the imaging folders?

Tables in `local.sqlite`, which never leaves the machine: per file its id, size, times and verdict,
so that a sweep opens only what has changed. A path is kept for findings alone.

- A damaged file is put aside and begun anew (tables.py): a sweep finds everything again, under new
  ids.
- Every act is in a transaction that `commit` or the end of the `with` closes.
"""

import contextlib
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.imaging import upheaval
from agent.imaging.carried import Carried
from agent.imaging.findings import FileId, Findings, Place, Subject, Told
from agent.imaging.identity import Identity
from agent.imaging.integrity import Sums
from agent.imaging.judgement import Judgement
from agent.imaging.shelter import Outcome
from agent.imaging.sweeps import Sweep, Sweeps
from agent.imaging.tables import opened
from agent.imaging.upheaval import Upheavals

_RECORD = (
    "INSERT INTO imaging_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET root = excluded.root, size = excluded.size,"
    " modified_ns = excluded.modified_ns, changed_ns = excluded.changed_ns,"
    " links = excluded.links,"
    " verdict = excluded.verdict, kind = excluded.kind, reason = excluded.reason,"
    " names = excluded.names, identity = excluded.identity, judged_at = excluded.judged_at,"
    " in_part = excluded.in_part, mark = excluded.mark"
)
_KNOWN = (
    "SELECT root, size, modified_ns, changed_ns, links, verdict, kind, reason, in_part"
    " FROM imaging_file WHERE "
)
_RETRIED = frozenset(("locked", "denied", "error", "all_zero", "placeholder"))


@dataclass(frozen=True, slots=True)
class Stamp:
    """Size and times of a file: while they stay, so does its verdict."""

    size: int
    modified_ns: int
    changed_ns: int
    links: int = 1

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """Of a file; a new or lost name changes it too."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_nlink)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was judged: where it lies, what it is, and what that means there.

    `in_part`: in a part of its root that is carried away while the rest is not.
    """

    root: str
    file: FileId
    stamp: Stamp
    path: str
    judgement: Judgement
    outcome: Outcome
    identity: Identity | None = None
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger knows of a file already; some verdicts are not final and asked again."""

    root: str
    stamp: Stamp
    told: Told
    in_part: bool = False

    @property
    def is_final(self) -> bool:
        """Will the same bytes give the same verdict next time?"""
        return self.told.reason not in _RETRIED


@dataclass(frozen=True, slots=True)
class Tally:
    """Files of a root on one device that have the same verdict."""

    device: int
    verdict: str
    reason: str
    identity: str | None
    files: int
    names_exposed: int
    in_part: bool = False


class Ledger:
    """The ledger of one machine."""

    def __init__(
        self, database: sqlite3.Connection, clock: Callable[[], float], new_id: Callable[[], str]
    ) -> None:
        self._db = database
        self.now = clock
        self.findings = Findings(database, new_id)
        self.sweeps = Sweeps(database)
        self.upheavals = Upheavals(database)
        self.sums = Sums(database)
        self.carried = Carried(database)

    @classmethod
    def open(
        cls,
        path: Path,
        clock: Callable[[], float] = time.time,
        new_id: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> Self:
        """The ledger in `local.sqlite`, made if it is not there. LedgerError if it cannot be."""
        return cls(opened(path), clock, new_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        with contextlib.closing(self._db):
            if error is None:
                self._db.commit()

    def commit(self) -> None:
        """Close the transaction."""
        self._db.commit()

    def close(self) -> None:
        """Let the file go; what was not committed is lost."""
        self._db.close()

    def known(self, file: FileId) -> Known | None:
        """What the ledger knows of a file."""
        return self._known("device = ? AND inode = ?", (file.device, file.inode))

    def _known(self, where: str, values: tuple[object, ...]) -> Known | None:
        row = self._db.execute(_KNOWN + where, values).fetchone()
        if row is None:
            return None
        return Known(row[0], Stamp(*row[1:5]), Told(*row[5:8]), bool(row[8]))

    def _replaced(self, entry: Entry) -> Known | None:
        """The file that lay at a path before another was renamed over it."""
        where = "mark = ? AND root = ? AND NOT (device = ? AND inode = ?) ORDER BY judged_at DESC"
        mark = self.upheavals.mark(entry.path)
        return self._known(where, (mark, entry.root, entry.file.device, entry.file.inode))

    def record(self, entry: Entry) -> bool:
        """Write down what a file is; did a finding open, close or change by it?"""
        now, judged, stamp = self.now(), entry.judgement, entry.stamp
        whose = entry.identity.state if entry.identity else None
        told = Told(judged.verdict, judged.kind, judged.reason)
        before = self.findings.at(entry.path)
        if before is not None and before.file != entry.file:
            self._forget(before.file, entry.path)
        place = (entry.file.device, entry.file.inode, entry.root)
        more = (judged.names_exposed, whose, now, now, entry.in_part)
        mark = self.upheavals.mark(entry.path)
        seen = (stamp.size, stamp.modified_ns, stamp.changed_ns, stamp.links)
        self._db.execute(_RECORD, (*place, *seen, *astuple(told), *more, mark))
        if entry.outcome in ("exposed", "unproven"):
            return self.findings.open(Subject(entry.root, entry.file, entry.path, told), now)
        return self.findings.fixed(entry.file, entry.path, now)

    def met_at(self, known: Known, file: FileId, path: str) -> bool:
        """A file that is as it was lies at this path: its finding, if it has one, moves along."""
        finding = self.findings.of(file)
        if finding is None or finding.path == path:
            return False
        return self.findings.open(Subject(known.root, file, path, known.told), self.now())

    def gone(self, path: str) -> bool:
        """Nothing lies at a path any more, nor below it; did a finding close by it?"""
        for file in self.findings.files_at(path):
            self._forget(file, path)
        return self.findings.gone(path, self.now())

    def _forget(self, file: FileId, path: str) -> None:
        """Drop a file whose only name is lost; one with other names waits for a sweep."""
        sql = "DELETE FROM imaging_file WHERE device = ? AND inode = ? AND links < 2"
        if not self.findings.is_elsewhere(file, path):
            self._db.execute(sql, (file.device, file.inode))

    def note_change(self, known: Known | None, entry: Entry) -> None:
        """Is it a sign that somebody turns files into ciphertext, or leaves a note of it?"""
        judged, now = entry.judgement, self.now()
        add = partial(self.upheavals.add, entry.root)
        known = self._replaced(entry) or known
        if known is None:
            stem = Path(entry.path).with_suffix("")
            if upheaval.is_opaque(judged) and stem.suffix:
                add("born", str(stem), now)
            swept = self.sweeps.last(entry.root) is not None
            if swept and judged.kind == "text" and judged.verdict == "plaintext":
                self.upheavals.note(entry.root, entry.path, entry.stamp.size, now)
        elif upheaval.is_recognised(known.told.verdict, known.told.kind) and upheaval.is_opaque(
            judged
        ):
            add("turned", entry.path, now)

    def end_sweep(self, root: str, sweep: Sweep) -> bool:
        """A whole root was walked: forget what is gone; did a finding close by it?"""
        self.sweeps.end(root, sweep)
        changed = self.findings.gone_files(root, self.now())
        self.findings.forget(self.now())
        self._db.commit()
        return changed

    def shelter(self, place: Place, verdicts: Collection[str]) -> bool:
        """What shelters a place changed: `verdicts` are findings there now, others none."""
        return self.findings.shelter(place, verdicts, self.now())

    def tally(self, root: str) -> Iterator[Tally]:
        """The files of a root, counted by device, verdict, reason and identity."""
        rows = self._db.execute(
            "SELECT device, verdict, reason, identity, count(*), sum(names), in_part"
            " FROM imaging_file WHERE root = ?"
            " GROUP BY device, verdict, reason, identity, in_part",
            (root,),
        )
        return (Tally(*row) for row in rows)

    def stand_by(self, mark: str) -> bool:
        """Were files judged by these labels? If not, what labels may answer is judged anew.

        What was stated is unknown until then: a word that has ended is believed no longer.
        """
        row = self._db.execute("SELECT mark FROM imaging_labels").fetchone()
        if row == (mark,):
            return True
        self._db.execute("DELETE FROM imaging_labels")
        self._db.execute("INSERT INTO imaging_labels VALUES (?)", (mark,))
        self._db.execute(
            "UPDATE imaging_file SET size = -1, verdict = 'unknown',"
            " reason = CASE reason WHEN 'stated' THEN 'opaque' ELSE reason END"
            " WHERE verdict = 'unknown' OR reason = 'stated'"
        )
        return False

    def older_than(self, root: str, moment: float) -> int:
        """How many files of a root were last changed before a moment (epoch seconds)?"""
        sql = "SELECT count(*) FROM imaging_file WHERE root = ? AND modified_ns < ?"
        return int(self._db.execute(sql, (root, int(moment * 1e9))).fetchone()[0])

    def retain(self, roots: set[str]) -> bool:
        """Forget the folders that the settings do not name any more."""
        stored = {row[0] for row in self._db.execute("SELECT DISTINCT root FROM imaging_file")}
        for root in stored - roots:
            self.sweeps.forget(root)
            self.findings.gone_files(root, self.now())
        return bool(stored - roots)
