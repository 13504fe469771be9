"""Reports of a machine hang together, and one whose bytes were changed is named."""

import sqlite3
from contextlib import closing
from uuid import UUID

import pytest

from controller.ledger.chained import chained
from tests.controller.clinic import Machine, Server, verdict


@pytest.fixture
def op1(server: Server) -> Machine:
    machine = server.machine("OP1")
    for _ in range(4):
        machine.sync(machine.seal(machine.full(verdict("volumes-encrypted", "pass"))))
        server.passes(days=1)
    return machine


def test_whole_reports_fit_together(server: Server, op1: Machine) -> None:
    found = chained(server.clinic.place, UUID(op1.agent))

    assert (found.read, found.broken) == (4, ())


def test_a_report_that_was_exchanged_is_named(server: Server, op1: Machine) -> None:
    with closing(sqlite3.connect(server.home.database)) as database:
        sql = "UPDATE report SET raw = (SELECT raw FROM report WHERE seq = 2) WHERE seq = 3"
        database.execute(sql)
        database.commit()

    assert chained(server.clinic.place, UUID(op1.agent)).broken == ("1:3",)
