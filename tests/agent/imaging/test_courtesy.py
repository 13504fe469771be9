"""Nobody who captures images notices us, and no sweep waits for ever."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.imaging import courtesy
from agent.imaging.courtesy import FAST, LONGEST_WAIT_S, SLOW, Moment, Pace

MOMENTS = st.builds(
    Moment, st.booleans(), st.booleans(), st.none() | st.floats(0, 1, allow_nan=False)
)
HOURS = st.none() | st.tuples(st.times(), st.times())


@given(MOMENTS, st.floats(LONGEST_WAIT_S, 1e9))
def test_nothing_waits_for_more_than_half_a_day(moment, waited) -> None:
    assert courtesy.waits_for(moment, waited) is None


@given(MOMENTS, st.floats(-1e9, LONGEST_WAIT_S, exclude_max=True))
def test_until_then_a_sweep_waits_for_whatever_stands_in_its_way(moment, waited) -> None:
    trouble = moment.is_capturing or moment.is_on_battery or (moment.busy or 0) > 0.5
    assert (courtesy.waits_for(moment, waited) is not None) == trouble


@given(HOURS, st.times(), MOMENTS)
def test_fast_is_only_who_has_the_night_to_himself(quiet, at, moment) -> None:
    rate = courtesy.opens(quiet, at, courtesy.obstacle(moment))
    alone = courtesy.is_quiet(quiet, at) and courtesy.obstacle(moment) is None
    assert rate == (FAST if alone else SLOW)


@pytest.mark.parametrize(
    ("quiet", "at", "is_quiet"),
    [
        ((time(20), time(6)), time(23), True),
        ((time(20), time(6)), time(5, 59), True),
        ((time(20), time(6)), time(6), False),
        ((time(12), time(13)), time(12, 30), True),
        ((time(12), time(13)), time(13), False),
        ((time(0), time(0)), time(15), True),
        (None, time(2), True),
        (None, time(9), False),
    ],
)
def test_quiet_is_from_one_time_to_the_other(quiet, at, is_quiet) -> None:
    assert courtesy.is_quiet(quiet, at) is is_quiet


@given(st.sampled_from([SLOW, FAST]), st.lists(st.floats(0, 0.2), min_size=1, max_size=200))
def test_nobody_opens_more_in_a_second_than_he_may(rate, pauses) -> None:
    pace, now, opened = Pace(), 100.0, []
    for pause in pauses:
        now += pause
        now += pace.next(rate, now)
        opened.append(now)
    most = max(sum(at <= one < at + 1.0 for one in opened) for at in opened)
    assert most <= rate * 1.005 + 1
