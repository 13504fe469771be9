"""`rebuild` finds what stands in the tables and not in the reports, names it, and puts it right."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.meter import meter
from controller.ledger.models import Audit
from tests.controller.clinic import Server, verdict


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ):
        yield


@pytest.fixture
def bright_smiles_reports(server: Server) -> Server:
    machine = server.machine("OP1")
    machine.seal(machine.full(verdict("screen-locks"), verdict("volumes-encrypted", "fail")))
    machine.sync(*machine.sealed)
    return server


def types(server: Server, *words: str) -> Result:
    return CliRunner().invoke(app, ["--home", str(server.home.root), "rebuild", *words])


def harm(server: Server, sql: str) -> None:
    with closing(sqlite3.connect(server.home.database)) as connection:
        assert connection.execute(sql).rowcount > 0
        connection.commit()


def test_tables_that_are_true_are_said_to_be(bright_smiles_reports: Server) -> None:
    done = types(bright_smiles_reports, "--check")

    assert (done.exit_code, done.stdout) == (
        0,
        "the tables of North Quay IT are what its reports say\n",
    )


def test_a_check_names_the_row_and_changes_nothing(bright_smiles_reports: Server) -> None:
    harm(
        bright_smiles_reports,
        "UPDATE rule_state SET verdict = 'pass' WHERE verdict = 'fail'",
    )

    first, second = (types(bright_smiles_reports, "--check") for _ in range(2))

    assert first.exit_code == second.exit_code == 1
    assert first.stdout == second.stdout
    assert "rule_state OP1 volumes-encrypted: verdict is 'pass', not 'fail'" in first.stdout
    assert "1 row of North Quay IT not as reported" in first.stdout


def test_a_row_too_few_and_a_row_too_many_are_named(bright_smiles_reports: Server) -> None:
    harm(bright_smiles_reports, "DELETE FROM rule_state WHERE verdict = 'fail'")
    harm(
        bright_smiles_reports,
        "INSERT INTO rule_span (org_id, machine_id, rule_no, epoch, seq, verdict, observed_from,"
        " known_from) SELECT org_id, machine_id, rule_no, 1, 9, verdict, observed_from, known_from"
        " FROM rule_span LIMIT 1",
    )

    told = types(bright_smiles_reports, "--check").stdout

    assert "rule_state OP1 volumes-encrypted: there is no such row" in told
    assert "1 9: a row of which no report speaks" in told


def test_what_was_put_right_is_in_the_audit_log(bright_smiles_reports: Server) -> None:
    harm(bright_smiles_reports, "UPDATE machine SET n_fail = 0")

    done = types(bright_smiles_reports)
    again = types(bright_smiles_reports, "--check", "--org", "north-quay")

    assert (done.exit_code, again.exit_code) == (0, 0)
    act = Audit.objects.at(bright_smiles_reports.clinic.place).get(action="tables.rebuild")
    assert act.after == {"rows": 1, "tables": ["machine"]}


def test_a_meter_writes_over_one_line_and_wipes_it(capsys) -> None:
    ticks = iter((0.0, 0.05, 0.2, 0.3))
    show = meter("machines", lambda: next(ticks), is_terminal=True)
    for done in range(4):
        show(done, 3)

    assert capsys.readouterr().err == "\r\x1b[Kmachines: 0 of 3\r\x1b[Kmachines: 2 of 3\r\x1b[K"
