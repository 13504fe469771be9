"""The daily sweep falls into the quiet hours, on every day and at every hour."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.guard.hours import until_quiet

NIGHT = (time(20), time(6))


@given(st.timedeltas(timedelta(0), timedelta(days=365)), st.floats(0, 0.999))
def test_a_sweep_begins_in_the_quiet_hours_of_the_next_night(later, draw):
    now = datetime(2026, 1, 1, tzinfo=UTC) + later
    at = now + until_quiet(NIGHT, now, lambda: draw)

    assert at.time() >= NIGHT[0] or at.time() < NIGHT[1]
    assert timedelta(minutes=1) <= at - now < timedelta(days=2)


def test_without_quiet_hours_it_is_the_small_hours():
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert until_quiet(None, noon, lambda: 0.0) == timedelta(hours=13)
    assert until_quiet(None, noon, lambda: 0.5) == timedelta(hours=15)
