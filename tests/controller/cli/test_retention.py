"""From the shell it is seen what is kept and held, and what would go goes."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.checks import books
from controller.cli.checks.base import Seen
from controller.findings.rebuild import check
from controller.fleet import absence
from tests.controller.clinic import Server
from tests.controller.findings.test_purge import told
from tests.controller.tables import rows

DAY = timedelta(days=1)


@pytest.fixture
def old(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """OP1's facts of half a year ago, each day for a fortnight."""
    monkeypatch.setattr("controller.cli.ready.opened", lambda: server.home)
    server.now = datetime.now(tz=UTC) - 180 * DAY
    op1 = server.machine("OP1")
    for day in range(14):
        op1.sync(op1.seal(told(op1, day, "volumes")))
        server.passes(days=1)
    server.now = datetime.now(tz=UTC)
    op1.sync(op1.event())
    return server


def test_where_no_machine_reports_any_more_a_person_says_by_which_clock(old: Server) -> None:
    with closing(sqlite3.connect(old.home.database)) as connection, connection:
        connection.execute("DELETE FROM report WHERE seq = (SELECT max(seq) FROM report)")
    left = payloads(old)
    run("run")
    assert payloads(old) == left

    run("run", "--by-this-clock")

    assert payloads(old) == 1


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["retention", *words])
    return done.exit_code, done.output


def payloads(server: Server) -> int:
    return int(rows(server.home, "SELECT count(*) FROM report WHERE raw IS NOT NULL")[0][0])


def test_it_says_what_would_go_and_changes_nothing(old: Server) -> None:
    said = "Bright Smiles: reports 2,192 days, facts 90 days; 13 payloads are past their time\n"

    assert run("show") == (0, said)
    assert run("run", "--dry-run") == (0, "13 payloads of North Quay IT would go\n")
    assert payloads(old) == 15


def test_it_goes(old: Server) -> None:
    code, said = run("run")

    assert (code, payloads(old)) == (0, 2)
    assert "13 payloads of North Quay IT were erased" in said
    assert check(old.home, old.clinic.org) == ()
    assert run("run", "--dry-run") == (0, "0 payloads of North Quay IT would go\n")


def test_what_is_held_stays(old: Server) -> None:
    run("hold", "--reason", "a letter of counsel")
    run("run")

    assert payloads(old) == 15
    assert "by shell: a letter of counsel" in run("show")[1]
    run("release", "--reason", "settled")
    run("run")
    assert payloads(old) == 2


def test_terms_are_set_and_the_law_is_kept(old: Server) -> None:
    assert run("set", "--reports", "3650", "--facts", "365")[0] == 0
    assert "reports 3,650 days, facts 365 days; 0 payloads" in run("show")[1]
    code, said = run("set", "--reports", "365")
    assert (code, "cannot be kept for 365 days" in said) == (2, True)


def test_the_doctor_asks_after_an_old_hold_and_long_outages(old: Server) -> None:
    now = datetime.now(tz=UTC)
    run("hold", "--reason", "a letter of counsel")
    absence.pulse(now - 3 * DAY)
    absence.pulse(now - 2 * DAY)
    seen, later = (Seen(old.home, at, "a:1", "http://a") for at in (now, now + 400 * DAY))

    ((_, today),) = books.retention(seen)
    ((held, advice),) = books.retention(later)
    assert (today, "a letter of counsel" in held) == (None, True)
    assert "is it still needed?" in str(advice)
    ((said, advice),) = books.away(seen)
    assert (said, bool(advice)) == (
        "it was away 1 time(s) in the last week, 24.0 hours in all",
        True,
    )
