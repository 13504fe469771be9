"""When the controller listened is known, and what lies between is its own outage."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.ledger import watch
from controller.ledger.sql import PercentCursor, cursor
from controller.ledger.watch import Away

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
NORTH_QUAY, TALL_OAKS = "a" * 32, "b" * 32
TABLE = "CREATE TABLE watch (org_id, from_at, to_at, PRIMARY KEY (org_id, from_at))"


def at(minutes: float) -> datetime:
    return MORNING + timedelta(minutes=minutes)


@pytest.fixture
def book() -> Iterator[PercentCursor]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        yield cursor(connection)


def outages(book: PercentCursor, org: str = NORTH_QUAY) -> list[tuple[float, float]]:
    found = watch.away(book, org, at(-1), at(10**6))
    return [((one.since - MORNING) / at_minute, (one.until - MORNING) / at_minute) for one in found]


at_minute = timedelta(minutes=1)


def test_a_controller_that_is_there_has_no_outage(book: PercentCursor) -> None:
    for minute in range(60):
        assert watch.listen(book, NORTH_QUAY, at(minute)) is None

    assert outages(book) == []


def test_from_the_last_pulse_to_the_next_is_an_outage(book: PercentCursor) -> None:
    watch.listen(book, NORTH_QUAY, at(0))
    watch.listen(book, NORTH_QUAY, at(1))

    assert watch.listen(book, NORTH_QUAY, at(61)) == Away(at(1), at(61))
    assert outages(book) == [(1, 61)]
    assert outages(book, TALL_OAKS) == []


def test_a_restart_in_two_minutes_is_none(book: PercentCursor) -> None:
    watch.listen(book, NORTH_QUAY, at(0))
    watch.listen(book, NORTH_QUAY, at(2))

    assert outages(book) == []


def test_it_was_there_as_long_as_anybody_was_heard(book: PercentCursor) -> None:
    watch.listen(book, NORTH_QUAY, at(0))

    assert watch.listen(book, NORTH_QUAY, at(10), heard=at(9)) is None
    assert watch.listen(book, NORTH_QUAY, at(60), heard=at(20)) == Away(at(20), at(60))


def test_a_clock_that_was_set_back_makes_no_outage(book: PercentCursor) -> None:
    for minute in (100, 0, 50, 101):
        assert watch.listen(book, NORTH_QUAY, at(minute)) is None


def test_a_time_is_asked_and_not_the_whole_past(book: PercentCursor) -> None:
    for minute in (0, 10, 20, 30):
        watch.listen(book, NORTH_QUAY, at(minute))

    assert watch.away(book, NORTH_QUAY, at(12), at(18)) == (Away(at(10), at(20)),)
    assert watch.away(book, NORTH_QUAY, at(10), at(10)) == ()


@given(st.lists(st.integers(1, 600), max_size=20))
def test_outages_are_the_pauses_between_pulses(seconds: list[int]) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(TABLE)
        book, now, expected = cursor(connection), MORNING, []
        watch.listen(book, NORTH_QUAY, now)
        for pause in seconds:
            before, now = now, now + timedelta(seconds=pause)
            watch.listen(book, NORTH_QUAY, now)
            if now - before > watch.OVERLOOKED:
                expected.append(Away(before, now))

        assert list(watch.away(book, NORTH_QUAY, MORNING, now)) == expected
