"""Which files are readable or unproven where they lie, and under which id are they spoken of?

An id is random and belongs to a place: while a file at that path stays exposed it keeps its id,
also when it is written anew; a moved file gets a new one. The path is kept here and nowhere else,
until 30 days after the finding was closed.

- A file that became exposed because its volume changed has an id and no path: `show` finds it by
  its file id.
- Ids are not derived from anything: a hash of a name could be tested against a list of patients.
"""

import json
import os
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, replace
from typing import Any, Literal, Self, TypeAlias

from rules.facts.imaging import ExposedVerdict, FileKind, FileReason

TABLES = """
CREATE TABLE IF NOT EXISTS imaging_finding (
    id TEXT PRIMARY KEY, root TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    path BLOB, verdict TEXT NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    state TEXT NOT NULL, opened_at REAL NOT NULL, closed_at REAL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS imaging_finding_file ON imaging_finding (device, inode);
CREATE INDEX IF NOT EXISTS imaging_finding_path ON imaging_finding (path) WHERE path IS NOT NULL;
CREATE INDEX IF NOT EXISTS imaging_finding_age ON imaging_finding (root, state, opened_at);
CREATE TABLE IF NOT EXISTS imaging_reveal (
    number INTEGER PRIMARY KEY AUTOINCREMENT, finding TEXT NOT NULL, at REAL NOT NULL,
    sealed INTEGER NOT NULL DEFAULT 0
);
"""
_KEPT_SECONDS = 30 * 86400
_IN_PART = (
    "EXISTS (SELECT 1 FROM imaging_file f WHERE f.device = imaging_finding.device"
    " AND f.inode = imaging_finding.inode AND f.in_part)"
)
_FIELDS = "id, root, device, inode, path, verdict, kind, reason, state, opened_at"
_SELECT = f"SELECT {_FIELDS}, {_IN_PART} FROM imaging_finding WHERE "  # noqa: S608 - all constant
_IN_PLACE = f"root = ? AND device = ? AND {_IN_PART} = ?"
_ELSE = f"{_IN_PLACE} AND verdict NOT IN (SELECT value FROM json_each(?))"  # noqa: S608 - constant
_OPEN_IN_PLACE = f"SELECT count(*) FROM imaging_finding WHERE state = 'open' AND {_IN_PLACE}"  # noqa: S608
_CLOSE = "UPDATE imaging_finding SET state = ?, closed_at = ? WHERE state = 'open' AND "
_BELOW = "(path = ? OR (path > ? AND path < ?))"
_OTHER_NAMES = (
    "UPDATE imaging_finding SET path = NULL WHERE state = 'open'"
    " AND (path = ? OR (path > ? AND path < ?)) AND EXISTS (SELECT 1 FROM imaging_file f"
    " WHERE f.device = imaging_finding.device AND f.inode = imaging_finding.inode AND f.links > 1)"
)
_LISTED = "root = ? AND (state = 'open' OR closed_at >= ?)"
_NOT_IN_LEDGER = (
    "root = ? AND NOT EXISTS (SELECT 1 FROM imaging_file f"
    " WHERE f.device = imaging_finding.device AND f.inode = imaging_finding.inode)"
)
_OPEN_ON_VOLUME = (
    "INSERT INTO imaging_finding (id, root, device, inode, verdict, kind, reason, state, opened_at)"
    " SELECT lower(hex(randomblob(16))), root, device, inode, verdict, kind, reason, 'open', ?"
    " FROM imaging_file f WHERE root = ? AND device = ? AND in_part = ?"
    " AND verdict IN (SELECT value FROM json_each(?))"
    " AND NOT EXISTS (SELECT 1 FROM imaging_finding g"
    " WHERE g.device = f.device AND g.inode = f.inode AND g.state = 'open')"
)

State: TypeAlias = Literal["open", "fixed", "gone"]


@dataclass(frozen=True, slots=True)
class FileId:
    """A file as its file system knows it, whatever its name."""

    device: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> Self:
        """As SQLite keeps whole numbers: of 64 bits, the highest one its sign."""
        return cls(_signed(status.st_dev), _signed(status.st_ino))


@dataclass(frozen=True, slots=True)
class Place:
    """The files of a root on one file system, in the parts that are carried away, or outside."""

    root: str
    device: int
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a file outside its machine."""

    verdict: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The file that a finding is about, as it is now."""

    root: str
    file: FileId
    path: str
    told: Told


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of this machine; `path` stays on it.

    `in_part`: in a part of its root that is carried away.
    """

    id: str
    root: str
    file: FileId
    path: str | None
    verdict: ExposedVerdict
    kind: FileKind
    reason: FileReason
    state: State
    opened_at: float
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Reveal:
    """Somebody asked for the path behind a finding."""

    number: int
    finding: str
    at: float


class Findings:
    """The findings in the ledger. Every act says whether anything changed."""

    def __init__(self, database: sqlite3.Connection, new_id: Callable[[], str]) -> None:
        self._db = database
        self._new_id = new_id

    def open(self, subject: Subject, now: float) -> bool:
        """The file is exposed or unproven: keep its finding, or give it one."""
        known = self.at(subject.path) or self.of(subject.file)
        if known is not None and known.path is not None and known.path != subject.path:
            if _is(known.path, known.file):
                return self._update(known, subject, known.path)  # a hard link: one file
            self._close("gone", "id = ?", (known.id,), now)
            known = None
        if known is not None:
            return self._update(known, subject, subject.path)
        self._db.execute(
            "INSERT INTO imaging_finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, NULL)",
            (self._new_id(), subject.root, *_place(subject), *astuple(subject.told), now),
        )
        return True

    def fixed(self, file: FileId, path: str, now: float) -> bool:
        """The file is safe where it lies: by its id, or by what lay at its path before."""
        by_path = self._close("fixed", "path = ?", (os.fsencode(path),), now)
        by_file = "device = ? AND inode = ?"
        return self._close("fixed", by_file, (file.device, file.inode), now) or by_path

    def files_at(self, path: str) -> list[FileId]:
        """The files with open findings at a path and below it."""
        sql = "SELECT device, inode FROM imaging_finding WHERE state = 'open' AND "
        return [FileId(*row) for row in self._db.execute(sql + _BELOW, _reach(path))]

    def is_elsewhere(self, file: FileId, path: str) -> bool:
        """Is there an open finding about a file that lies neither at a path nor below it?

        Numbers of files are given anew: what lay here may be what lies there by now.
        """
        sql = "SELECT 1 FROM imaging_finding WHERE device = ? AND inode = ? AND state = 'open'"
        other = f" AND (path IS NULL OR NOT {_BELOW})"
        return bool(self._db.execute(sql + other, (*astuple(file), *_reach(path))).fetchone())

    def gone(self, path: str, now: float) -> bool:
        """Nothing lies at a path any more, nor below it; a file with other names stays open."""
        self._db.execute(_OTHER_NAMES, _reach(path))
        return self._close("gone", _BELOW, _reach(path), now)

    def gone_files(self, root: str, now: float) -> bool:
        """Close what is about files that the ledger does not know any more."""
        return self._close("gone", _NOT_IN_LEDGER, (root,), now)

    def shelter(self, place: Place, verdicts: Iterable[str], now: float) -> bool:
        """What shelters a place changed: these verdicts are findings there now, others none."""
        words = json.dumps(list(verdicts))
        fixed = self._close("fixed", _ELSE, (*astuple(place), words), now)
        opened = self._db.execute(_OPEN_ON_VOLUME, (now, *astuple(place), words))
        return fixed or opened.rowcount > 0

    def get(self, finding: str) -> Finding | None:
        """The finding with this id, whatever its state."""
        return self._one("id = ?", (finding,))

    def listed(self, root: str, most: int, closed_after: float) -> list[Finding]:
        """The newest of a root: open ones, then those that were closed after a moment."""
        newest = _LISTED + " ORDER BY state = 'open' DESC, opened_at DESC LIMIT ?"
        rows = self._db.execute(_SELECT + newest, (root, closed_after, most))
        return [_finding(row) for row in rows]

    def count(self, root: str, closed_after: float) -> int:
        """How many `listed` would give without a limit."""
        sql = "SELECT count(*) FROM imaging_finding WHERE "
        return int(self._db.execute(sql + _LISTED, (root, closed_after)).fetchone()[0])

    def open_on(self, place: Place) -> int:
        """How many open findings there are in a place."""
        return int(self._db.execute(_OPEN_IN_PLACE, astuple(place)).fetchone()[0])

    def forget(self, now: float) -> None:
        """Drop what was closed 30 days ago, paths and all."""
        self._db.execute("DELETE FROM imaging_finding WHERE closed_at < ?", (now - _KEPT_SECONDS,))

    def reveal(self, finding: str, now: float) -> None:
        """Note that somebody was shown the path; the next patrol seals it."""
        self._db.execute("INSERT INTO imaging_reveal (finding, at) VALUES (?, ?)", (finding, now))

    def reveals(self) -> tuple[Reveal, ...]:
        """What was shown and is not sealed yet."""
        rows = self._db.execute("SELECT number, finding, at FROM imaging_reveal WHERE NOT sealed")
        return tuple(Reveal(*row) for row in rows)

    def revealed(self, numbers: Iterable[int]) -> None:
        """They are sealed."""
        self._db.executemany(
            "UPDATE imaging_reveal SET sealed = 1 WHERE number = ?", [(n,) for n in numbers]
        )

    def at(self, path: str) -> Finding | None:
        """The open finding about what lies at a path."""
        return self._one("path = ? AND state = 'open'", (os.fsencode(path),))

    def of(self, file: FileId) -> Finding | None:
        """The open finding about a file."""
        where = "device = ? AND inode = ? AND state = 'open'"
        return self._one(where, (file.device, file.inode))

    def _one(self, where: str, values: tuple[object, ...]) -> Finding | None:
        row = self._db.execute(_SELECT + where + " LIMIT 1", values).fetchone()
        return None if row is None else _finding(row)

    def _update(self, known: Finding, subject: Subject, path: str) -> bool:
        self._db.execute(
            "UPDATE imaging_finding SET device = ?, inode = ?, path = ?, verdict = ?, kind = ?,"
            " reason = ?, root = ? WHERE id = ?",
            (*_place(replace(subject, path=path)), *astuple(subject.told), subject.root, known.id),
        )
        was = Told(known.verdict, known.kind, known.reason)
        return (subject.told, subject.root) != (was, known.root)

    def _close(self, state: State, where: str, values: tuple[object, ...], now: float) -> bool:
        return self._db.execute(_CLOSE + where, (state, now, *values)).rowcount > 0


def _reach(path: str) -> tuple[bytes, bytes, bytes]:
    """A path, and the bounds of all that lies below it."""
    below = os.fsencode(path.rstrip(os.sep) + os.sep)
    return os.fsencode(path), below, below[:-1] + bytes([below[-1] + 1])


def _place(subject: Subject) -> tuple[int, int, bytes]:
    return subject.file.device, subject.file.inode, os.fsencode(subject.path)


def _is(path: str, file: FileId) -> bool:
    """Does this path still name this file?"""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return FileId.of(status) == file


def _signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


def _finding(row: tuple[Any, ...]) -> Finding:
    name, root, device, inode, path, *told = row
    where = None if path is None else os.fsdecode(path)
    return Finding(name, root, FileId(device, inode), where, *told)
