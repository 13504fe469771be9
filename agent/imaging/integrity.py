"""Has the content of an image changed while its size and time did not?

Opt-in for a folder of the settings: archives, where nothing should change any more. A pass reads
whole files, a thirtieth of the folder a day, and keeps a keyed BLAKE2b of each; what is read again
after a month has to give the same. A disk that rots, and a hand that puts the time back, both show.

- The sums stay in the local store, and so does the key: a sum without it tells nothing.
- What changed openly (its size or time did) begins anew; what changed silently stays counted until
  it is as it was, changes openly, is gone, or somebody accepts it.
- A file that cannot be read whole, or changes meanwhile, is left for the next pass.
"""

import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b

from agent.imaging.findings import FileId
from agent.imaging.opening import Refused, octets

TABLES = """
CREATE TABLE IF NOT EXISTS imaging_sum (
    device INTEGER NOT NULL, inode INTEGER NOT NULL, root TEXT NOT NULL, size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, digest BLOB NOT NULL, at REAL NOT NULL, changed INTEGER NOT NULL,
    PRIMARY KEY (device, inode)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imaging_sum_pass (root TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imaging_sum_key (key BLOB NOT NULL);
"""
DAY = 86_400.0
ROUND_DAYS = 30
STALE_DAYS = ROUND_DAYS + 5
_PASS_SECONDS = 20 * 3600.0
_LEAST_BYTES = 256 << 20
_DIGEST = 16
_FORGET_UNKNOWN = (
    "DELETE FROM imaging_sum WHERE root = ? AND NOT EXISTS (SELECT 1 FROM imaging_file f"
    " WHERE f.device = imaging_sum.device AND f.inode = imaging_sum.inode)"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one folder: files with a sum, those that changed silently, and what is missing to know.

    `unsummed`: files that the last pass did not come to; `stale`: sums older than a round.
    """

    summed: int
    changed: int
    unsummed: int
    stale: int


@dataclass(frozen=True, slots=True)
class Compared:
    """A copy beside what was summed: the same, other or new, and what the copy does not have."""

    same: int
    other: int
    missing: int
    unread: int


class Sums:
    """The sums in the ledger."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._key: bytes | None = None

    def is_due(self, root: str, now: float, *, at_leisure: bool = True) -> bool:
        """Is it about a day since the last pass? Two, if the practice works."""
        row = self._db.execute("SELECT at FROM imaging_sum_pass WHERE root = ?", (root,)).fetchone()
        return row is None or not 0 <= now - row[0] < (
            _PASS_SECONDS if at_leisure else 2 * _PASS_SECONDS
        )

    def take(
        self,
        root: str,
        files: Iterable[tuple[str, os.stat_result]],
        now: float,
    ) -> Iterator[None]:
        """One pass over the files of a folder, as far as a day's share of it goes, in steps."""
        left = self._share(root)
        for path, status in files:
            if left <= 0:
                break
            yield
            if self._is_due(FileId.of(status), status, now):
                left -= status.st_size
                self._sum(root, path, status, now)
        self._db.execute("REPLACE INTO imaging_sum_pass VALUES (?, ?)", (root, now))
        self._db.execute(_FORGET_UNKNOWN, (root,))
        self._db.commit()

    def _share(self, root: str) -> int:
        sql = "SELECT coalesce(sum(size), 0) FROM imaging_file WHERE root = ?"
        total = int(self._db.execute(sql, (root,)).fetchone()[0])
        return max(_LEAST_BYTES, total // ROUND_DAYS)

    def _is_due(self, file: FileId, status: os.stat_result, now: float) -> bool:
        row = self._row(file)
        if row is None or row[4] or row[:2] != (status.st_size, status.st_mtime_ns):
            return True
        return not 0 <= now - row[3] < (ROUND_DAYS - 1) * DAY

    def _sum(self, root: str, path: str, status: os.stat_result, now: float) -> None:
        file, digest = FileId.of(status), self.digest(path)
        try:
            after = os.lstat(path)
        except (OSError, ValueError):
            return
        stamp = (status.st_size, status.st_mtime_ns)
        if digest is None or (after.st_size, after.st_mtime_ns) != stamp:
            return
        row = self._row(file)
        if row is not None and row[:2] == stamp and row[2] != digest:
            self._db.execute(
                "UPDATE imaging_sum SET changed = 1, at = ? WHERE device = ? AND inode = ?",
                (now, file.device, file.inode),
            )
            return
        self._db.execute(
            "REPLACE INTO imaging_sum VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (file.device, file.inode, root, *stamp, digest, now, False),
        )

    def _row(self, file: FileId) -> tuple[int, int, bytes, float, int] | None:
        row: tuple[int, int, bytes, float, int] | None = self._db.execute(
            "SELECT size, modified_ns, digest, at, changed FROM imaging_sum"
            " WHERE device = ? AND inode = ?",
            (file.device, file.inode),
        ).fetchone()
        return row

    def standing(self, root: str, now: float) -> Standing:
        """What is known of a folder."""
        summed, changed, stale = self._db.execute(
            "SELECT count(*), coalesce(sum(changed), 0), coalesce(sum(at < ?), 0)"
            " FROM imaging_sum WHERE root = ?",
            (now - STALE_DAYS * DAY, root),
        ).fetchone()
        passed = self._db.execute(
            "SELECT at FROM imaging_sum_pass WHERE root = ?", (root,)
        ).fetchone()
        unsummed = self._db.execute(
            "SELECT count(*) FROM imaging_file f WHERE root = ? AND first_seen <= ?"
            " AND NOT EXISTS (SELECT 1 FROM imaging_sum s"
            " WHERE s.device = f.device AND s.inode = f.inode)",
            (root, passed[0] if passed else now),
        ).fetchone()[0]
        return Standing(summed, changed, unsummed, stale)

    def accept(self, root: str) -> int:
        """Take the files that changed silently as they are: the next pass sums them anew."""
        done = self._db.execute("DELETE FROM imaging_sum WHERE root = ? AND changed", (root,))
        self._db.commit()
        return done.rowcount

    def compare(self, root: str, paths: Iterable[str]) -> Compared:
        """Files of a copy beside what was summed, by their content alone."""
        rows = self._db.execute("SELECT digest FROM imaging_sum WHERE root = ?", (root,))
        known = Counter(row[0] for row in rows)
        same = other = unread = 0
        for path in paths:
            digest = self.digest(path)
            if digest is None:
                unread += 1
            elif known[digest] > 0:
                known[digest] -= 1
                same += 1
            else:
                other += 1
        return Compared(same, other, known.total(), unread)

    def digest(self, path: str) -> bytes | None:
        """The keyed sum of a whole file; None if it cannot be read."""
        summing = blake2b(digest_size=_DIGEST, key=self._secret())
        try:
            for chunk in octets(path):
                summing.update(chunk)
        except Refused:
            return None
        return summing.digest()

    def _secret(self) -> bytes:
        if self._key is None:
            row = self._db.execute("SELECT key FROM imaging_sum_key").fetchone()
            self._key = bytes(row[0]) if row else secrets.token_bytes(32)
            if row is None:
                self._db.execute("INSERT INTO imaging_sum_key VALUES (?)", (self._key,))
        return self._key
