"""The room of rows that pass is used again, and what stays lies close together."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from controller.ledger import passing

WEEKS, A_WEEK = 40, 30


@pytest.fixture
def books() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE page (n INTEGER, fact TEXT)")
        yield connection


def _live(books: sqlite3.Connection, weeks: int, passes: str) -> int:
    """Every other row passes after ten weeks, and leaves a word; the pages that it took."""
    stays = passing.stays("page")
    for week in range(weeks):
        for _ in range(A_WEEK):
            for rowid, kept in ((stays, 1), (passes, 0)):
                sql = f"INSERT INTO page (rowid, n, fact) VALUES ({rowid}, ?, ?)"
                books.execute(sql, (week if not kept else -1, "f" * 500))
        gone = f"UPDATE page SET rowid = {stays}, fact = '', n = -1 WHERE rowid = ?"
        past = books.execute("SELECT rowid FROM page WHERE n = ?", (week - 10,)).fetchall()
        books.executemany(gone, past)
    return int(books.execute("PRAGMA page_count").fetchone()[0])


def test_the_file_is_as_large_as_what_stands_in_it(books: sqlite3.Connection) -> None:
    pages = _live(books, WEEKS, passing.passes("page"))
    ((held,),) = books.execute("SELECT sum(length(fact)) FROM page").fetchall()

    assert pages * 4096 < held * 1.25


def test_without_a_stretch_of_their_own_the_holes_would_stay(books: sqlite3.Connection) -> None:
    pages = _live(books, WEEKS, passing.stays("page"))
    ((held,),) = books.execute("SELECT sum(length(fact)) FROM page").fetchall()

    assert pages * 4096 > held * 1.5


def test_rows_of_before_and_after_a_vacuum_find_their_place(books: sqlite3.Connection) -> None:
    books.executemany("INSERT INTO page VALUES (?, '')", [(1,), (2,)])
    books.execute(f"INSERT INTO page (rowid, n) VALUES ({passing.passes('page')}, 3)")
    books.execute("VACUUM")
    for rowid in (passing.stays("page"), passing.passes("page")):
        books.execute(f"INSERT INTO page (rowid, n) VALUES ({rowid}, 4)")

    assert books.execute("SELECT count(*) FROM page").fetchone() == (5,)
