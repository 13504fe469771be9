"""A line of ninety days shows what changed, on a scale that it says; ears are told the same."""

from datetime import date, timedelta

import pytest

from controller.pages.templatetags.words import sparkline

FIRST = date(2026, 8, 25)


def line(*percents: int) -> str:
    return sparkline([(FIRST + n * timedelta(days=3), one) for n, one in enumerate(percents)])


@pytest.mark.parametrize(
    ("percents", "floor"),
    [((100, 99, 98), 95), ((99, 95), 90), ((100, 77, 81), 50), ((51, 50), 0), ((0, 100), 0)],
)
def test_the_scale_begins_below_the_lowest_day_and_is_said(
    percents: tuple[int, ...], floor: int
) -> None:
    assert f">{floor} to 100 %<" in line(*percents)


def test_a_day_of_one_per_cent_less_can_be_seen() -> None:
    assert 'points="0,0 3,20 6,40"' in line(100, 99, 98)


def test_who_cannot_see_it_is_told_its_ends_and_its_lowest_day() -> None:
    said = 'aria-label="99 % proven on 25 Aug, 98 % on 31 Aug, lowest 96 % on 28 Aug"'

    assert said in line(99, 96, 98)


def test_one_day_makes_no_line() -> None:
    assert "no two days yet" in line(99)
