"""What is exported of a clinic is proven to a stranger, and one changed byte is not."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest

from controller.errors import NotThere
from controller.exports.gather import Order, evidence, policy
from controller.ledger.actions import By
from controller.tenants.scope import Place
from evidence import trust_policy
from evidence.verify import run
from tests.controller.clinic import Server, verdict


def exported(server: Server, days: int = 30, clinic: UUID | None = None) -> bytes:
    by = By("dr_lee", "", server.now)
    order = Order(clinic or server.clinic.id, server.now - timedelta(days=days), server.now, by)
    out = BytesIO()
    evidence(server.home, server.clinic.place, order, out)
    return out.getvalue()


def verified(server: Server, data: bytes) -> run.Outcome:
    keys = trust_policy.read(policy(server.home, server.clinic.place))
    return run.verify(BytesIO(data), keys)


@pytest.fixture
def ten_days(server: Server) -> Server:
    """Two machines that reported daily for ten days; one changed its mind now and then."""
    machines = [server.machine(name) for name in ("OP1", "OP2")]
    for day in range(10):
        for machine in machines:
            said = verdict("volumes-encrypted", "fail" if day % 3 else "pass")
            machine.sync(machine.seal(machine.full(said)), machine.event())
        server.passes(days=1)
    return server


def test_a_whole_export_is_proven(ten_days: Server) -> None:
    outcome = verified(ten_days, exported(ten_days))

    assert outcome.standing == "proven", outcome
    assert outcome.told.reports == 40


def test_a_part_of_the_time_is_proven_too(ten_days: Server) -> None:
    outcome = verified(ten_days, exported(ten_days, days=3))

    assert outcome.standing == "proven", outcome
    assert outcome.told.reports < 40


def test_a_report_that_was_changed_in_the_database_is_false(ten_days: Server) -> None:
    from tests.controller.tables import rows

    ((raw,),) = rows(ten_days.home, "SELECT raw FROM report WHERE seq = 7 LIMIT 1")
    _put(ten_days, "UPDATE report SET raw = ? WHERE seq = 8 AND raw IS NOT NULL", raw)

    assert verified(ten_days, exported(ten_days)).standing == "false"


def test_a_line_that_was_changed_in_the_database_is_not_exported_unseen(
    ten_days: Server,
) -> None:
    sql = "UPDATE log_entry SET line = CAST(replace(line, ?, ?) AS BLOB) WHERE idx = 9"
    _put(ten_days, sql, '"seq":1', '"seq":9')
    assert verified(ten_days, exported(ten_days)).standing == "false"


def test_another_org_is_not_there(ten_days: Server) -> None:
    stranger = Place(UUID("00000000-0000-4000-8000-000000000001"))
    order = Order(ten_days.clinic.id, ten_days.now, ten_days.now, By("eve", "", ten_days.now))
    with pytest.raises(NotThere):
        evidence(ten_days.home, stranger, order, BytesIO())


def test_an_export_is_an_act_that_stands_in_the_export(ten_days: Server) -> None:
    assert b"evidence.export" in exported(ten_days)


def _put(server: Server, sql: str, *params: object) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(server.home.database)) as connection:
        connection.execute(sql, params)
        connection.commit()
