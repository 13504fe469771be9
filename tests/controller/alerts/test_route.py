"""A notice finds its way: once a channel, at the clinic's hours, and no mute loses it."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.alerts.decide import Kind, Topic
from controller.alerts.route import (
    Clock,
    Going,
    Planned,
    Silence,
    Way,
    next_digest,
    plan,
    quiet_end,
)
from controller.fleet.silence import Opening

BRIGHT_SMILES, ELM_STREET = uuid4(), uuid4()
PHONE, TICKETS = uuid4(), uuid4()
NEW_YORK = ZoneInfo("America/New_York")
MONDAY_NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
NIGHT = datetime(2026, 11, 24, 4, tzinfo=UTC)
OPENING = Opening("America/New_York", {"mon": [["08:00", "17:00"]]})


def clock(now: datetime = MONDAY_NOON) -> Clock:
    return Clock(now, OPENING)


def going(severity: str = "high", *hosts: str, clinic: UUID | None = BRIGHT_SMILES) -> Going:
    topic = Topic(Kind.RULE, "volumes-encrypted")
    return Going(topic, severity, clinic, frozenset({"ENC-01"}), frozenset(hosts or ("OP1",)))


@pytest.mark.parametrize(
    ("way", "passes"),
    [
        (Way(PHONE), True),
        (Way(PHONE, BRIGHT_SMILES), True),
        (Way(PHONE, ELM_STREET), False),
        (Way(PHONE, severity="high"), True),
        (Way(PHONE, severity="critical"), False),
        (Way(PHONE, kinds=frozenset({"rule"})), True),
        (Way(PHONE, kinds=frozenset({"silence"})), False),
        (Way(PHONE, controls=frozenset({"ENC-01", "BAK-01"})), True),
        (Way(PHONE, controls=frozenset({"BAK-01"})), False),
        (Way(PHONE, hours="open"), True),
        (Way(PHONE, hours="closed"), False),
    ],
)
def test_a_route_lets_through_what_it_names(way: Way, passes: bool) -> None:
    assert bool(plan(going(), [way], [], clock())) is passes


@pytest.mark.parametrize(("hours", "passes"), [("open", False), ("closed", True), ("any", True)])
def test_at_night_the_clinic_is_closed(hours: str, passes: bool) -> None:
    assert bool(plan(going(), [Way(PHONE, hours=hours)], [], clock(NIGHT))) is passes


def test_what_concerns_the_org_goes_by_routes_over_all_clinics() -> None:
    ways = [Way(PHONE), Way(TICKETS, BRIGHT_SMILES)]

    assert [one.channel for one in plan(going(clinic=None), ways, [], clock())] == [PHONE]


def test_two_routes_to_one_channel_tell_once_and_the_sooner() -> None:
    ways = [Way(PHONE, pace="daily"), Way(PHONE, severity="high")]

    assert plan(going(), ways, [], clock()) == (Planned(PHONE, "waiting", MONDAY_NOON),)


def test_a_digest_is_held_until_the_morning_of_the_clinic() -> None:
    (planned,) = plan(going(), [Way(PHONE, pace="daily")], [], clock())

    assert (planned.state, planned.due_at) == ("held", datetime(2026, 11, 24, 13, tzinfo=UTC))


@pytest.mark.parametrize(
    ("severity", "due"),
    [("high", datetime(2026, 11, 24, 12, tzinfo=UTC)), ("critical", NIGHT)],
)
def test_quiet_hours_delay_all_but_what_is_critical(severity: str, due: datetime) -> None:
    way = Way(PHONE, quiet=(time(20), time(7)))

    assert plan(going(severity), [way], [], clock(NIGHT))[0].due_at == due


def test_a_mute_holds_back_and_says_which_it_was() -> None:
    mute = Silence(uuid4(), MONDAY_NOON + timedelta(days=1), BRIGHT_SMILES)

    assert plan(going(), [Way(PHONE)], [mute], clock()) == (
        Planned(PHONE, "muted", MONDAY_NOON, mute.id),
    )


@pytest.mark.parametrize(
    "mute",
    [
        Silence(uuid4(), MONDAY_NOON),
        Silence(uuid4(), NIGHT, ELM_STREET),
        Silence(uuid4(), NIGHT, name="screen-locks"),
        Silence(uuid4(), NIGHT, subject="OP2"),
    ],
    ids=["over", "another clinic", "another rule", "another machine"],
)
def test_a_mute_holds_back_nothing_else(mute: Silence) -> None:
    assert plan(going(), [Way(PHONE)], [mute], clock())[0].state == "waiting"


def test_a_muted_machine_does_not_hide_another_in_the_same_alert() -> None:
    mute = Silence(uuid4(), NIGHT, subject="OP1")

    assert plan(going("high", "OP1", "OP2"), [Way(PHONE)], [mute], clock())[0].state == "waiting"
    assert plan(going("high", "OP1"), [Way(PHONE)], [mute], clock())[0].state == "muted"


# Both switches of New York, and Lord Howe's of half an hour.
_ZONES = st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"])
_TIMES = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(_TIMES, _ZONES, st.sampled_from(["daily", "weekly"]))
def test_a_digest_is_always_at_eight_of_the_clinic_and_soon(now, zone_name, pace) -> None:
    zone = ZoneInfo(zone_name)

    at = next_digest(pace, now, zone)

    assert now < at <= now + timedelta(days=1 if pace == "daily" else 7, hours=1)
    assert at.astimezone(zone).time() == time(8)
    assert pace == "daily" or at.astimezone(zone).weekday() == 0


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 3, 7, 13, tzinfo=UTC), 23),
        (datetime(2026, 10, 31, 12, tzinfo=UTC), 25),
    ],
    ids=["spring", "autumn"],
)
def test_the_day_of_the_switch_is_as_long_as_it_is(now: datetime, hours: int) -> None:
    assert next_digest("daily", now, NEW_YORK) - now == timedelta(hours=hours)


@given(_TIMES, _ZONES, st.times(), st.times())
def test_quiet_hours_end_within_a_day_and_never_before_now(now, zone_name, begins, ends) -> None:
    zone = ZoneInfo(zone_name)

    at = quiet_end((begins, ends), now, zone)

    assert now <= at <= now + timedelta(hours=25, minutes=1)
