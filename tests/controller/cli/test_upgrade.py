"""An upgrade just works: what an earlier release has written is kept, brought up, and served."""

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from controller.cli import tables, upgrade
from controller.cli.demo.processes import free_ports
from controller.errors import HomeProblem
from controller.identity import backup
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from tests.controller import older
from tests.controller.conftest import django_on

PATIENCE_SECONDS = 30
LONG_AGO = ("20260101T000000000000Z.box", "20260201T000000000000Z.box")
STANDING = "SELECT machine_id, rule_no, verdict FROM rule_state ORDER BY 1, 2"


@dataclass(frozen=True, slots=True)
class Brought:
    """A home that was brought up: how many steps it had before, and what was done."""

    home: ControllerHome
    steps_before: int
    done: tables.BroughtUp


@pytest.fixture
def before(tmp_path: Path, django_db_blocker) -> Iterator[ControllerHome]:
    """The home of the first release; Django works on its database."""
    home = older.first(tmp_path)
    with django_db_blocker.unblock(), django_on(home):
        yield home


def asked(home: ControllerHome, query: str) -> list[tuple]:
    with closing(sqlite3.connect(home.database)) as connection:
        return connection.execute(query).fetchall()


def steps(home: ControllerHome) -> int:
    ((count,),) = asked(home, "SELECT count(*) FROM django_migrations")
    return count


def types(home: ControllerHome, *words: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "controller.cli.app", "--home", str(home.root)]
    return subprocess.run([*program, *words], capture_output=True, text=True, check=False)


def test_a_controller_of_the_first_release_is_brought_up_as_it_starts(tmp_path: Path) -> None:
    home = older.first(tmp_path)
    before = asked(home, STANDING)
    agents, people = free_ports(2)
    doors = ("--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}")
    program = [sys.executable, "-m", "controller.cli.app", "--home", str(home.root), "serve"]
    with subprocess.Popen([*program, *doors], stdout=subprocess.PIPE, text=True) as child:
        until = time.monotonic() + PATIENCE_SECONDS
        while status(people, "/readyz") != 200:
            assert child.poll() is None, child.stdout and child.stdout.read()
            assert time.monotonic() < until, "not ready in time"
            time.sleep(0.1)
        child.send_signal(signal.SIGTERM)
        said, _ = child.communicate(timeout=PATIENCE_SECONDS)

    (kept,) = home.before.iterdir()
    assert f"what was before: {kept}" in said
    assert asked(home, STANDING) == before
    assert types(home, "rebuild", "--check").returncode == 0
    assert types(home, "audit", "verify").returncode == 0


def status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Brought:
    """The home of the first release, brought up, with the backups of two upgrades before."""
    home = older.first(tmp_path_factory.mktemp("upgrade"))
    home.before.mkdir()
    for name in LONG_AGO:
        (home.before / name).write_bytes(b"of an upgrade long ago")
    count = steps(home)
    with django_db_blocker.unblock(), django_on(home):
        return Brought(home, count, tables.bring_up(home))


def test_the_backup_from_before_opens_and_is_of_the_earlier_release(brought: Brought) -> None:
    assert brought.done.backup is not None
    with backup.unpacked(brought.home, brought.done.backup, Keys.load(brought.home)) as found:
        assert steps(found) == brought.steps_before
    assert steps(brought.home) > brought.steps_before


def test_a_backup_beside_the_database_is_not_called_one(brought: Brought) -> None:
    assert not brought.home.last_backup.exists(), "it would be lost with the disk"


def test_of_the_backups_from_before_upgrades_the_newest_two_are_kept(brought: Brought) -> None:
    assert brought.done.backup is not None
    assert sorted(path.name for path in brought.home.before.iterdir()) == [
        LONG_AGO[1],
        brought.done.backup.name,
    ]


def test_a_backup_that_was_cut_off_goes_with_the_next(before: ControllerHome) -> None:
    before.before.mkdir(mode=0o700)
    (before.before / "20260301T000000000000Z.box.part").write_bytes(b"half of it")

    done = tables.bring_up(before)

    assert done.backup is not None
    assert [path.name for path in before.before.iterdir()] == [done.backup.name]


def test_backups_hold_no_backups(brought: Brought, tmp_path: Path) -> None:
    keys = Keys.load(brought.home)
    backup.write_box(brought.home, tmp_path / "night.box", keys)

    with backup.unpacked(brought.home, tmp_path / "night.box", keys) as found:
        assert not found.before.exists()


def test_a_step_that_fails_takes_back_those_before_it(before: ControllerHome) -> None:
    with closing(sqlite3.connect(before.database)) as connection, connection:
        connection.execute("CREATE TABLE shield (of_somebody INTEGER)")
    count = steps(before)
    with pytest.raises(HomeProblem, match="they are as they were") as failed:
        tables.bring_up(before)

    assert steps(before) == count
    (kept,) = before.before.iterdir()
    assert str(kept) in failed.value.help
    with closing(sqlite3.connect(before.database)) as connection, connection:
        connection.execute("DROP TABLE shield")
    assert tables.bring_up(before).steps
    assert not tables.are_older(before)


@pytest.mark.slow
def test_whoever_is_killed_while_it_is_brought_up_begins_again(tmp_path: Path) -> None:
    home = older.first(tmp_path)
    count = steps(home)
    program = [sys.executable, "-m", "controller.cli.app", "--home", str(home.root), "migrate"]
    with subprocess.Popen(program, stdout=subprocess.DEVNULL) as child:
        while not list(home.before.glob("*.box")):
            assert child.poll() is None
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGKILL)  # the backup is there, the steps are not
    assert asked(home, "PRAGMA integrity_check") == [("ok",)]
    assert steps(home) == count
    done = types(home, "migrate")

    assert done.returncode == 0, done.stderr
    assert types(home, "rebuild", "--check").returncode == 0


def test_who_comes_meanwhile_is_told_to_come_again_and_the_service_manager_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as bound,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE_SECONDS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        door = uvicorn.Server(uvicorn.Config(upgrade.closed, lifespan="off", log_config=None))
        with upgrade.meanwhile([door], [bound]):
            machine = told(bound.getsockname()[1], "/v1/sync")
            person = told(bound.getsockname()[1], "/")
        heard = [manager.recv(100) for _ in range(2)]

    assert (machine.status, machine.headers["Content-Type"]) == (503, "application/problem+json")
    assert (person.status, person.headers["Retry-After"]) == (503, "30")
    assert heard[1].startswith(b"EXTEND_TIMEOUT_USEC=")


def told(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with closing(connection):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert b"Nothing is lost" in answer.read()
        return answer


def test_every_step_can_be_taken_back_with_the_others() -> None:
    from django.db.migrations.loader import MigrationLoader

    migrations = MigrationLoader(None).disk_migrations

    assert len(migrations) > 50
    assert [name for name, one in migrations.items() if not one.atomic] == []
