"""A month ends where the clinic is, and its scorecard is made within a week or not at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.oversight import months

ZONES = ["America/New_York", "America/Los_Angeles", "Pacific/Kiritimati", "UTC"]
instants = st.integers(1_577_000_000, 2_208_000_000).map(lambda n: datetime.fromtimestamp(n, UTC))
HOUR = timedelta(hours=1)


@given(instants, st.sampled_from(ZONES))
def test_the_last_month_is_over_there_and_the_next_is_not(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    month = months.last_ended(now, zone)

    assert month.begins < month.ends <= now < month.ends + timedelta(days=32)
    last = (month.ends - HOUR).astimezone(zone)
    assert f"{last:%Y-%m}" == month.name
    assert f"{now.astimezone(zone):%Y-%m}" > month.name


@pytest.mark.parametrize(
    ("made", "now", "is_timely"),
    [
        ("2026-01-05", "2026-11-01T04:00", True),
        ("2026-01-05", "2026-11-08T03:59", True),
        ("2026-01-05", "2026-11-08T05:00", False),
        ("2026-11-02", "2026-11-03T04:00", False),
    ],
)
def test_a_scorecard_is_of_its_moment(made: str, now: str, *, is_timely: bool) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    month = months.last_ended(moment, ZoneInfo("America/New_York"))

    made_at = datetime.fromisoformat(made).replace(tzinfo=UTC)
    assert months.is_timely(month, made_at, moment) is is_timely


def test_before_midnight_there_it_is_not_over() -> None:
    just_before = datetime(2026, 11, 1, 3, 59, tzinfo=UTC)

    month = months.last_ended(just_before, ZoneInfo("America/New_York"))

    assert month.name == "2026-09"
