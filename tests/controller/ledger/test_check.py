"""Whoever edits, adds or takes away a row of the ledger is found: each column of the schema."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from controller.exports.gather import Order, evidence
from controller.fleet.own_keys import rotate_logs
from controller.identity.home import ControllerHome
from controller.ledger import models
from controller.ledger.actions import Act, By, Statement, acting, told
from controller.ledger.check import check
from controller.tenants.scope import Place
from tests.controller.clinic import Server, verdict

TABLES = (
    models.Log,
    models.LogEntry,
    models.LogNode,
    models.Checkpoint,
    models.Audit,
    models.Document,
    models.LogKey,
    models.Report,
)


@pytest.fixture
def week(server: Server) -> Server:
    """Three days of reports, sign-ins, a waiver, an attestation and an export."""
    machine = server.machine("OP1")
    org, clinic = server.clinic.org, server.clinic.id
    for day in range(3):
        machine.sync(machine.seal(machine.full(verdict("volumes-encrypted"))), machine.event())
        by = By("dr_lee", "192.0.2.7", server.now)
        told(server.home, by, Act("sign_in", "dr_lee", None, {"n": day}), org)
        with acting(server.home, by) as books:
            for kind in ("waiver", "attestation"):
                about = UUID(hashlib.md5(f"{kind} {day}".encode()).hexdigest(), version=4)
                books.state(org, clinic, Statement(kind, about, "grant", b'{"why":"old"}'))
        if day == 1:
            rotate_logs(server.home, By("shell", "", server.now), "age")
        server.passes(days=1)
    order = Order(clinic, server.now - timedelta(days=3), server.now, By("x", "", server.now))
    evidence(server.home, Place(org), order, BytesIO())
    machine.sync(machine.event())
    return server


def test_what_nobody_touched_is_as_it_was_logged(week: Server) -> None:
    assert check(week.home, week.clinic.org) == []


@pytest.mark.threat("edited-history")
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_an_edit_of_any_column_of_the_ledger_differs(week: Server, model: Any) -> None:
    columns = [field.column for field in model._meta.concrete_fields if field.column]
    unseen = [name for name in columns if not _is_found(week, model._meta.db_table, name)]

    assert len(columns) > 3
    assert unseen == []


@pytest.mark.threat("edited-history")
@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.db_table)
def test_a_row_taken_out_of_the_ledger_differs(week: Server, model: Any) -> None:
    rows = _rows(week.home, model._meta.db_table)

    assert [
        dict(row) for row in rows[:: len(rows) // 3 or 1] if not _is_missed(week, model, row)
    ] == []


@pytest.mark.threat("covered-tracks")
def test_the_last_act_of_an_administrator_cannot_be_deleted_unseen(week: Server) -> None:
    _run(week.home, "DELETE FROM audit WHERE n = (SELECT max(n) FROM audit)")
    (found,) = check(week.home, week.clinic.org)

    assert found.table == "audit"


def test_an_act_made_up_afterwards_is_found(week: Server) -> None:
    row = models.Audit.objects.at(Place(week.clinic.org)).order_by("-n").first()
    assert row is not None
    row.pk, row.n = UUID(int=5, version=4), row.n + 1
    row.save(force_insert=True)

    assert [each.table for each in check(week.home, week.clinic.org)] == ["audit"]


def _is_found(server: Server, table: str, column: str) -> bool:
    """Is an edit of this column found, in the row where it could be hidden best?"""
    sql = f"UPDATE {table} SET {column} = ? WHERE rowid = ?"
    row = _row(server.home, table)
    _run(server.home, sql, _other(row[column], column), row["rowid"])
    try:
        return check(server.home, server.clinic.org) != []
    finally:
        _run(server.home, sql, row[column], row["rowid"])


def _is_missed(server: Server, model: Any, row: sqlite3.Row) -> bool:
    table = model._meta.db_table
    _run(server.home, f"DELETE FROM {table} WHERE rowid = ?", row["rowid"])
    try:
        return check(server.home, server.clinic.org) != []
    finally:
        marks = ", ".join("?" * len(row))
        _run(server.home, f"INSERT INTO {table} ({', '.join(row.keys())}) VALUES ({marks})", *row)


def _run(home: ControllerHome, sql: str, *values: Any) -> None:
    with closing(sqlite3.connect(home.database)) as connection:
        connection.execute(sql, values)
        connection.commit()


def _row(home: ControllerHome, table: str) -> sqlite3.Row:
    """One from the middle."""
    rows = _rows(home, table)
    return rows[len(rows) // 2]


def _rows(home: ControllerHome, table: str) -> list[sqlite3.Row]:
    """All rows; of checkpoints those that are kept for ever: one within a day may go."""
    where = "WHERE keep" if table == "checkpoint" else ""
    with closing(sqlite3.connect(home.database)) as connection:
        connection.row_factory = sqlite3.Row
        return connection.execute(f"SELECT rowid, * FROM {table} {where}").fetchall()


def _other(value: Any, column: str) -> Any:
    match value:
        case None | str() if column in ("before", "after"):
            return '{"n": 99}'
        case None if column.endswith("_at"):
            return "2026-11-23 08:00:00"
        case None:
            return 7 if column in ("epoch", "seq", "dict_id") else f"{7:032x}"
        case int():
            return 1 - value if column == "keep" else value + 10_000
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str() if column.endswith("at"):
            return value.replace("2026", "2025", 1)
    return value[:-1] + ("0" if value[-1:] != "0" else "1")
