"""A statement holds until its end or until something changes; only signing makes it better."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.paperwork.states import Change, Standing, State, Today, renewed, standing
from rules.compiled import builtin
from rules.compiled.attestation import TRIGGERS

KINDS = {kind.id: kind for kind in builtin.pack().attestations}
RISKS = KINDS["risk-analysis"]
NEW_YORK = ZoneInfo("America/New_York")
MARCH_3 = date(2026, 3, 3)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    performed_on: date = MARCH_3
    valid_until: date | None = MARCH_3 + timedelta(days=365)
    signed_at: datetime = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    rejected_at: datetime | None = None


def on(day: date) -> Today:
    return Today(day, NEW_YORK)


def joined(at: datetime, what: str = "imaging_machine") -> Change:
    return Change(what, at, "PANO-02 joined")


def test_what_was_never_stated_is_expired() -> None:
    assert standing(RISKS, None, (), on(MARCH_3)) == Standing(State.EXPIRED, "never")


@pytest.mark.parametrize(
    ("days_left", "state", "reason"),
    [(31, "attested", ""), (30, "due", ""), (0, "due", ""), (-1, "expired", "lapsed")],
)
def test_it_is_due_thirty_days_before_its_end_and_holds_through_its_last_day(
    days_left: int, state: str, reason: str
) -> None:
    said = Said()

    now = standing(RISKS, said, (), on(said.valid_until - days_left * DAY))

    assert (now.state, now.reason, now.until) == (state, reason, said.valid_until)


def test_a_kind_may_remind_later() -> None:
    said = Said()

    now = standing(KINDS["log-review"], said, (), on(said.valid_until - 8 * DAY))

    assert now.state is State.ATTESTED


def test_what_changed_since_makes_it_due_with_thirty_days_to_answer() -> None:
    change = joined(datetime(2026, 5, 1, 12, tzinfo=UTC))

    now = standing(RISKS, Said(), [change], on(date(2026, 5, 31)))
    late = standing(RISKS, Said(), [change], on(date(2026, 6, 1)))

    assert now == Standing(State.DUE, "changed:imaging_machine", date(2026, 5, 31), (change,))
    assert (late.state, late.reason) == (State.EXPIRED, "changed:imaging_machine")


def test_what_changed_between_the_work_and_the_signature_counts() -> None:
    change = joined(datetime(2026, 3, 5, 12, tzinfo=UTC))

    assert standing(RISKS, Said(), [change], on(date(2026, 3, 11))).state is State.DUE


def test_what_was_there_already_when_it_was_signed_that_day_does_not() -> None:
    signed = replace(Said(), signed_at=datetime(2026, 3, 3, 20, tzinfo=UTC))

    before = standing(RISKS, signed, [joined(signed.signed_at - DAY / 24)], on(MARCH_3))
    after = standing(RISKS, signed, [joined(signed.signed_at + DAY / 24)], on(MARCH_3))

    assert (before.state, after.state) == (State.ATTESTED, State.DUE)


def test_a_kind_answers_only_for_its_own_triggers() -> None:
    change = joined(datetime(2026, 5, 1, tzinfo=UTC), "cloud_sync")

    assert standing(KINDS["ir-plan"], Said(), [change], on(date(2026, 5, 2))).reason == ""
    assert standing(RISKS, Said(), [change], on(date(2026, 5, 2))).reason == "changed:cloud_sync"


def test_one_that_was_rejected_is_expired() -> None:
    said = replace(Said(), rejected_at=datetime(2026, 3, 12, tzinfo=UTC))

    assert standing(RISKS, said, (), on(date(2026, 4, 1))).reason == "rejected"


def test_what_is_stated_with_each_event_does_not_end() -> None:
    gone = KINDS["disposal-certificate"]

    assert renewed(gone) is None
    assert standing(gone, replace(Said(), valid_until=None), (), on(date(2036, 1, 1))) == Standing(
        State.ATTESTED
    )


moments = st.integers(0, 730 * 24).map(
    lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)
changes = st.lists(st.builds(joined, moments, st.sampled_from(TRIGGERS)), max_size=6)
days = st.dates(date(2026, 3, 10), date(2028, 6, 1))
WORSE = [State.ATTESTED, State.DUE, State.EXPIRED]


@given(st.sampled_from(list(KINDS.values())), changes, days, st.integers(0, 400))
def test_time_alone_never_makes_a_statement_better(kind, fired, day, later) -> None:
    known = [one for one in fired if on(day).of(one.at) <= day]

    now = standing(kind, Said(), known, on(day))
    then = standing(kind, Said(), known, on(day + later * DAY))

    assert WORSE.index(then.state) >= WORSE.index(now.state)


@given(st.sampled_from(list(KINDS.values())), changes, moments, days)
def test_one_more_change_never_makes_a_statement_better(kind, fired, at, day) -> None:
    now = standing(kind, Said(), fired, on(day))
    more = standing(kind, Said(), [*fired, joined(at)], on(day))

    assert WORSE.index(more.state) >= WORSE.index(now.state)
