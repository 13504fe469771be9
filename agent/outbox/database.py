"""How is a SQLite file of the agent opened, so that a power cut loses nothing committed?

WAL with `synchronous=FULL`, and `fullfsync` where the system has it (macOS); one connection a
process, transactions said out loud. The file goes to the courier's group: patrol and courier
both write it.

- The courier can put anything in its place, and the patrol opens it as root. So a link is not
  followed, and a file that would run something when it is written or read (a trigger, a view, a
  table made by a module) is damaged, whatever it holds.
- SQLite obeys a rollback journal that lies beside a file, and deletes the file that the journal
  names as its super-journal (sqlite.org/atomiccommit.html, section 5), be it anywhere. We write
  none: one that lies there goes, and until the file is in WAL mode the folder is root's alone.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agent import files
from agent.errors import DiskFull, OutboxDamaged, OutboxError

_BUSY_MS = 10_000
_NOT_PLAIN = (
    "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index')"
    " OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1"
)
KEPT = "the next patrol renames and keeps it, and reports go on in a new epoch"


def connect(path: Path, schema: str, *, read_only: bool = False) -> sqlite3.Connection:
    """Open the file, or make it with its tables; OutboxError, OutboxDamaged if it is none."""
    if read_only:
        return _opened(path, "ro", None)
    try:
        with files.shut(path.parent):
            _made(path)
            return _opened(path, "rw", schema)
    except TimeoutError as error:
        raise OutboxError(f"{path} is held by another process", "try again in a minute") from error
    except OSError as error:
        raise OutboxError(
            f"{path} cannot be made: {error.strerror}", "run as root, or check the disk"
        ) from error


def _opened(path: Path, mode: str, schema: str | None) -> sqlite3.Connection:
    with translated(path):
        link = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=_BUSY_MS / 1000,
        )
        try:
            _require_plain(link)
            if schema is not None:
                _settle(link, schema)
        except BaseException:
            link.close()
            raise
    return link


def _made(path: Path) -> None:
    """Make an empty file where there is none; a journal is nobody's of ours."""
    if path.is_symlink():
        raise OutboxDamaged(f"{path} is a link to another place", KEPT)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    with suppress(FileExistsError):
        files.make(path, 0o660, shared=True).close()


def _require_plain(link: sqlite3.Connection) -> None:
    link.execute("PRAGMA trusted_schema = OFF")
    if link.execute(_NOT_PLAIN).fetchone() is not None:
        raise sqlite3.DatabaseError("it holds more than tables and their indexes")


def _settle(link: sqlite3.Connection, schema: str) -> None:
    if link.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise sqlite3.DatabaseError("it cannot be written ahead of")
    link.execute("PRAGMA synchronous = FULL")
    link.execute("PRAGMA fullfsync = ON")
    link.executescript(schema)


@contextmanager
def transaction(link: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; takes the write lock at once, so that what is read stays true."""
    link.execute("BEGIN IMMEDIATE")
    try:
        yield
        link.execute("COMMIT")
    except BaseException:
        if link.in_transaction:  # on a full disk SQLite has rolled back by itself
            link.execute("ROLLBACK")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, each with what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise _operational(path, error) from error
    except sqlite3.DatabaseError as error:
        raise OutboxDamaged(f"{path} is damaged: {error}", KEPT) from error


def _operational(path: Path, error: sqlite3.OperationalError) -> OutboxError:
    match error.sqlite_errorcode & 0xFF:
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"{path} cannot grow: the disk is full", "make room on this disk")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return OutboxError(f"{path} is held by another process", "try again in a minute")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return OutboxDamaged(
                f"{path} is damaged: {error}", "it is renamed and kept; reports go on"
            )
        case _:
            return OutboxError(f"{path} cannot be used: {error}", "run as root, or check the disk")
