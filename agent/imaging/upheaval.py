"""Have many files of a folder turned into something opaque, or vanished, at once?

What ransomware does, seen from outside: known images whose bytes become ciphertext where they lie,
also as another file that is renamed over the old one, or that vanish while the same name with one
ending more appears. It is a signal and never an act: nothing is stopped, and a nightly conversion
looks the same. A volume that is unlocked protects nothing here, however well it is encrypted.

- Signs are kept for a day, as keyed marks: no name, and no hash that a list of names could be
  tested against without the key of this ledger.
- Suspected: 20 files in 3 folders within 10 minutes, or 80 % of a smaller root; 5 are enough when
  a text of one name and size appears in 3 folders beside them, as a demand for ransom does. By
  itself such a text tells nothing: programs leave one in every patient's folder.
- It stays suspected for a week after the last sign.
"""

import os
import secrets
import sqlite3
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import blake2b
from pathlib import Path
from typing import Literal, TypeAlias

from agent.imaging.judgement import Judgement

TABLES = """
CREATE TABLE IF NOT EXISTS imaging_sign (
    number INTEGER PRIMARY KEY, root TEXT NOT NULL, at REAL NOT NULL, sort TEXT NOT NULL,
    mark BLOB NOT NULL, folder BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS imaging_upheaval (
    root TEXT PRIMARY KEY, since REAL NOT NULL, last REAL NOT NULL, files INTEGER NOT NULL,
    note INTEGER NOT NULL, expected INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imaging_key (key BLOB NOT NULL);
"""
WINDOW_SECONDS = 600.0
FILES, FOLDERS = 20, 3
SHARE = 0.8
LEAST = 5
"""Files of which four in five can tell anything: in a folder of two, any change is most of it."""

_KEPT_SECONDS = 86_400.0
_SUSPECTED_SECONDS = 7 * 86_400.0
_MOST = 50_000
_CUT = (
    "DELETE FROM imaging_sign WHERE root = ? AND number < (SELECT number FROM imaging_sign"
    " WHERE root = ? ORDER BY number DESC LIMIT 1 OFFSET ?)"
)
_RECOGNISED = frozenset(
    ("dicom", "dicomdir", "image", "mesh", "pdf", "office", "text", "mail", "database", "video")
)

Sort: TypeAlias = Literal["turned", "gone", "born", "note"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One file that changed so; `mark` is of its path, of the path it had, or of name and size."""

    at: float
    sort: str
    mark: bytes
    folder: bytes


@dataclass(frozen=True, slots=True)
class Upheaval:
    """What was seen of one root, or of all; moments in epoch seconds."""

    since: float
    last: float
    files: int
    note: bool
    expected: bool


def is_recognised(verdict: str, kind: str) -> bool:
    """Was it a file whose loss would be one? Known, and readable by who has it."""
    return verdict != "unknown" and kind in _RECOGNISED


def is_opaque(judgement: Judgement) -> bool:
    """Is it what ransomware leaves behind?"""
    opaque = judgement.verdict == "unknown" and judgement.reason in ("opaque", "contradiction")
    return opaque or judgement.verdict == "encrypted"


def suspected(signs: Iterable[Sign], files: int) -> Upheaval | None:
    """The first window that is too much; `files` is how many the root has.

    The number of files is that of all signs since the window began.
    """
    window: deque[Sign] = deque()
    found: Upheaval | None = None
    for sign in sorted(signs, key=lambda one: one.at):
        window.append(sign)
        while sign.at - window[0].at > WINDOW_SECONDS:
            window.popleft()
        lost, folders, note = _told(window)
        enough = lost >= FILES and folders >= FOLDERS
        most = files <= FILES / SHARE and lost >= max(LEAST, SHARE * files)
        note = note and lost >= LEAST
        if enough or most or note:
            before = found or Upheaval(window[0].at, sign.at, 0, note=False, expected=False)
            told = max(before.files, lost)
            found = Upheaval(before.since, sign.at, told, before.note or note, expected=False)
    return found


def _told(window: Iterable[Sign]) -> tuple[int, int, bool]:
    """Files lost, folders they were in, and whether one text appeared in several folders."""
    by_sort: dict[str, set[tuple[bytes, bytes]]] = {}
    for sign in window:
        by_sort.setdefault(sign.sort, set()).add((sign.mark, sign.folder))
    nothing: set[tuple[bytes, bytes]] = set()
    gone, born = by_sort.get("gone", nothing), by_sort.get("born", nothing)
    lost = by_sort.get("turned", nothing) | (gone & born)
    notes = Counter(mark for mark, _ in by_sort.get("note", nothing))
    return len(lost), len({folder for _, folder in lost}), max(notes.values(), default=0) >= FOLDERS


def within(batch: tuple[time, time] | None, at: float) -> bool:
    """Does a moment lie in the hours in which the practice converts files itself? Local time."""
    if batch is None:
        return False
    clock = datetime.fromtimestamp(at, UTC).astimezone().time()
    first, last = batch
    return first <= clock < last if first <= last else clock >= first or clock < last


class Upheavals:
    """The signs in the ledger."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._secret: bytes | None = None
        self._fresh = 0

    def stirred(self) -> bool:
        """Were so many signs added since this last said so that somebody should weigh them?"""
        enough = self._fresh >= FILES
        self._fresh = 0 if enough else self._fresh
        return enough

    def note(self, root: str, path: str, size: int, now: float) -> None:
        """A new text lies there."""
        name = f"{Path(path).name}\0{size}"
        self._add(root, "note", self.mark(name), path, now)

    def add(self, root: str, sort: Sort, path: str, now: float) -> None:
        """A file turned or is gone; or one is born whose name is a longer one of `path`."""
        self._fresh += sort != "gone"
        self._add(root, sort, self.mark(path), path, now)

    def _add(self, root: str, sort: Sort, mark: bytes, path: str, now: float) -> None:
        folder = self.mark(str(Path(path).parent))
        self._db.execute(
            "INSERT INTO imaging_sign (root, at, sort, mark, folder) VALUES (?, ?, ?, ?, ?)",
            (root, now, sort, mark, folder),
        )

    def weigh(self, root: str, files: int, batch: tuple[time, time] | None, now: float) -> None:
        """Look over the signs of a root; forget those of yesterday and what is long past."""
        self._db.execute("DELETE FROM imaging_sign WHERE at < ?", (now - _KEPT_SECONDS,))
        self._db.execute(_CUT, (root, root, _MOST))
        self._db.execute(
            "DELETE FROM imaging_upheaval WHERE root = ? AND last < ?",
            (root, now - _SUSPECTED_SECONDS),
        )
        rows = self._db.execute(
            "SELECT at, sort, mark, folder FROM imaging_sign WHERE root = ?", (root,)
        )
        found = suspected((Sign(*row) for row in rows), files)
        if found is None:
            return
        expected = within(batch, found.since) and within(batch, found.last)
        self._db.execute(
            "INSERT INTO imaging_upheaval VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " last = max(last, excluded.last), files = max(files, excluded.files),"
            " note = max(note, excluded.note), expected = min(expected, excluded.expected)",
            (root, found.since, found.last, found.files, found.note, expected),
        )

    def all(self) -> Upheaval | None:
        """What is suspected of any root, in sum; expected only if all of it is."""
        row = self._db.execute(
            "SELECT min(since), max(last), sum(files), max(note), min(expected)"
            " FROM imaging_upheaval"
        ).fetchone()
        if row[0] is None:
            return None
        return Upheaval(row[0], row[1], row[2], bool(row[3]), bool(row[4]))

    def mark(self, text: str) -> bytes:
        """What stands for a path or a name: without the key of this ledger it tells nothing."""
        if self._secret is None:
            row = self._db.execute("SELECT key FROM imaging_key").fetchone()
            self._secret = row[0] if row else secrets.token_bytes(32)
            if row is None:
                self._db.execute("INSERT INTO imaging_key VALUES (?)", (self._secret,))
        data = os.fsencode(text)
        return blake2b(data, digest_size=8, key=self._secret).digest()
