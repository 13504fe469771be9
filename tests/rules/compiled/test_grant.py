"""What loosens ends: by its own words, and by the clock of who asks."""

import pytest

from rules.compiled.grant import DAY, LONGEST, Grant

AT = 1_800_000_000_000_000_000


def test_it_holds_from_its_first_instant_to_its_last() -> None:
    grant = Grant(since=AT, until=AT + DAY)
    states = [grant.state(at) for at in (AT - 1, AT, AT + DAY, AT + DAY + 1)]
    assert states == ["ahead", "holds", "holds", "ended"]
    assert Grant().state(AT) == "holds"


def test_it_is_signed_by_a_reason_and_a_name() -> None:
    assert Grant("why", "dr_lee").is_signed
    assert not Grant("why").is_signed
    assert not Grant("", "dr_lee").is_signed


@pytest.mark.parametrize("blank", ["", " ", "\u200b", "\u2800\ufeff", "...", "\u202e"])
def test_what_nobody_sees_is_no_reason_and_no_name(blank) -> None:
    assert not Grant(blank, "dr_lee").is_signed
    assert not Grant("why", blank).is_signed
    assert Grant("原因", "D").is_signed


def test_it_holds_no_longer_than_366_days() -> None:
    assert not Grant(since=AT, until=AT + LONGEST).is_too_long
    assert Grant(since=AT, until=AT + LONGEST + 3 * DAY).is_too_long
    assert Grant(since=AT, until=AT - 1).is_too_long
    assert not Grant(until=AT).is_too_long


def test_an_end_that_is_too_far_ahead_is_none() -> None:
    assert not Grant(until=AT + LONGEST).ends_too_late(AT)
    assert Grant(until=AT + LONGEST).ends_too_late(AT - 30 * DAY)
    assert Grant().ends_too_late(AT)


def test_two_overlap_unless_one_ends_before_the_other_begins() -> None:
    winter, spring = Grant(until=AT), Grant(since=AT + 1)
    assert not winter.overlaps(spring)
    assert not spring.overlaps(winter)
    assert winter.overlaps(Grant(since=AT))
    assert Grant().overlaps(winter)
