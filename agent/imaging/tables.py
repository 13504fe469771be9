"""How is the file of the ledger opened, made, brought up to date, and begun anew if it is damaged?

Tables in `local.sqlite`, which never leaves the machine.
"""

import contextlib
import os
import sqlite3
from pathlib import Path

from agent.errors import LedgerError
from agent.imaging import carried, findings, integrity, sweeps, upheaval

_FILES = """
CREATE TABLE IF NOT EXISTS imaging_file (
    device INTEGER NOT NULL, inode INTEGER NOT NULL, root TEXT NOT NULL, size INTEGER NOT NULL,
    modified_ns INTEGER NOT NULL, changed_ns INTEGER NOT NULL, links INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    kind TEXT NOT NULL, reason TEXT NOT NULL, names INTEGER NOT NULL, identity TEXT,
    first_seen REAL NOT NULL, judged_at REAL NOT NULL, in_part INTEGER NOT NULL DEFAULT 0,
    mark BLOB,
    PRIMARY KEY (device, inode)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imaging_labels (mark TEXT NOT NULL);
"""
_LATER = (
    ("imaging_file", "in_part", "INTEGER NOT NULL DEFAULT 0"),
    ("imaging_file", "mark", "BLOB"),
    ("imaging_sweep", "parts", "TEXT NOT NULL DEFAULT ''"),
)
"""Columns that a ledger of an earlier release has not."""

_WAIT = 10.0
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def opened(path: Path) -> sqlite3.Connection:
    """The database at a path, put aside and begun anew if it is damaged. LedgerError."""
    try:
        return _database(path)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in _DAMAGED:
            raise _refused(path) from error
    with contextlib.suppress(OSError):
        for suffix in ("", "-wal", "-shm"):
            file = path.with_name(path.name + suffix)
            file.replace(path.with_name(f"{path.name}.damaged{suffix}"))
    try:
        return _database(path)
    except sqlite3.DatabaseError as error:
        raise _refused(path) from error


def _database(path: Path) -> sqlite3.Connection:
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path, _WAIT)
    rooms = (findings, sweeps, upheaval, integrity, carried)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA temp_store = MEMORY")
        database.executescript(_FILES + "".join(room.TABLES for room in rooms))
        _bring_up(database)
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _bring_up(database: sqlite3.Connection) -> None:
    for table, column, form in _LATER:
        known = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        if column not in known:
            database.execute(f"ALTER TABLE {table} ADD COLUMN {column} {form}")
    database.execute("CREATE INDEX IF NOT EXISTS imaging_file_mark ON imaging_file (mark)")
    database.commit()


def _refused(path: Path) -> LedgerError:
    return LedgerError(
        f"the local store {path} cannot be read or written",
        "run as the user who owns it, or as root; is the disk full?",
    )
