"""No share flatters: rounded down, and never without its whole."""

from hypothesis import given
from hypothesis import strategies as st

from controller.findings.scores import Tally, percent

counts = st.integers(0, 10_000)
tallies = st.builds(Tally, counts, counts, counts, counts, counts, counts)


@given(part=counts, rest=counts)
def test_a_hundred_per_cent_is_said_only_when_all_are(part: int, rest: int) -> None:
    said = percent(part, part + rest)

    assert (said == 100) == (rest == 0 and part > 0)
    assert said * (part + rest) <= part * 100


@given(tally=tallies)
def test_what_is_not_proven_is_all_that_applies_and_is_no_fresh_pass(tally: Tally) -> None:
    assert tally.not_proven == tally.failing + tally.error + tally.unknown + tally.stale
    assert tally.checks == tally.proven + tally.not_proven


@given(tally=tallies, fewer=counts)
def test_what_does_not_apply_never_moves_the_share(tally: Tally, fewer: int) -> None:
    other = Tally(tally.proven, tally.failing, tally.error, tally.unknown, tally.stale, fewer)

    assert other.percent == tally.percent


@given(one=tallies, other=tallies)
def test_clinics_add_up_to_the_fleet(one: Tally, other: Tally) -> None:
    assert (one + other).checks == one.checks + other.checks
    assert (one + other).proven == one.proven + other.proven


def test_nothing_judged_is_no_per_cent() -> None:
    assert Tally().percent == 0
