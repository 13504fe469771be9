"""By when a machine must be heard again: in open hours, over weekends, and when clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.fleet.silence import (
    ALWAYS_ON,
    COMING_BACK,
    ROAMING,
    WORKING,
    Opening,
    due_by,
    is_lost,
    unreachable,
)

WEEK = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NEW_YORK = ZoneInfo("America/New_York")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def ny(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


@pytest.fixture
def bright_smiles_hours() -> Opening:
    """Monday to Friday, eight to five, in New York."""
    return Opening("America/New_York", WEEK)


@pytest.mark.parametrize(
    ("seen", "due"),
    [
        ("2026-11-23T08:30", "2026-11-23T16:30"),
        ("2026-11-23T12:00", "2026-11-24T11:00"),
        ("2026-11-23T20:00", "2026-11-24T16:00"),
        ("2026-11-20T16:00", "2026-11-23T15:00"),
        ("2026-11-21T10:00", "2026-11-23T16:00"),
    ],
)
def test_a_working_machine_has_eight_open_hours(
    bright_smiles_hours: Opening, seen: str, due: str
) -> None:
    assert due_by(ny(seen), "working", bright_smiles_hours) == ny(due)


def test_a_closed_day_does_not_count() -> None:
    opening = Opening("America/New_York", WEEK, closures=["2026-11-26", "2026-11-27"])
    assert due_by(ny("2026-11-25T16:00"), "working", opening) == ny("2026-11-30T15:00")


def test_a_lunch_break_does_not_count() -> None:
    hours = {"mon": [["08:00", "12:00"], ["13:00", "18:00"]]}
    opening = Opening("America/New_York", hours)
    assert due_by(ny("2026-11-23T08:00"), "working", opening) == ny("2026-11-23T17:00")


def test_a_server_has_twenty_minutes_by_the_wall(bright_smiles_hours: Opening) -> None:
    at = ny("2026-11-22T03:00")
    assert due_by(at, "always_on", bright_smiles_hours) - at == ALWAYS_ON


def test_a_laptop_has_a_week(bright_smiles_hours: Opening) -> None:
    at = ny("2026-11-22T03:00")
    assert due_by(at, "roaming", bright_smiles_hours) - at == ROAMING


def test_a_clinic_that_names_no_hours_gives_a_week() -> None:
    at = ny("2026-11-22T03:00")
    assert due_by(at, "working", Opening("America/New_York", {"mon": []})) - at == ROAMING


def test_the_longest_holiday_ends_after_a_month() -> None:
    shut = [str(date(2026, 1, 1) + timedelta(days=n)) for n in range(365)]
    at = datetime(2026, 6, 1, tzinfo=UTC)
    assert due_by(at, "working", Opening("UTC", WEEK, shut)) - at == timedelta(days=31)


@pytest.mark.parametrize("seen", ["2026-03-08T01:00", "2026-11-01T00:30"])
def test_a_night_on_which_the_clock_changes_is_as_long_as_it_was(seen: str) -> None:
    """Open round the clock: eight hours are eight hours, whatever the clock on the wall shows."""
    opening = Opening(
        "America/New_York", {day: [["00:00", "24:00"]] for day in ("sat", "sun", "mon")}
    )
    at = ny(seen).astimezone(UTC)
    assert due_by(at, "working", opening) - at == WORKING


@given(
    seen=st.integers(0, 270 * 24 * 60).map(lambda n: MARCH + timedelta(minutes=n)),
    later=st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_who_is_heard_later_is_due_later_and_never_before_eight_hours(
    seen: datetime, later: timedelta
) -> None:
    opening = Opening("America/New_York", WEEK)
    due = due_by(seen, "working", opening)
    assert due >= seen + WORKING
    assert due_by(seen + later, "working", opening) >= due


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def heard(*minutes: int) -> list[datetime]:
    return [NOON + timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("minutes", "machines", "since"),
    [
        ((0, 4, 9), 6, 0),
        ((0, 4, 11), 6, None),
        ((0, 4), 4, None),
        ((0, 4, 9), 7, None),
        ((0, 50, 52, 55, 60), 6, 50),
        ((), 0, None),
    ],
    ids=["half at once", "too far apart", "only two", "less than half", "later ones", "nobody"],
)
def test_half_a_clinic_that_falls_silent_at_once_is_one_event(
    minutes: tuple[int, ...], machines: int, since: int | None
) -> None:
    found = unreachable(heard(*minutes), machines)

    assert found == (None if since is None else NOON + timedelta(minutes=since))


def test_a_machine_is_lost_after_thirty_days_and_not_before() -> None:
    month = timedelta(days=30)

    assert is_lost(NOON, NOON + month)
    assert not is_lost(NOON, NOON + month - timedelta(seconds=1))
    assert not is_lost(None, NOON)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("presence", ["always_on", "working", "roaming", "visited"])
def test_an_outage_after_it_was_due_changes_nothing(
    bright_smiles_hours: Opening, presence: str
) -> None:
    due = due_by(NOON, presence, bright_smiles_hours)
    later = [(due, due + 3 * HOUR)]

    assert due_by(NOON, presence, bright_smiles_hours, later) == due


def test_who_was_not_overdue_has_an_hour_and_a_quarter_to_come_back(
    bright_smiles_hours: Opening,
) -> None:
    back = NOON + timedelta(days=3)
    away = [(NOON + timedelta(minutes=5), back)]

    assert due_by(NOON, "always_on", bright_smiles_hours, away) == back + COMING_BACK


def test_open_hours_in_which_nobody_listened_are_not_spent(bright_smiles_hours: Opening) -> None:
    """Heard at 8:30 on a Monday; down from 9 to 13: half an hour is spent, 7.5 are left."""
    away = [(ny("2026-11-23T09:00"), ny("2026-11-23T13:00"))]

    due = due_by(ny("2026-11-23T08:30"), "working", bright_smiles_hours, away)
    assert due == ny("2026-11-24T11:30")


absences = st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 4000)), max_size=4)


@given(absences=absences, presence=st.sampled_from(["always_on", "working", "roaming", "visited"]))
def test_an_outage_makes_nobody_due_sooner_nor_in_its_midst(
    absences: list[tuple[int, int]], presence: str
) -> None:
    opening, away, last = Opening("America/New_York", WEEK), [], NOON
    for pause, length in absences:
        away.append((last + timedelta(minutes=pause), last + timedelta(minutes=pause + length)))
        last = away[-1][1]

    due = due_by(NOON, presence, opening, away)

    assert due >= due_by(NOON, presence, opening)
    assert not any(since < due < until + COMING_BACK for since, until in away)
