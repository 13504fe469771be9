"""Each figure holds its n and its open cases, and is what brute force finds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.controls.catalogue import catalogue
from controller.controls.metrics import patches, recertification, restores, revoke, training
from controller.controls.metrics.index import ANSWERS
from controller.controls.metrics.patches import Wait
from controller.controls.metrics.revoke import Left, Seen

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = NOON.date()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
hours = st.integers(-200, 400).map(lambda n: NOON + n * HOUR)
stays = st.lists(st.one_of(st.none(), hours), max_size=4)


def test_every_metric_of_the_release_is_answered() -> None:
    assert set(ANSWERS) == {one.id for one in catalogue().metrics}


@given(st.dictionaries(st.sampled_from("abc"), stays), st.sets(st.sampled_from("abcd")))
def test_access_has_ended_when_no_hour_later_shows_a_linked_account(
    untils: dict[str, list[datetime | None]], linked: set[str]
) -> None:
    seen = {key: [Seen(key, until) for until in each] for key, each in untils.items()}
    case = revoke.left(NOON, linked, seen)

    mine = [until for key in linked for until in untils.get(key, [])]
    enabled_at = [
        any(until is None or until > NOON + n * HOUR for until in mine) for n in range(500)
    ]
    if not mine:
        assert case is None
    elif enabled_at[-1]:
        assert case == Left(NOON, None)
    else:
        assert case == Left(NOON, enabled_at.index(False) * HOUR)


def test_open_cases_are_told_with_their_age_and_unlinked_people_are_not_dropped() -> None:
    cases = [Left(NOON - 40 * HOUR, 5 * HOUR), Left(NOON - 31 * HOUR, None)]

    said = revoke.words(cases, 2, NOON)

    assert said == (
        "2026 Q4: median 5.0 h, p90 5.0 h, longest 5.0 h of 1 revoked, not yet: 31 h; "
        "2 who left without an account linked: nothing is known of theirs."
    )


limits = st.sampled_from([None, *patches.LIMITS.values()])
lengths = st.one_of(st.none(), st.integers(0, 60))
waits = st.lists(
    st.builds(
        lambda age, took, limit: Wait(
            NOON - age * DAY, None if took is None else NOON - age * DAY + took * DAY, limit
        ),
        st.integers(60, 120),
        lengths,
        limits,
    )
)


@given(waits)
def test_the_share_counts_every_patch_that_was_judged(found: list[Wait]) -> None:
    part, whole = patches.within(found, NOON)

    judged = [one for one in found if one.limit is not None]
    late = sum((one.until or NOON) - one.since > one.limit for one in judged if one.limit)
    young = sum(one.until is None and NOON - one.since <= (one.limit or DAY) for one in judged)
    assert whole == len(judged) - young
    assert part == whole - late


def test_a_pending_patch_counts_against_the_share_once_it_is_over_its_limit() -> None:
    limit = patches.LIMITS["critical"]
    since = NOON - 10 * DAY
    rows = [Wait(since, since + 3 * DAY, limit), Wait(since, None, limit)]

    young, old = patches.words(rows, NOON), patches.words(rows, NOON + 6 * DAY)

    assert "1 of 1 (100 %) within the limit; 1 pending, the oldest 10 days, 0 over" in young
    assert "1 of 2 (50 %) within the limit; 1 pending, the oldest 16 days, 1 over" in old


def test_restores_are_counted_with_those_that_failed() -> None:
    tests = [
        {"done": "2026-11-01", "opened": True, "took": "30m", "goal": "1h"},
        {"done": "2026-06-01", "opened": True, "took": "90m", "goal": "1h"},
        {"done": "2026-03-01", "opened": False, "took": "1m"},
        {"done": "2024-03-01", "opened": True},
    ]
    assert restores.words(tests, TODAY) == (
        "2 of 3 (66 %) restore tests succeeded in twelve months; "
        "median 60 minutes of 2, 1 of 2 (50 %) within goal."
    )


@pytest.mark.parametrize(
    ("review", "said"),
    [
        ({"due": "2026-11-01", "done": "2026-11-01", "lines": 9, "reviewed": 8}, "8 of 9 (88 %)"),
        ({"due": "2026-11-01", "done": "2026-11-02", "reviewed": 8}, "0 of 8 (0 %)"),
        ({"due": "2026-11-01", "lines": 9, "reviewed": 8}, "0 of 9 (0 %)"),
        ({"due": "2026-12-01", "lines": 9, "reviewed": 2}, "1 open and not due yet, 7 lines left"),
        ({"done": "2026-11-01", "reviewed": 8}, "1 without a due date, not in the share"),
    ],
)
def test_what_was_decided_late_or_never_counts_against_it(review: dict, said: str) -> None:
    assert said in recertification.words([review], TODAY)


def test_people_are_in_date_by_their_newest_line_of_each_course() -> None:
    people = [
        {"reference": "RK", "started": "2024-01-01"},
        {"reference": "JL", "started": "2024-01-01"},
        {"reference": "New", "started": "2026-11-02"},
        {"reference": "Gone", "started": "2024-01-01", "left": "2026-01-01"},
    ]
    lines = [
        {"person": "rk", "course": "HIPAA", "done": "2025-01-01", "again": "2026-01-01"},
        {"person": "RK", "course": "HIPAA", "done": "2026-01-01"},
        {"person": "JL", "course": "HIPAA", "done": "2026-01-01"},
        {"person": "JL", "course": "Fire", "done": "2024-01-01", "again": "2025-01-01"},
        {"person": "Visitor", "course": "HIPAA", "done": "2026-01-01"},
    ]
    assert training.words(people, lines, TODAY) == (
        "1 of 3 (33 %) people in date; 1 ran out; 1 never trained; "
        "1 trained who are not on the list of staff."
    )


def test_a_quarter_is_that_of_the_last_day() -> None:
    end = revoke.end_of(date(2026, 9, 30), "UTC")

    assert revoke.words([Left(end, HOUR)], 0, NOON).startswith("2026 Q3: ")


def test_a_restore_without_a_goal_has_that_of_its_system() -> None:
    aims = [{"system": "Sidexis", "recovery_time": "4h"}]
    test = {"opened": True, "done": TODAY.isoformat(), "took": "5h"}

    said = restores.words([restores.aimed(test, aims)], TODAY)

    assert "0 of 1 (0 %) within goal" in said
    assert restores.aimed({**test, "goal": "6h"}, aims)["goal"] == "6h"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        (training.words([], [], TODAY), "list of staff"),
        (restores.words([], TODAY), "No restore test"),
        (recertification.words([], TODAY), "No review of who has access"),
        (patches.words([], NOON), "No security patch is known to have waited"),
    ],
)
def test_of_nothing_it_is_said_what_is_missing(said: str, missing: str) -> None:
    assert missing in said
    assert "0 of 0" not in said
