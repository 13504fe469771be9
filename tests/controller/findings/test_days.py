"""Each day that is over is written down once, as it was known at its end."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.findings import days, looks
from controller.findings.day_models import ClinicDay
from controller.fleet import absence
from controller.fleet.models import Machine as Row
from controller.people.actions import add_user
from controller.tenants import queries
from controller.tenants.models import Clinic
from tests.controller.clinic import MORNING, Machine, Server, verdict

NEXT_DAY = MORNING + timedelta(days=1)


@pytest.fixture
def nas(server: Server) -> Machine:
    machine = server.machine("NAS-1", presence="always_on")
    machine.seal(machine.full(verdict("volumes-encrypted"), verdict("screen-locks", "fail")))
    machine.sync(*machine.sealed)
    return machine


def written(server: Server) -> list[tuple[date, int, int, int]]:
    rows = ClinicDay.objects.at(server.clinic.place).order_by("day")
    return list(rows.values_list("day", "proven", "failing", "stale"))


def test_a_day_is_written_when_it_is_over_and_only_once(server: Server, nas: Machine) -> None:
    org = server.clinic.org

    assert [days.fill(org, at) for at in (MORNING, NEXT_DAY, NEXT_DAY)] == [0, 1, 0]


def test_a_silent_machines_passes_are_stale_in_the_line_too(server: Server, nas: Machine) -> None:
    server.now = datetime(2026, 11, 23, 23, 50, tzinfo=UTC)
    nas.sync()
    days.fill(server.clinic.org, NEXT_DAY + timedelta(days=1))

    assert written(server) == [(date(2026, 11, 23), 1, 1, 0), (date(2026, 11, 24), 0, 1, 1)]


def test_a_machine_that_is_not_approved_is_not_in_the_line(server: Server, nas: Machine) -> None:
    Row.objects.at(server.clinic.place).update(state="quarantined")
    days.fill(server.clinic.org, NEXT_DAY)

    assert written(server) == []


def test_days_written_anew_are_the_same(server: Server, nas: Machine) -> None:
    days.fill(server.clinic.org, NEXT_DAY + timedelta(days=3))
    before = written(server)

    assert days.again(server.clinic.org, NEXT_DAY + timedelta(days=3)) == 4
    assert written(server) == before


def move_to(server: Server, zone: str) -> None:
    Clinic.objects.at(server.clinic.place).update(time_zone=zone)


@pytest.mark.parametrize(
    ("zone", "over"),
    [
        ("America/New_York", datetime(2026, 11, 24, 5, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 23, 11, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
def test_a_day_is_over_at_the_clinics_midnight(
    server: Server, nas: Machine, zone: str, over: datetime
) -> None:
    move_to(server, zone)
    minute = timedelta(minutes=1)

    assert [days.fill(server.clinic.org, at) for at in (over - minute, over)] == [0, 1]
    assert [day for day, *_ in written(server)] == [date(2026, 11, 23)]


def test_what_came_after_the_clinics_midnight_is_of_its_next_day(
    server: Server, nas: Machine
) -> None:
    """Nine in the evening of New York, two hours after midnight in UTC: it is that day's still."""
    move_to(server, "America/New_York")
    server.now = datetime(2026, 11, 24, 2, tzinfo=UTC)
    nas.sync(nas.seal(nas.full(verdict("volumes-encrypted", "fail"), verdict("screen-locks"))))
    server.now = datetime(2026, 11, 24, 4, 50, tzinfo=UTC)
    nas.sync(nas.seal(nas.full(verdict("volumes-encrypted", "fail"), verdict("usb", "fail"))))
    server.passes(minutes=20)
    nas.sync(nas.seal(nas.full()))
    days.fill(server.clinic.org, datetime(2026, 11, 24, 6, tzinfo=UTC))

    assert written(server) == [(date(2026, 11, 23), 0, 2, 0)]


def test_a_clinic_that_moves_has_its_days_written_anew(server: Server, nas: Machine) -> None:
    place, later = server.clinic.place, datetime(2026, 11, 26, 12, tzinfo=UTC)
    days.fill(server.clinic.org, later)
    move_to(server, "Pacific/Auckland")
    days.forget(place.clinic(server.clinic.id))
    days.fill(server.clinic.org, later)

    assert [day.day for day, *_ in written(server)] == [23, 24, 25, 26]


def test_a_day_that_ended_while_nobody_listened_is_left_out(server: Server, nas: Machine) -> None:
    absence.pulse(MORNING)
    server.now = MORNING + timedelta(days=2)
    absence.pulse(server.now)
    while server.now < MORNING + timedelta(days=3):
        nas.sync()
        absence.pulse(server.now)
        server.passes(minutes=2.5)
    days.fill(server.clinic.org, server.now)

    assert written(server) == [(date(2026, 11, 25), 1, 1, 0)]


ZONES = (
    "America/New_York",
    "America/Santiago",
    "America/Havana",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Kiritimati",
    "UTC",
)


@given(day=st.dates(date(2000, 1, 1), date(2037, 12, 31)), name=st.sampled_from(ZONES))
def test_days_meet_without_gap_or_overlap_also_where_clocks_change(day: date, name: str) -> None:
    zone, tick = ZoneInfo(name), timedelta(milliseconds=1)
    begins, ends = days.end_of(day - timedelta(days=1), zone), days.end_of(day, zone)

    assert timedelta(hours=22.9) < ends - begins < timedelta(hours=25.1)
    assert (ends - tick).astimezone(zone).date() == day
    assert ends.astimezone(zone).date() == day + timedelta(days=1)
    assert begins.astimezone(zone).date() == day


def test_a_year_of_new_york_has_one_day_of_23_hours_and_one_of_25() -> None:
    zone = ZoneInfo("America/New_York")
    of_year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    ends = [days.end_of(day, zone) for day in of_year]
    lengths = [(after - before) / timedelta(hours=1) for before, after in pairwise(ends)]

    assert sorted(Counter(lengths).items()) == [(23, 1), (24, 362), (25, 1)]


def test_a_line_is_the_share_proven_of_each_day(server: Server, nas: Machine) -> None:
    days.fill(server.clinic.org, NEXT_DAY)

    trend = days.trend(server.clinic.place, [server.clinic.id], date(2026, 11, 24))

    assert trend == {server.clinic.id: [(date(2026, 11, 23), 0)]}


def test_what_changed_stays_new_for_as_long_as_a_visit_lasts(server: Server) -> None:
    place, user = server.clinic.place, add_user("sam@north-quay.example", "Sam", "a calm ward list")
    minutes = (0, 20, 45, 80, 90)

    def seen_now() -> looks.Seen:
        return looks.seen_in(queries.numbers(place, looks.columns(place, user.pk)))

    since = [
        looks.look(place, user.pk, seen_now(), MORNING + timedelta(minutes=one)) for one in minutes
    ]

    first = MORNING - looks.FIRST
    seen = MORNING + timedelta(minutes=45)
    assert since == [first, first, first, seen, seen]
    assert seen_now().since == seen


def test_two_pages_that_are_opened_at_once_are_one_first_look(server: Server) -> None:
    place, user = server.clinic.place, add_user("sam@north-quay.example", "Sam", "a calm ward list")
    never = looks.Seen(None, None)

    both = [looks.look(place, user.pk, never, MORNING) for _ in range(2)]

    assert both == [MORNING - looks.FIRST] * 2
    assert queries.numbers(place, looks.columns(place, user.pk))["last_at"] == MORNING
