"""Which keys sign a log, at which time."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from controller.ledger.log_keys import BOTH_SIGN, Change, signing
from tests.controller.clinic import MORNING


def changed(*days: tuple[int, bool]) -> tuple[Change, ...]:
    """Changes at these days, each a theft or not."""
    return tuple(
        Change.begun(number, number, at(day), is_theft=theft)
        for number, (day, theft) in enumerate(days, 2)
    )


def at(day: float) -> datetime:
    return MORNING + timedelta(days=day)


def test_a_log_whose_key_never_changed_is_signed_by_its_first() -> None:
    assert signing((), MORNING) == (1,)


def test_both_sign_until_the_thirtieth_day() -> None:
    once = changed((0, False))
    assert [signing(once, at(day)) for day in (0, 29.99, 30)] == [(2, 1), (2, 1), (2,)]


def test_after_a_theft_the_new_one_alone_signs_at_once() -> None:
    assert signing(changed((0, True)), at(0)) == (2,)


def test_a_theft_ends_all_keys_before_it() -> None:
    assert signing(changed((0, False), (5, True)), at(6)) == (3,)


def test_changes_within_a_month_are_signed_by_three() -> None:
    twice = changed((0, False), (10, False))
    assert [signing(twice, at(day)) for day in (15, 35, 45)] == [(3, 2, 1), (3, 2), (3,)]


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), max_size=5), st.integers(0, 60))
def test_the_newest_always_signs_and_none_beyond_thirty_days(
    days: list[tuple[int, bool]], later: int
) -> None:
    known = changed(*sorted(days))
    day = max((of for of, _ in days), default=0) + later
    numbers = signing(known, at(day))

    assert numbers[0] == len(known) + 1
    assert list(numbers) == list(range(numbers[0], numbers[-1] - 1, -1))
    for number in numbers[1:]:
        end = known[number - 1]
        assert not end.is_theft
        assert at(day) < end.at + BOTH_SIGN
