"""Times and spans are whole nanoseconds, read and written in one way."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import instants


@given(st.integers(instants.FIRST, instants.LAST))
def test_an_instant_is_read_as_it_was_written(instant) -> None:
    assert instants.read_timestamp(instants.write_timestamp(instant)) == instant


@given(st.integers(-instants.LONGEST, instants.LONGEST))
def test_a_duration_is_read_as_it_was_written(span) -> None:
    assert instants.read_seconds(instants.write_seconds(span)) == span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1d12h", 129_600), ("1w", 604_800), ("0s", 0), ("1h30m", 5_400)],
)
def test_authors_write_durations_in_units(text, seconds) -> None:
    assert instants.read_span(text) == seconds * instants.SECOND


def test_fractions_of_a_second_have_units_too() -> None:
    assert instants.read_span("1ms1us1ns") == 1_001_001
    assert instants.write_seconds(-1_500_000_000) == "-1.5s"


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "15min", "1.5h", "9" * 16 + "s", "-1s"])
def test_anything_else_is_no_duration(text) -> None:
    with pytest.raises(ValueError, match="duration"):
        instants.read_span(text)


@pytest.mark.parametrize("text", ["", "90", "1.0000000001s", "01s", "+1s", "315576000001s"])
def test_the_wire_knows_one_form_of_seconds(text) -> None:
    with pytest.raises(ValueError, match=r"."):
        instants.read_seconds(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22",
        "2026-11-22T10:00:00",
        "2026-13-22T10:00:00Z",
        "2026-11-22T24:00:01Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "2026-11-22T10:00:00.0000000001Z",
        "\u0662026-11-22T10:00:00Z",
    ],
)
def test_what_is_no_time_of_the_years_1_to_9999_is_refused(text) -> None:
    with pytest.raises(ValueError, match=r"."):
        instants.read_timestamp(text)


def test_a_zone_is_brought_to_utc() -> None:
    assert instants.read_timestamp("2026-11-22T12:00:00.5+02:00") == instants.of_datetime(
        datetime(2026, 11, 22, 10, 0, 0, 500_000, UTC)
    )
    at = instants.to_datetime(instants.read_timestamp("2026-11-22T10:00:00.123456789Z"))
    assert at == datetime(2026, 11, 22, 10, 0, 0, 123_456, UTC)
    assert instants.write_timestamp(instants.FIRST) == "0001-01-01T00:00:00Z"
