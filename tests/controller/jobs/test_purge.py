"""What is past its time goes by itself; a wrong clock or an edited table takes nothing along."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from controller.findings.expired import Steps
from controller.findings.purge import Round
from controller.findings.rebuild import check
from controller.jobs.purge import Broom
from controller.ledger import check as books
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


TERMS = (
    "INSERT INTO keeping (org_id, clinic_id, reports_days, facts_days, held_by, held_for, id)"
    " VALUES ('{}', '{}', 30, 90, '', '', 'a')"
)


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


def edits(server: Server, sql: str) -> None:
    with closing(sqlite3.connect(server.home.database)) as connection, connection:
        connection.execute(sql)


def found(server: Server) -> set[str]:
    return {f"{one.table}: {one.what}" for one in books.check(server.home, server.clinic.org)}


@pytest.mark.threat("erased-unseen")
def test_a_hold_that_was_lifted_in_the_database_is_noticed_for_ever(
    server: Server, op1: Machine
) -> None:
    clinic = Clinic.objects.at(server.clinic.place).get()
    keeping.hold(server.home, clinic, "counsel", By("dr_lee", "192.0.2.7", server.now))
    reports(server, op1, LATE)
    assert (sweeps(server, LATE), found(server)) == (0, set())

    edits(server, "UPDATE keeping SET held_at = NULL")
    decided = "keeping: not what was decided of terms and holds"
    assert found(server) == {decided}
    assert sweeps(server, LATE) > 0
    edits(server, f"UPDATE keeping SET held_at = '{MORNING:%Y-%m-%d %H:%M:%S}'")

    assert found(server) == {"log_entry: erased while it was held"}


@pytest.mark.threat("erased-unseen")
def test_what_was_erased_before_its_time_is_noticed(server: Server, op1: Machine) -> None:
    now = server.now
    early = Round(server.home, server.clinic.org, Steps(timedelta(), timedelta()))
    early._until = now
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeping, "SIX_YEARS_DAYS", 30)
        edits(server, TERMS.format(server.clinic.org.hex, server.clinic.id.hex))
        early.step(now, lambda: True)
    edits(server, "DELETE FROM keeping")

    assert found(server) == {"log_entry: erased before its time"}
