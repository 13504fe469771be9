"""Guessing passwords is slow, and slow for the guesser alone."""

import pytest

from controller.people.throttle import OF_AN_ACCOUNT, OF_AN_ADDRESS, WINDOW_SECONDS, Throttle

LEE, SAM = "dr_lee@x.example", "sam@x.example"
HERE, THERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture
def guessed() -> Throttle:
    """Ten wrong passwords for Dr. Lee's account, one a second, from one address."""
    throttle = Throttle()
    for second in range(OF_AN_ACCOUNT):
        throttle.wrong(LEE, HERE, now=float(second))
    return throttle


def test_the_eleventh_try_has_to_wait(guessed: Throttle) -> None:
    assert guessed.is_over(LEE, HERE, now=10.0)


def test_the_same_person_elsewhere_gets_in(guessed: Throttle) -> None:
    assert not guessed.is_over(LEE, THERE, now=10.0)


def test_another_person_at_the_same_address_gets_in(guessed: Throttle) -> None:
    assert not guessed.is_over(SAM, HERE, now=10.0)


def test_after_a_quarter_of_an_hour_the_first_is_forgotten(guessed: Throttle) -> None:
    assert guessed.is_over(LEE, HERE, now=WINDOW_SECONDS - 0.5)
    assert not guessed.is_over(LEE, HERE, now=WINDOW_SECONDS + 0.5)


def test_a_right_one_forgives_the_wrong_ones(guessed: Throttle) -> None:
    guessed.right(LEE, HERE)

    assert not guessed.is_over(LEE, HERE, now=10.0)


def test_an_address_that_tries_many_accounts_has_to_wait_for_all() -> None:
    throttle = Throttle()
    for number in range(OF_AN_ADDRESS):
        throttle.wrong(f"person-{number}@x.example", HERE, now=1.0)

    assert throttle.is_over(LEE, HERE, now=2.0)
    assert not throttle.is_over(LEE, THERE, now=2.0)


def test_what_is_remembered_is_bounded() -> None:
    throttle = Throttle()
    for number in range(12_000):
        throttle.wrong(LEE, f"address-{number}", now=1.0)

    assert len(throttle._wrong) <= 10_000


def test_who_is_forgiven_tries_again_at_once_and_nobody_else_does(guessed: Throttle) -> None:
    for second in range(OF_AN_ACCOUNT):
        guessed.wrong(SAM, THERE, now=float(second))
    assert guessed.is_locked(LEE, now=10.0)

    guessed.forgive(LEE)

    assert not guessed.is_locked(LEE, now=10.0)
    assert not guessed.is_over(LEE, HERE, now=10.0)
    assert guessed.is_locked(SAM, now=10.0)


def test_who_has_a_line_of_ipv6_is_one_however_many_addresses_he_uses() -> None:
    throttle = Throttle()
    for number in range(OF_AN_ACCOUNT):
        throttle.wrong(LEE, f"2001:db8:0:7::{number:x}", now=1.0)

    assert throttle.is_over(LEE, "2001:db8:0:7:ffff::1", now=2.0)
    assert not throttle.is_over(LEE, "2001:db8:0:8::1", now=2.0)
    assert throttle.is_locked(LEE, now=2.0)
    throttle.forgive(LEE)
    assert not throttle.is_over(LEE, "2001:db8:0:7::1", now=2.0)


def test_an_ipv4_address_written_as_ipv6_is_that_address() -> None:
    throttle = Throttle()
    for _ in range(OF_AN_ACCOUNT):
        throttle.wrong(LEE, f"::ffff:{HERE}", now=1.0)

    assert throttle.is_over(LEE, HERE, now=2.0)
    assert not throttle.is_over(LEE, f"::ffff:{THERE}", now=2.0)
