"""What has the last whole sweep of each folder met?

Between `begin` and `end` every file that is met is noted in memory; what was not met then is no
more. Places are the file systems on which a folder has files, each with what sheltered it when
that was last looked at.
"""

import sqlite3
from dataclasses import astuple, dataclass

from agent.imaging.findings import FileId

TABLES = """
CREATE TABLE IF NOT EXISTS imaging_place (
    root TEXT NOT NULL, device INTEGER NOT NULL, folder BLOB NOT NULL, shelter TEXT NOT NULL,
    PRIMARY KEY (root, device)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imaging_sweep (
    root TEXT PRIMARY KEY, began_at REAL NOT NULL, ended_at REAL NOT NULL,
    denied INTEGER NOT NULL, excluded INTEGER NOT NULL, parts TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
"""
_FORGET_UNMET = (
    "DELETE FROM imaging_file WHERE root = ? AND NOT EXISTS (SELECT 1 FROM met m"
    " WHERE m.device = imaging_file.device AND m.inode = imaging_file.inode)"
)


@dataclass(frozen=True, slots=True)
class Sweep:
    """The last finished sweep of a whole root: folders that were shut, files that are excluded.

    `parts` marks which parts of it were known to be carried away.
    """

    began_at: float
    ended_at: float
    denied: int
    excluded: int
    parts: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A file system with files of a root: a folder on it, and what sheltered it last."""

    device: int
    folder: bytes
    shelter: str


class Sweeps:
    """The sweeps in the ledger."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._db = database
        self._walked: str | None = None
        self._stayed: set[FileId] = set()

    def begin(self, root: str) -> None:
        """From now on every file of this root that is met is noted."""
        self._db.commit()
        self._db.execute("DROP TABLE IF EXISTS temp.met")
        self._db.execute(
            "CREATE TEMP TABLE met (device INTEGER, inode INTEGER, PRIMARY KEY (device, inode))"
            " WITHOUT ROWID"
        )
        self._walked, self._stayed = root, set()

    def met(self, file: FileId) -> bool:
        """Note a file; False if this sweep met it before, under another name."""
        values = (file.device, file.inode)
        return self._db.execute("INSERT OR IGNORE INTO met VALUES (?, ?)", values).rowcount > 0

    def stays(self, root: str, file: FileId) -> None:
        """A file was seen otherwise while a sweep of its root is on: it is not to be forgotten."""
        if root == self._walked:
            self._stayed.add(file)

    def end(self, root: str, sweep: Sweep) -> None:
        """A whole root was walked. What was not met is forgotten, unless a folder was shut."""
        for file in self._stayed:
            self.met(file)
        self._walked, self._stayed = None, set()
        if sweep.denied == 0:
            self._db.execute(_FORGET_UNMET, (root,))
        self._db.execute(
            "DELETE FROM imaging_place WHERE root = ? AND device NOT IN (SELECT device FROM met)",
            (root,),
        )
        values = (root, *astuple(sweep))
        self._db.execute("REPLACE INTO imaging_sweep VALUES (?, ?, ?, ?, ?, ?)", values)

    def last(self, root: str) -> Sweep | None:
        """The last sweep of a root that came to its end."""
        sql = "SELECT began_at, ended_at, denied, excluded, parts FROM imaging_sweep WHERE root = ?"
        row = self._db.execute(sql, (root,)).fetchone()
        return None if row is None else Sweep(*row)

    def note(self, root: str, site: Site) -> None:
        """A root has files on this file system, and this shelters them."""
        values = (root, site.device, site.folder, site.shelter)
        self._db.execute("REPLACE INTO imaging_place VALUES (?, ?, ?, ?)", values)

    def sites(self, root: str) -> tuple[Site, ...]:
        """The file systems on which a root has files."""
        sql = "SELECT device, folder, shelter FROM imaging_place WHERE root = ?"
        return tuple(Site(*row) for row in self._db.execute(sql, (root,)))

    def forget(self, root: str) -> None:
        """The settings do not name this folder any more."""
        self._db.execute("DELETE FROM imaging_file WHERE root = ?", (root,))
        self._db.execute("DELETE FROM imaging_place WHERE root = ?", (root,))
        self._db.execute("DELETE FROM imaging_sweep WHERE root = ?", (root,))
