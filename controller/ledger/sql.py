"""How do values stand in the tables, for the SQL that is written by hand?

One text of SQL serves Django's cursor, psycopg's, and sqlite3's: placeholders are `%s`, ids are 32
hex digits, times UTC text as Django itself writes them into SQLite. So plain SQL and the ORM read
each other's rows.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, Self, TypeAlias
from uuid import UUID

Row: TypeAlias = tuple[Any, ...]


class Cursor(Protocol):
    """What is asked of a cursor, whoever made it."""

    def execute(self, sql: str, params: Sequence[Any] = ..., /) -> object: ...
    def executemany(self, sql: str, params: Sequence[Sequence[Any]], /) -> object: ...
    def fetchone(self) -> Any: ...  # noqa: ANN401
    def fetchall(self) -> list[Any]: ...


class PercentCursor(sqlite3.Cursor):
    """sqlite3's cursor, for SQL with `%s`."""

    def execute(self, sql: str, params: Any = (), /) -> Self:  # noqa: ANN401
        """Run one statement."""
        super().execute(sql.replace("%s", "?"), params)
        return self

    def executemany(self, sql: str, params: Iterable[Any], /) -> Self:
        """Run one statement for each row of parameters."""
        super().executemany(sql.replace("%s", "?"), params)
        return self


def connect(path: Path, *, synchronous: str = "FULL") -> sqlite3.Connection:
    """A connection to an SQLite file: WAL, explicit transactions, 10 s of patience."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    for pragma in (
        "journal_mode=WAL",
        f"synchronous={synchronous}",
        "fullfsync=ON",
        "mmap_size=268435456",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def cursor(connection: sqlite3.Connection) -> PercentCursor:
    """A cursor for SQL with `%s`."""
    return connection.cursor(PercentCursor)


def marks(values: Sequence[Any]) -> str:
    """As many placeholders as there are values: `%s,%s,%s`."""
    return ",".join(["%s"] * len(values))


def to_millisecond(at: datetime) -> datetime:
    """The time, cut to what the tables keep of it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def moment(at: datetime) -> str:
    """A time to the millisecond, as it stands in a column."""
    return str(to_millisecond(at.astimezone(UTC)).replace(tzinfo=None))


def instant(column: str | datetime) -> datetime:
    """Read such a column back, whatever engine it comes from."""
    return _instant(column) if isinstance(column, str) else column.astimezone(UTC)


@lru_cache(maxsize=4096)
def _instant(column: str) -> datetime:
    """The rows of a machine share few times: most verdicts began with its first report."""
    return datetime.fromisoformat(column).replace(tzinfo=UTC)


def hex_id(value: UUID | str) -> str:
    """An id as it stands in a column."""
    return value.hex if isinstance(value, UUID) else UUID(value).hex
