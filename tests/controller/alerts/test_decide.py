"""One notice where one is due: none lost, none twice, whatever machines do and clocks say."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.alerts.decide import (
    DAY,
    HOLD,
    Alert,
    Decided,
    Event,
    Kind,
    Notice,
    Topic,
    Trouble,
    decide,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENCRYPTED = Topic(Kind.RULE, "volumes-encrypted")


def trouble(
    host: str,
    since: datetime = NOON,
    heard: datetime | None = NOON,
    severity: str = "high",
    is_certain: bool = True,
) -> Trouble:
    return Trouble(ENCRYPTED, host, host, severity, since, heard, is_certain)


class Day:
    """A practice that is looked at now and then."""

    def __init__(self) -> None:
        self.alerts: dict[Topic, Alert] = {}
        self.notices: list[tuple[datetime, Notice]] = []

    def look(self, now: datetime, troubles: Iterable[Trouble] = ()) -> Decided:
        decided = decide(self.alerts, list(troubles), now)
        self.alerts = dict(decided.alerts)
        self.notices += [(now, one) for one in decided.notices]
        return decided

    @property
    def events(self) -> list[Event]:
        return [notice.event for _, notice in self.notices]


@pytest.fixture
def bright_smiles() -> Day:
    return Day()


def test_a_critical_failure_opens_at_once(bright_smiles: Day) -> None:
    decided = bright_smiles.look(NOON, [trouble("OP1", severity="critical")])

    assert decided.notices == (Notice(ENCRYPTED, Event.OPENED, frozenset({"OP1"})),)


def test_what_grows_heavier_is_told_again_and_once(bright_smiles: Day) -> None:
    for minute, severity in enumerate(("low", "low", "medium", "medium", "low")):
        bright_smiles.look(NOON + minute * MINUTE, [trouble("OP1", NOON - DAY, NOON, severity)])

    assert bright_smiles.events == [Event.OPENED, Event.UPDATED]


def test_another_waits_ten_minutes_and_is_looked_at_then(bright_smiles: Day) -> None:
    decided = bright_smiles.look(NOON, [trouble("OP1")])

    assert decided.notices == ()
    assert decided.look_again == NOON + HOLD


def test_ten_minutes_without_a_later_sync_are_not_enough(bright_smiles: Day) -> None:
    later = NOON + HOLD
    decided = bright_smiles.look(later, [trouble("OP1", heard=NOON)])

    assert decided.notices == ()
    assert decided.look_again == later + MINUTE


def test_held_and_heard_again_it_opens(bright_smiles: Day) -> None:
    later = NOON + HOLD
    decided = bright_smiles.look(later, [trouble("OP1", heard=NOON + 5 * MINUTE)])

    assert [one.event for one in decided.notices] == [Event.OPENED]


def test_what_comes_and_goes_within_ten_minutes_is_no_alert(bright_smiles: Day) -> None:
    bright_smiles.look(NOON, [trouble("OP1")])
    bright_smiles.look(NOON + 5 * MINUTE)
    bright_smiles.look(NOON + HOLD)

    assert bright_smiles.alerts == {}


def critical(*hosts: str) -> list[Trouble]:
    return [trouble(host, severity="critical") for host in hosts]


def test_a_second_machine_joins_the_same_alert(bright_smiles: Day) -> None:
    bright_smiles.look(NOON, critical("OP1"))
    decided = bright_smiles.look(NOON + MINUTE, critical("OP1", "OP2"))

    assert decided.notices == (Notice(ENCRYPTED, Event.UPDATED, frozenset({"OP2"})),)
    assert len(bright_smiles.alerts) == 1


def test_it_closes_when_all_have_been_clear_for_ten_minutes(bright_smiles: Day) -> None:
    bright_smiles.look(NOON, critical("OP1"))
    clear = bright_smiles.look(NOON + MINUTE)
    assert (clear.notices, clear.look_again) == ((), NOON + MINUTE + HOLD)

    closed = bright_smiles.look(NOON + MINUTE + HOLD)

    assert closed.notices == (Notice(ENCRYPTED, Event.CLOSED, frozenset({"OP1"})),)


def test_a_verdict_that_became_unknown_closes_nothing(bright_smiles: Day) -> None:
    bright_smiles.look(NOON, critical("OP1"))
    for hour in range(1, 48):
        doubt = trouble("OP1", severity="critical", is_certain=False)
        bright_smiles.look(NOON + timedelta(hours=hour), [doubt])

    assert bright_smiles.events == [Event.OPENED]
    assert bright_smiles.alerts[ENCRYPTED].closed_at is None


def test_an_unknown_opens_nothing(bright_smiles: Day) -> None:
    doubt = trouble("OP1", severity="critical", is_certain=False)

    assert bright_smiles.look(NOON, [doubt]).alerts == {}


def closed_at_one(day: Day) -> None:
    day.look(NOON, critical("OP1"))
    day.look(NOON + 50 * MINUTE)
    day.look(NOON + 60 * MINUTE)


def test_reopening_within_a_day_reuses_the_alert(bright_smiles: Day) -> None:
    closed_at_one(bright_smiles)
    first = bright_smiles.alerts[ENCRYPTED]

    bright_smiles.look(NOON + timedelta(hours=20), critical("OP1"))

    again = bright_smiles.alerts[ENCRYPTED]
    assert (again.id, len(again.flaps)) == (first.id, 1)
    assert again.closed_at is None


def test_a_day_later_it_is_another_alert(bright_smiles: Day) -> None:
    closed_at_one(bright_smiles)

    bright_smiles.look(NOON + timedelta(hours=26), critical("OP1"))

    assert bright_smiles.alerts[ENCRYPTED].flaps == ()
    assert bright_smiles.events == [Event.OPENED, Event.CLOSED, Event.OPENED]


def test_three_flaps_and_it_speaks_once_a_day_and_loses_nothing(bright_smiles: Day) -> None:
    for hour in range(48):
        start = NOON + timedelta(hours=hour)
        bright_smiles.look(start, critical("OP1"))
        bright_smiles.look(start + 20 * MINUTE)
        bright_smiles.look(start + 40 * MINUTE)
    times = [at for at, _ in bright_smiles.notices]
    loud = [at for at in times if at >= NOON + timedelta(hours=3)]
    assert all(later - earlier >= DAY for earlier, later in pairwise(loud))

    for hour in range(48, 100):
        bright_smiles.look(NOON + timedelta(hours=hour))

    assert bright_smiles.events[-1] is Event.CLOSED
    assert not bright_smiles.alerts.get(ENCRYPTED, Alert(ENCRYPTED, "high", NOON)).inside


def test_it_says_that_it_must_be_looked_at_when_its_silence_ends(bright_smiles: Day) -> None:
    for hour in range(5):
        start = NOON + timedelta(hours=hour)
        bright_smiles.look(start, critical("OP1"))
        bright_smiles.look(start + 20 * MINUTE)
        last = bright_smiles.look(start + 40 * MINUTE)

    alert = bright_smiles.alerts[ENCRYPTED]
    assert alert.is_flapping
    assert last.look_again == (alert.told_at or NOON) + DAY


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[datetime, list[Trouble]]]:
    """Some days of three machines that fail, recover, fall silent and become unknown."""
    now, told, since = NOON, [], dict.fromkeys(("OP1", "OP2", "PANO-01"), NOON)
    state = dict.fromkeys(since, "pass")
    severity = draw(st.sampled_from(["critical", "high", "low"]))
    for _ in range(draw(st.integers(1, 60))):
        now += timedelta(minutes=draw(st.sampled_from([0, 1, 5, 9, 10, 11, 60, 600, 1440])))
        for host in since:
            after = draw(st.sampled_from([state[host]] * 3 + ["pass", "fail", "unknown"]))
            if after != state[host]:
                state[host], since[host] = after, now
        heard = now - timedelta(minutes=draw(st.sampled_from([0, 4, 30])))
        told.append(
            (
                now,
                [
                    trouble(host, since[host], heard, severity, state[host] == "fail")
                    for host in since
                    if state[host] != "pass"
                ],
            )
        )
    return told


@given(histories())
def test_what_is_told_is_what_is_so_and_is_told_once(history) -> None:
    day, believed = Day(), None
    for now, troubles in history:
        before = day.alerts.get(ENCRYPTED)
        decided = day.look(now, troubles)
        for notice in decided.notices:
            assert (believed is None) == (notice.event is Event.OPENED)
            assert notice.subjects
            believed = None if notice.event is Event.CLOSED else day.alerts[ENCRYPTED].inside
        alert = day.alerts.get(ENCRYPTED)
        if alert is None:
            assert believed is None
            continue
        assert (alert.closed_at is None) == bool(alert.inside)
        if not alert.is_flapping:
            assert (believed is None) == (alert.closed_at is not None)
            assert believed is None or alert.inside <= believed
        elif decided.notices and before is not None and before.told_at is not None:
            assert now - before.told_at >= DAY
        assert not decide(decided.alerts, troubles, now).notices


@given(histories())
def test_nobody_is_inside_who_was_not_ripe_and_nobody_leaves_early(history) -> None:
    day: Day = Day()
    for now, troubles in history:
        was = day.alerts[ENCRYPTED].inside if ENCRYPTED in day.alerts else frozenset()
        day.look(now, troubles)
        inside = day.alerts[ENCRYPTED].inside if ENCRYPTED in day.alerts else frozenset()
        here = {one.subject: one for one in troubles}
        for name in inside - was:
            assert here[name].is_certain
            assert here[name].ripe_at(now) <= now
        for name in was - inside:
            member = day.alerts[ENCRYPTED].members.get(name)
            assert name not in here
            assert member is None or now - (member.clear_since or now) >= HOLD


@given(histories())
def test_left_alone_it_comes_to_rest_with_nothing_untold(history) -> None:
    day = Day()
    for now, troubles in history:
        day.look(now, troubles)
    again: datetime | None = history[-1][0]
    for _ in range(20):
        if again is None:
            break
        again = day.look(again).look_again

    assert again is None
    assert all(alert.told is None for alert in day.alerts.values())
