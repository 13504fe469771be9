"""Each day that is over is written down once, as it was known at its end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from controller.findings import days, looks
from controller.findings.models import ClinicDay
from controller.fleet.models import Machine as Row
from controller.people.actions import add_user
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


def test_a_line_is_the_share_proven_of_each_day(server: Server, nas: Machine) -> None:
    days.fill(server.clinic.org, NEXT_DAY)

    trend = days.trend(server.clinic.place, [server.clinic.id], date(2026, 11, 1))

    assert trend == {server.clinic.id: [(date(2026, 11, 23), 0)]}


def test_what_changed_stays_new_for_as_long_as_a_visit_lasts(server: Server) -> None:
    place, user = server.clinic.place, add_user("sam@north-quay.example", "Sam", "a calm ward list")
    minutes = (0, 20, 45, 80, 90)

    since = [looks.look(place, user.pk, MORNING + timedelta(minutes=one)) for one in minutes]

    first = MORNING - looks.FIRST
    seen = MORNING + timedelta(minutes=45)
    assert since == [first, first, first, seen, seen]
    assert looks.since(place, user.pk) == seen
