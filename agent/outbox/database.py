"""How is a SQLite file of the agent opened, so that a power cut loses nothing committed?

WAL with `synchronous=FULL`, and `fullfsync` where the system has it (macOS); one connection a
process, transactions said out loud. The file goes to the courier's group: patrol and courier
both write it.

- The courier can put anything in its place, and the patrol opens it as root. So whatever is not as
  we make it is damaged, and is set aside: a link, a folder or a pipe in its place or beside it, a
  file beyond any size of ours, a table of another form, and what would run something when it is
  written or read (a trigger, a view, a table made by a module).
- SQLite obeys a rollback journal that lies beside a file, and deletes the file that the journal
  names as its super-journal (sqlite.org/atomiccommit.html, section 5), be it anywhere. We write
  none: one that lies there goes, and until the file is in WAL mode the folder is root's alone.
"""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

from agent import files
from agent.errors import DiskFull, OutboxDamaged, OutboxError

_BUSY_MS = 10_000
_MOST_BYTES = 512 << 20
_LARGEST = 8 << 20
"""Bytes of one value: a report has 256 KiB at most, an answer as JSON twice that."""
_NOT_PLAIN = (
    "SELECT 1 FROM sqlite_schema WHERE (type = 'table' AND sql GLOB 'CREATE TABLE *'"
    " OR type = 'index' AND (sql IS NULL OR sql GLOB 'CREATE INDEX *')) IS NOT TRUE LIMIT 1"
)
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may put beside a file, by the end of the name."""
KEPT = "the next patrol renames and keeps it, and reports go on in a new epoch"


def connect(
    path: Path, schema: str, *, read_only: bool = False, most: int = _MOST_BYTES
) -> sqlite3.Connection:
    """Open the file, or make it with its tables; OutboxError, OutboxDamaged if it is none of ours.

    With its log it has `most` bytes at most.
    """
    if read_only:
        return _opened(path, "ro", None)
    try:
        with files.shut(path.parent):
            _made(path, most)
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


def _made(path: Path, most: int) -> None:
    """Make an empty file where there is none; a journal is nobody's of ours."""
    if sum(_size(path.with_name(path.name + end)) for end in ("", *BESIDE)) > most:
        raise OutboxDamaged(f"{path} has more than {most >> 20} MiB", KEPT)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    with suppress(FileExistsError):
        files.make(path, 0o660, shared=True).close()


def _size(path: Path) -> int:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return 0
    if not stat.S_ISREG(found.st_mode):
        raise OutboxDamaged(f"{path} is no file, or a link to another place", KEPT)
    return found.st_size


def _require_plain(link: sqlite3.Connection) -> None:
    link.execute("PRAGMA trusted_schema = OFF")
    link.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST)
    link.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    link.text_factory = _text
    if link.execute(_NOT_PLAIN).fetchone() is not None:
        raise sqlite3.DatabaseError("it holds more than tables and their indexes")


def _text(stored: bytes) -> str:
    """Text that is no UTF-8 is nobody's of ours: it is read, and then not believed."""
    return stored.decode(errors="replace")


def _require_ours(link: sqlite3.Connection, schema: str) -> None:
    """A change of a table's form needs a step that brings files of before to it."""
    if not _wanted(schema) <= _forms(link):
        raise sqlite3.DatabaseError("its tables have another form")


@cache
def _wanted(schema: str) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as model:
        model.executescript(schema)
        return _forms(model)


def _forms(link: sqlite3.Connection) -> set[tuple[str, str]]:
    """Each table and index with the words that made it, however they were spaced."""
    made = link.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return {(name, " ".join(sql.split())) for name, sql in made}


def _settle(link: sqlite3.Connection, schema: str) -> None:
    if link.execute("PRAGMA journal_mode = WAL").fetchone() != ("wal",):
        raise sqlite3.DatabaseError("it cannot be written ahead of")
    link.execute("PRAGMA synchronous = FULL")
    link.execute("PRAGMA fullfsync = ON")
    link.executescript(schema)
    _require_ours(link, schema)


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
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_ERROR:
            return OutboxDamaged(
                f"{path} is damaged: {error}", "it is renamed and kept; reports go on"
            )
        case _:
            return OutboxError(f"{path} cannot be used: {error}", "run as root, or check the disk")
