"""The owner's sentence is true whatever is known: nothing unknown or old counts as protected."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from controller.findings.protection import Disk, Known, told
from rules.verdict import Verdict

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
known = st.builds(
    Known,
    id=st.builds(uuid4),
    host=st.sampled_from(["OP1", "OP2", "PANO-01"]),
    verdict=st.sampled_from([*map(str, Verdict), ""]),
    since=st.just(NOON - timedelta(days=5)),
    heard_at=st.sampled_from([None, NOON]),
    is_silent=st.booleans(),
    seen=st.lists(
        st.builds(
            Disk,
            st.sampled_from(["suspended", "unprotected", "converting", "odd"]),
            st.sampled_from([None, NOON - timedelta(days=6)]),
        )
    ).map(tuple),
    is_paused=st.booleans(),
    until=st.sampled_from([None, NOON]),
)


@given(st.lists(known, max_size=6), st.integers(0, 5))
def test_only_what_a_fresh_report_proves_is_protected(some: list[Known], plain: int) -> None:
    """`plain` more computers are proven and not paused: they are only counted."""
    fresh = [one for one in some if one.heard_at and not one.is_silent and one.verdict == "pass"]

    answer = told(some, plain + len(fresh), plain + len(some))

    proven = [one for one in fresh if not one.is_paused]
    assert answer.protected == plain + len(proven)
    assert len(answer.cases) == len(some) - len(proven)
    assert answer.more == 0
    assert answer.is_whole == (len(answer.cases) == 0 and answer.machines > 0)
    assert all(case.why for case in answer.cases)


@given(known)
def test_what_is_not_known_is_never_told_as_a_failure_or_a_pass(one: Known) -> None:
    for case in told([one], 0, 1).cases:
        if one.verdict in ("unknown", "error", "") and one.heard_at and not one.is_paused:
            assert case.state in ("silent", "unknown", "error")
        assert case.state != "pass"


def failing(*seen: Disk) -> Known:
    return Known(uuid4(), "OP3", "fail", NOON - timedelta(days=4), NOON, False, seen)


def test_since_when_is_what_the_disk_says_and_not_when_it_was_first_seen() -> None:
    began = NOON - timedelta(days=5)

    (case,) = told([failing(Disk("unprotected"), Disk("suspended", began))], 0, 1).cases

    assert (case.why, case.since, case.is_first_report) == ("encryption is paused", began, False)


def test_where_no_disk_says_since_when_the_first_report_is_named_as_such() -> None:
    (case,) = told([failing(Disk("unprotected"))], 0, 1).cases

    assert (case.since, case.is_first_report) == (NOON - timedelta(days=4), True)
