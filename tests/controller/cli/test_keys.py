"""The controller's keys and tables from its shell."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from unittest.mock import patch

import pytest
from click.testing import Result
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.tables import Tables
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys, recovery_sheet
from controller.identity.sole import sole
from controller.ledger.models import Audit
from evidence import trust_policy
from tests.controller.clinic import Clinic


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    with patch.dict(os.environ):
        yield


def types(home: ControllerHome, *words: str, answer: str = "") -> Result:
    return CliRunner().invoke(app, ["--home", str(home.root), *words], input=answer)


def test_a_new_receipt_key_is_an_act_in_the_orgs_log(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    done = types(home, "keys", "rotate-receipt", "--why", "age")

    assert done.exit_code == 0, done.output
    assert Keys.load(home).generation == 2
    act = Audit.objects.at(bright_smiles.place).get(action="keys.receipt")
    assert act.after == {"generation": 2, "why": "age"}
    assert Keys.load(home).receipt().public.hex in types(home, "keys", "show").stdout


def test_no_key_changes_while_somebody_serves(home: ControllerHome) -> None:
    with sole(home):
        for words in (
            ("keys", "rotate-receipt"),
            ("keys", "rotate-log"),
            ("init", "--rotate-ca", "start"),
        ):
            done = types(home, *words)
            assert (done.exit_code, "another dentinel-controller serves" in done.stderr) == (
                2,
                True,
            )
    assert Keys.load(home).generation == 1


def test_a_change_cut_off_before_its_file_is_finished_by_the_next_command(
    home: ControllerHome,
) -> None:
    types(home, "keys", "rotate-receipt")
    home.receipt_generation.unlink()
    types(home, "keys", "show")
    assert Keys.load(home).generation == 2


def test_a_ca_is_changed_step_by_step(home: ControllerHome) -> None:
    before = types(home, "keys", "show").stdout
    for step, phase in (("start", "started"), ("serve", "serving"), ("finish", "standby")):
        done = types(home, "init", "--rotate-ca", step)
        assert done.exit_code == 0, done.output
        assert phase in types(home, "keys", "show").stdout
    assert types(home, "keys", "show").stdout != before


def test_the_sheet_brings_the_seed_back(home: ControllerHome) -> None:
    keys = Keys.load(home)
    sheet = recovery_sheet(keys, home.id())
    assert types(home, "keys", "recover", "-", answer=sheet).exit_code == 2
    home.seed.unlink()
    done = types(home, "keys", "recover", "-", answer=sheet.lower())

    assert done.exit_code == 0, done.output
    assert Keys.load(home) == keys
    assert home.seed.stat().st_mode & 0o077 == 0


def test_a_sheet_that_was_typed_wrongly_is_noticed(home: ControllerHome) -> None:
    sheet = recovery_sheet(Keys.load(home), home.id())
    home.seed.unlink()
    letter = sheet.index("   ") + 3
    wrong = sheet[:letter] + ("A" if sheet[letter] != "A" else "B") + sheet[letter + 1 :]
    for text in (wrong, sheet.replace("check", ""), "nothing"):
        assert types(home, "keys", "recover", "-", answer=text).exit_code == 2
    assert not home.seed.exists()


def test_a_sheet_of_another_controller_is_refused(home: ControllerHome) -> None:
    other = recovery_sheet(Keys(b"\x07" * 32), home.id())
    home.seed.unlink()
    done = types(home, "keys", "recover", "-", answer=other)
    assert (done.exit_code, "not of this controller's seed" in done.stderr) == (2, True)


@pytest.fixture
def old(home: ControllerHome) -> ControllerHome:
    """A home whose tables are those of an earlier release: one step is taken back."""
    from django.core.management import call_command

    call_command("migrate", "fleet", "0002", verbosity=0)
    return home


def test_no_command_works_on_older_tables(old: ControllerHome) -> None:
    done = types(old, "token", "list")
    assert (done.exit_code, "dentinel-controller migrate" in done.stderr) == (2, True)


@pytest.mark.slow
def test_migrate_keeps_a_backup_and_says_what_it_did(old: ControllerHome) -> None:
    done = types(old, "migrate")

    assert (done.exit_code, Tables.read().missing) == (0, ()), done.output
    assert "done: fleet 0003_identity" in done.stdout
    (kept,) = old.before.iterdir()
    assert str(kept) in done.stdout
    assert "nothing to do" in types(old, "migrate").stdout


def test_tables_are_not_changed_while_somebody_serves(old: ControllerHome) -> None:
    with sole(old):
        done = types(old, "migrate")
    assert (done.exit_code, "stop that one first" in done.stderr) == (2, True)
    assert Tables.read().missing != ()


def test_tables_of_a_newer_release_are_left_alone(home: ControllerHome) -> None:
    with closing(sqlite3.connect(home.database)) as db, db:
        db.execute(
            "INSERT INTO django_migrations (app, name, applied)"
            " VALUES ('fleet', '0999_from_next_year', '2027-01-01')"
        )
    for words in (("serve",), ("migrate",), ("init",)):
        done = types(home, *words)
        assert (done.exit_code, "newer release" in done.stderr) == (2, True)


def test_new_keys_of_the_logs_are_an_act_and_both_sign_for_thirty_days(
    home: ControllerHome, bright_smiles: Clinic
) -> None:
    assert "the first of each log" in types(home, "keys", "show").stdout
    before = types(home, "evidence", "policy").stdout
    done = types(home, "keys", "rotate-log", "--why", "age")

    assert done.exit_code == 0, done.output
    assert "signs beside it until" in done.stdout
    assert "evidence policy" in done.stdout
    act = Audit.objects.at(bright_smiles.place).get(action="keys.log")
    assert act.after == {"why": "age"}
    said = types(home, "keys", "show").stdout
    assert "renewed for 2 log(s); for 2 the one before signs too" in said
    both = trust_policy.read(types(home, "evidence", "policy").stdout)
    assert {*trust_policy.read(before).logs} < {*both.logs}
    assert len(both.logs) == 4


def test_a_key_of_the_logs_that_was_stolen_ends_at_once(home: ControllerHome) -> None:
    before = trust_policy.read(types(home, "evidence", "policy").stdout)
    done = types(home, "keys", "rotate-log", "--why", "compromise")
    said = types(home, "evidence", "policy").stdout

    assert "no key before it signs any more" in done.stdout
    assert "those before it are not to be trusted" in said
    assert not {*before.logs} & {*trust_policy.read(said).logs}
    assert "renewed for 2 log(s) (" in types(home, "keys", "show").stdout
