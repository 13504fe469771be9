"""What is past its time goes by itself; a wrong clock or an edited table takes nothing along."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from controller.findings.rebuild import check
from controller.jobs.purge import Broom
from controller.ledger import keeping
from controller.ledger.actions import By
from controller.ledger.keeping import SIX_YEARS_DAYS, Terms
from controller.tenants.models import Clinic
from evidence import leaf
from evidence.report import Clock
from tests.controller.clinic import MORNING, Machine, Server, verdict
from tests.controller.tables import check_logs, rows

DAY = timedelta(days=1)
LATE = MORNING + (SIX_YEARS_DAYS + 100) * DAY


@pytest.fixture
def op1(server: Server) -> Machine:
    """OP1, with a report each ten days of half a year."""
    machine = server.machine("OP1")
    for _ in range(18):
        machine.sync(machine.seal(machine.full(verdict("usb"))))
        server.passes(days=10)
    return machine


def sweeps(server: Server, now: datetime) -> int:
    broom, gone = Broom(), 0
    for minute in range(3):
        gone += broom(server.home, now + minute * timedelta(minutes=1))
    return gone


def reports(server: Server, machine: Machine, now: datetime, **said: object) -> None:
    """At a server whose clock says `now`; the machine's own says what is said."""
    server.now = now
    machine.sync(machine.seal(machine.full(verdict("usb")), **said))


def test_what_is_past_its_time_goes_while_machines_report(server: Server, op1: Machine) -> None:
    reports(server, op1, LATE)

    assert sweeps(server, LATE) == 10
    assert check(server.home, server.clinic.org) == ()
    check_logs(server.home)
    said = rows(server.home, "SELECT line FROM log_entry WHERE kind = 'erased'")
    assert {leaf.read(line).at >= LATE for (line,) in said} == {True}


@pytest.mark.threat("erased-unseen")
def test_a_server_whose_clock_ran_ahead_erases_nothing(server: Server, op1: Machine) -> None:
    now = server.now
    assert sweeps(server, LATE) == 0

    reports(server, op1, LATE, at=now, clock=Clock(trust="skewed", offset_ms=-(10**11)))

    assert sweeps(server, LATE) == 0


@pytest.mark.parametrize(
    "said", [{"at": LATE + 900 * DAY}, {"at": LATE, "clock": Clock(trust="unset", offset_ms=None)}]
)
def test_a_clock_that_is_wrong_itself_vouches_for_nothing(
    said: dict[str, object], server: Server, op1: Machine
) -> None:
    reports(server, op1, LATE, **said)

    assert sweeps(server, LATE) == 0


@pytest.mark.threat("erased-unseen")
def test_terms_that_were_lowered_in_the_database_are_those_of_the_law(
    server: Server, op1: Machine
) -> None:
    clinic = Clinic.objects.at(server.clinic.place).get()
    by = By("dr_lee", "192.0.2.7", server.now)
    keeping.set_terms(server.home, clinic, Terms(4000, 400), by)
    with closing(sqlite3.connect(server.home.database)) as connection, connection:
        connection.execute("UPDATE keeping SET reports_days = 1, facts_days = 1")

    reports(server, op1, server.now)

    assert sweeps(server, server.now) == 0
