"""No share flatters: rounded down, and never without its whole."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from controller.findings.scores import Coverage, Tally, percent

counts = st.integers(0, 10_000)
tallies = st.builds(Tally, counts, counts, counts, counts, counts, counts, counts)


@given(part=counts, rest=counts)
def test_a_hundred_per_cent_is_said_only_when_all_are(part: int, rest: int) -> None:
    said = percent(part, part + rest)

    assert (said == 100) == (rest == 0 and part > 0)
    assert said * (part + rest) <= part * 100


@given(tally=tallies)
def test_what_is_not_proven_is_all_that_applies_and_is_no_fresh_pass(tally: Tally) -> None:
    assert tally.not_proven == sum(
        (tally.failing, tally.error, tally.unknown, tally.stale, tally.accepted)
    )
    assert tally.checks == tally.proven + tally.not_proven


@given(tally=tallies, fewer=counts)
def test_what_does_not_apply_never_moves_the_share(tally: Tally, fewer: int) -> None:
    other = replace(tally, not_applicable=fewer)

    assert other.percent == tally.percent


@given(one=tallies, other=tallies)
def test_clinics_add_up_to_the_fleet(one: Tally, other: Tally) -> None:
    assert (one + other).checks == one.checks + other.checks
    assert (one + other).proven == one.proven + other.proven


def test_nothing_judged_is_no_per_cent() -> None:
    assert Tally().percent == 0


def test_a_score_in_words_has_all_its_parts_and_its_whole() -> None:
    told = Tally(1043, 30, 0, 20, 15, 60, 12).words

    assert told == (
        "1,043 of 1,120 checks proven (93 %). 12 accepted until a date, 30 failing, 20 unknown,"
        " 15 stale. 60 do not apply."
    )


def test_nothing_judged_is_no_score() -> None:
    assert Tally(not_applicable=1).words == "Nothing judged yet. 1 does not apply."


@given(st.integers(0, 9), st.integers(0, 9))
def test_accepting_a_failure_proves_nothing_and_loses_nothing(failing: int, n: int) -> None:
    before = Tally(5, failing, 1, 1, 1, 1)

    after = before.accepting(n)

    assert (after.checks, after.proven, after.percent) == (
        before.checks,
        before.proven,
        before.percent,
    )
    assert after.accepted == min(n, failing)


def test_a_coverage_says_what_is_not_looked_at() -> None:
    said = Coverage(11, 12, 14).words
    assert said == "11 of 12 enrolled machines report; 14 are in the inventory."
