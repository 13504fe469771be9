"""A backup by one command, and a controller put back by another."""

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.db import connections
from typer.testing import CliRunner

from controller.cli.app import app
from controller.identity import watcher
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys, recovery_sheet
from controller.identity.strongbox import MAGIC
from tests.controller.clinic import Clinic, Server
from tests.controller.conftest import django_on
from tests.controller.tables import check_logs, rows


class Shell:
    """Types commands at one home."""

    def __init__(self, home: ControllerHome) -> None:
        self.home = home

    def __call__(self, *words: str):
        connections["default"].close()
        with patch.dict(os.environ), django_on(self.home):
            return CliRunner().invoke(app, ["--home", str(self.home.root), *words])

    def says(self, *words: str) -> str:
        done = self(*words)
        assert done.exit_code == 0, done.output
        return done.stdout


@pytest.fixture
def shell(home: ControllerHome) -> Shell:
    return Shell(home)


@pytest.fixture
def box(shell: Shell, tmp_path: Path) -> Path:
    """A backup of Bright Smiles' controller as it was in the morning."""
    (shell.home.root / "tuf").mkdir()
    (shell.home.root / "tuf" / "1.root.json").write_text("signed elsewhere")
    shell.says("backup", str(tmp_path / "morning.box"))
    return tmp_path / "morning.box"


@pytest.fixture
def grown(shell: Shell, box: Path, bright_smiles: Clinic) -> Shell:
    """The same controller in the evening: a machine has joined."""
    with Server(shell.home, bright_smiles) as server:
        server.machine("OP1")
    return shell


def states(home: ControllerHome) -> list[tuple]:
    return rows(home, "SELECT generation, state FROM log ORDER BY generation, id")


def test_a_backup_is_sealed_and_private(shell: Shell, box: Path) -> None:
    data = box.read_bytes()

    assert data.startswith(MAGIC)
    assert b"SQLite format" not in data
    assert box.stat().st_mode & 0o777 == 0o600
    assert not list(shell.home.root.glob("*.new"))


def test_the_seed_and_the_lock_are_not_in_it(shell: Shell, box: Path) -> None:
    from controller.identity import backup

    with backup.unpacked(shell.home, box, Keys.load(shell.home)) as found:
        names = {p.relative_to(found.root).as_posix() for p in found.root.rglob("*")}
        seed = shell.home.seed.read_bytes()
        assert not any(seed in p.read_bytes() for p in found.root.rglob("*") if p.is_file())
    assert {"controller.sqlite", "keys/controller-id", "tuf/1.root.json"} <= names
    assert not names & {"keys/seed", "checkpoint-lock.sqlite", "serving.sqlite"}


def test_a_token_of_the_numbers_that_was_ended_is_not_opened_by_a_restore(
    shell: Shell, tmp_path: Path
) -> None:
    token, box = watcher.make(shell.home), tmp_path / "with-a-token.box"
    shell.says("backup", str(box))
    watcher.end(shell.home)

    shell.says("restore", str(box))

    assert not watcher.is_known(shell.home, token)


def test_a_file_that_is_there_is_not_written_over(shell: Shell, box: Path) -> None:
    done = shell("backup", str(box))
    assert done.exit_code == 2
    assert "is there already" in done.output


def test_a_backup_that_lost_nothing_goes_on_in_its_logs(shell: Shell, box: Path) -> None:
    assert "goes on as it was" in shell.says("restore", str(box))
    assert states(shell.home) == [(1, "open"), (1, "open")]


def test_an_older_backup_begins_the_logs_anew_that_had_grown(grown: Shell, box: Path) -> None:
    said = grown.says("restore", str(box))

    assert "it goes on as dentinel/" in said
    assert states(grown.home).count((1, "closed")) >= 1
    assert rows(grown.home, "SELECT count(*) FROM machine") == [(0,)]
    check_logs(grown.home)


def test_what_was_there_is_set_aside_and_not_deleted(grown: Shell, box: Path) -> None:
    grown.says("restore", str(box))
    (aside,) = grown.home.root.glob("controller.sqlite.aside-*[0-9]")

    with closing(sqlite3.connect(aside)) as old:
        assert old.execute("SELECT count(*) FROM machine").fetchone() == (1,)


def test_verify_says_what_would_be_done_and_changes_nothing(grown: Shell, box: Path) -> None:
    before = states(grown.home)
    done = grown("restore", str(box), "--verify")

    assert done.exit_code == 1
    assert "needs a new generation" in done.stdout
    assert states(grown.home) == before
    assert grown("restore", "--verify").exit_code == 0


def test_in_place_goes_on_from_the_database_that_is_here(grown: Shell, tmp_path: Path) -> None:
    copy = tmp_path / "old.sqlite"
    rows(grown.home, "VACUUM INTO ?", str(copy))
    with Server(grown.home, Clinic(*_ids(grown))) as server:
        server.machine("OP2")
    connections["default"].close()
    for end in ("-wal", "-shm"):
        grown.home.database.with_name(f"controller.sqlite{end}").unlink(missing_ok=True)
    shutil.copy2(copy, grown.home.database)

    assert "is closed with" in grown.says("restore", "--in-place")
    assert "none needs" in grown.says("restore", "--verify")


def _ids(shell: Shell) -> tuple:
    from uuid import UUID

    ((org, clinic),) = rows(shell.home, "SELECT org_id, id FROM clinic")
    return UUID(org), UUID(clinic), "Bright Smiles"


def test_an_empty_home_is_filled_by_the_recovery_sheet(
    grown: Shell, box: Path, tmp_path: Path
) -> None:
    keys, name = Keys.load(grown.home), grown.home.id()
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(recovery_sheet(keys, name))
    new = Shell(ControllerHome(tmp_path / "new-server"))
    said = new.says("restore", str(box), "--sheet", str(sheet))

    assert len(re.findall("it goes on as", said)) == 2
    assert (new.home.seed.read_bytes(), new.home.id()) == (keys.seed, name)
    assert (new.home.root / "tuf" / "1.root.json").exists()
    assert new.home.root.stat().st_mode & 0o777 == 0o700


def test_without_seed_or_sheet_nothing_is_opened(box: Path, tmp_path: Path) -> None:
    done = Shell(ControllerHome(tmp_path / "elsewhere"))("restore", str(box))

    assert done.exit_code == 2
    assert "--sheet" in done.output


def test_a_damaged_backup_touches_nothing(grown: Shell, box: Path) -> None:
    data = bytearray(box.read_bytes())
    data[len(data) // 2] ^= 1
    box.write_bytes(data)
    before = states(grown.home)

    assert grown("restore", str(box)).exit_code == 2
    assert states(grown.home) == before


@pytest.mark.parametrize("words", [["restore"], ["restore", "x.box", "--in-place"]])
def test_it_is_said_what_is_to_be_restored(shell: Shell, words: list[str]) -> None:
    assert shell(*words).exit_code == 2


def test_open_join_strings_end_with_a_restore(
    shell: Shell, bright_smiles: Clinic, tmp_path
) -> None:
    with Server(shell.home, bright_smiles) as server:
        server.token()
    shell.says("backup", str(tmp_path / "noon.box"))
    with Server(shell.home, bright_smiles) as server:
        server.machine("OP1")
    shell.says("restore", str(tmp_path / "noon.box"))

    assert rows(shell.home, "SELECT count(*) FROM join_token WHERE withdrawn_at IS NULL") == [(0,)]


def test_links_and_sessions_of_before_end_with_a_restore(
    shell: Shell, bright_smiles: Clinic, tmp_path: Path
) -> None:
    shell.says("user", "add", "dr_lee@bright-smiles.example", "--clinic", "bright-smiles",
               "--role", "clinic_owner")  # fmt: skip
    connections["default"].close()
    with closing(sqlite3.connect(shell.home.database)) as database:
        database.execute("INSERT INTO django_session VALUES ('a' , 'b', '2099-01-01')")
        database.commit()
    shell.says("backup", str(tmp_path / "noon.box"))
    assert rows(shell.home, "SELECT count(*) FROM link WHERE used_at IS NULL") == [(1,)]
    with Server(shell.home, bright_smiles) as server:
        server.machine("OP1")

    shell.says("restore", str(tmp_path / "noon.box"))

    assert rows(shell.home, "SELECT count(*) FROM link WHERE used_at IS NULL") == [(0,)]
    assert rows(shell.home, "SELECT count(*) FROM django_session") == [(0,)]


def test_a_sheet_of_another_controller_fills_no_home_that_has_an_id(
    grown: Shell, box: Path, tmp_path: Path
) -> None:
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(recovery_sheet(Keys.load(grown.home), grown.home.id()))
    other = ControllerHome(tmp_path / "other").make(uuid4())

    done = Shell(other)("restore", str(box), "--sheet", str(sheet))

    assert done.exit_code == 2
    assert "this sheet is of controller" in done.output
    assert not other.database.exists()


def test_an_old_copy_is_refused_before_a_door_is_open(grown: Shell, box: Path) -> None:
    connections["default"].close()
    grown.home.checkpoint_lock.unlink()
    done = grown("serve", "--agents", "127.0.0.1:0", "--people", "127.0.0.1:0")

    assert done.exit_code == 2
    assert "restore --in-place" in done.output


def test_a_backup_of_a_newer_release_is_refused(shell: Shell, tmp_path: Path) -> None:
    connections["default"].close()
    with closing(sqlite3.connect(shell.home.database)) as old:
        old.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('ledger', 'x', 0)")
        old.commit()
    box = tmp_path / "newer.box"
    shell.says("backup", str(box))

    done = shell("restore", str(box))
    assert done.exit_code == 2
    assert "newer release" in done.output
