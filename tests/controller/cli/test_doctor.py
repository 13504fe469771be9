"""`dentinel-controller doctor`: each fault that is likely is found, and told what to do about."""

import json
import os
import shutil
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from controller.cli.app import app
from controller.cli.checks import doors, index, place
from controller.cli.checks.base import Seen
from controller.fleet.own_keys import rotate_logs
from controller.identity import authority
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys
from controller.identity.sole import sole
from controller.ledger.actions import By

AGENTS, PEOPLE = "controller.lan:8443", "https://controller.lan"


def seen(home: ControllerHome, now: datetime | None = None, **other: str) -> Seen:
    addresses = {"agents": AGENTS, "people": PEOPLE, **other}
    return Seen(home, now or datetime.now(UTC), **addresses)


def told(check: str, at: Seen) -> tuple[str, str]:
    """What the one fault of this name says, and what to do."""
    faults = {one.name: one for one in index.examine(at) if one.advice is not None}
    assert check in faults, faults
    return faults[check].said, faults[check].advice


def write(home: ControllerHome, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(home.database)) as connection, connection:
        connection.execute(sql, values)


@pytest.fixture
def well(home: ControllerHome) -> ControllerHome:
    """A controller of which nothing is to be said but that it does not serve."""
    keys, now = Keys.load(home), datetime.now(UTC)
    authority.ensure(home, keys, ["controller.lan"], now)
    write_private(home.last_backup, f"{now:%Y-%m-%dT%H:%M:%SZ}\n".encode())
    with closing(sqlite3.connect(home.database)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(account)")]
    filled = {"is_active": 1, "email": "dr_lee@bright-smiles.example", "id": "1"}
    values = [filled.get(name, 0 if name.startswith("is_") else "") for name in names]
    marks = ", ".join("?" * len(names))
    write(home, f"INSERT INTO account ({', '.join(names)}) VALUES ({marks})", *values)
    return home


@pytest.fixture(autouse=True)
def found_by_name(monkeypatch):
    """controller.lan is a name that this machine knows, and nobody else listens here."""
    monkeypatch.setattr(doors, "_is_known", lambda host: host == "controller.lan")
    monkeypatch.setattr(doors, "_is_taken", lambda _host, _port: False)


def test_a_controller_that_is_well_and_serves_has_no_fault(well: ControllerHome) -> None:
    with sole(well):
        checks = index.examine(seen(well))

    assert [check for check in checks if check.advice is not None] == []
    assert {check.name for check in checks} >= {"database", "newest", "backup", "serving"}


def test_a_home_that_was_never_made(tmp_path: Path) -> None:
    at = seen(ControllerHome(tmp_path / "nowhere"))

    assert told("home", at)[1].startswith("dentinel-controller init")
    assert {"packages", "home"} == {check.name for check in index.examine(at)}


def test_a_folder_that_others_may_enter(well: ControllerHome) -> None:
    well.keys.chmod(0o755)

    assert told("home", seen(well))[1] == f"chmod 700 {well.keys}"


def test_a_file_that_a_command_as_root_has_left(well: ControllerHome) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    os.chown(well.database, 12345, -1)
    said, advice = told("owner", seen(well))

    assert "1 file(s) belong to another user" in said
    assert advice == f"chown -R --reference={well.root} {well.root}"


def test_a_disk_that_is_nearly_full(well: ControllerHome, monkeypatch) -> None:
    usage = shutil.disk_usage(well.root)._replace(free=300 << 20)
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _path: usage)

    assert told("disk", seen(well))[0].startswith("0.3 GiB are free")


MOUNTS = """\
22 1 8:1 / / rw - ext4 /dev/sda1 rw
40 22 0:44 / /srv/nas rw shared:1 - nfs4 nas:/volume1 rw
41 22 0:45 / /srv/nas\\040two rw - cifs //nas/two rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/srv/nas/dentinel", "nfs4"), ("/srv/nas two/x", "cifs"), ("/srv/nasty", "ext4")],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind) -> None:
    assert place.kind_of(Path(path), MOUNTS) == kind


def test_a_database_on_a_network(well: ControllerHome, tmp_path: Path, monkeypatch) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"40 22 0:44 / {tmp_path} rw - nfs4 nas:/volume1 rw\n")
    monkeypatch.setattr(place, "_MOUNTS", mounts)
    said, advice = told("file system", seen(well))

    assert "lies on a network (nfs4)" in said
    assert "move the home to a local disk" in advice


def test_too_few_open_files(well: ControllerHome, monkeypatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _which: (256, 256))

    assert told("open files", seen(well))[1] == "raise LimitNOFILE of its unit"


def test_a_seed_that_is_lost(well: ControllerHome) -> None:
    well.seed.unlink()

    assert "there are no keys" in told("seed", seen(well))[0]


def test_a_seed_that_others_can_read(well: ControllerHome) -> None:
    well.seed.chmod(0o644)

    assert "consider the keys known to them" in told("seed", seen(well))[1]


def test_a_seed_of_another_controller(well: ControllerHome) -> None:
    write_private(well.seed, os.urandom(32))

    assert "is not of this controller's seed" in told("seed", seen(well))[0]


def test_a_damaged_database(well: ControllerHome) -> None:
    well.database.write_bytes(b"SQLite format 3\0" + os.urandom(8192))

    assert "dentinel-controller restore FILE" in told("database", seen(well))[1]


def test_tables_of_the_release_before(well: ControllerHome) -> None:
    write(well, "DELETE FROM django_migrations WHERE app = 'findings'")
    said, advice = told("release", seen(well))

    assert "older than this release" in said
    assert "dentinel-controller migrate" in advice


def test_tables_of_a_newer_release(well: ControllerHome) -> None:
    write(well, "INSERT INTO django_migrations VALUES (999, 'fleet', '0099_later', '2026-11-23')")

    assert "fleet 0099_later" in told("release", seen(well))[0]


def test_an_old_copy_of_the_database(well: ControllerHome) -> None:
    with closing(sqlite3.connect(well.checkpoint_lock)) as lock, lock:
        lock.execute("UPDATE held SET size = size + 5")

    assert "restore --in-place" in told("newest", seen(well))[1]


def test_a_lock_that_was_not_copied(well: ControllerHome) -> None:
    well.checkpoint_lock.unlink()

    assert "was a backup copied here?" in told("newest", seen(well))[0]


def test_a_restore_that_was_cut_off(well: ControllerHome) -> None:
    (well.root / "restoring").mkdir()

    assert "a restore that was cut off" in told("restoring", seen(well))[0]


def machine(home: ControllerHome, seen_at: datetime) -> None:
    """A machine that was heard then."""
    with closing(sqlite3.connect(home.database)) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(machine)")]
        org, clinic = connection.execute("SELECT org_id, id FROM clinic").fetchone()
    filled = {
        "id": "1" * 32,
        "org_id": org,
        "clinic_id": clinic,
        "state": "active",
        "seen_at": f"{seen_at:%Y-%m-%d %H:%M:%S}",
    }
    empty = {"site_id": None, "visitor_id": None, "replaces": None}
    values = [{**empty, **filled}.get(name, "1") for name in names]
    marks = ", ".join("?" * len(names))
    with closing(sqlite3.connect(home.database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(f"INSERT INTO machine ({', '.join(names)}) VALUES ({marks})", values)


def test_a_clock_that_went_back(well: ControllerHome) -> None:
    machine(well, datetime.now(UTC) + timedelta(days=3))

    assert told("clock", seen(well))[1] == "set the clock: timedatectl set-ntp true"


def test_machines_that_are_silent_all_of_them(well: ControllerHome) -> None:
    machine(well, datetime.now(UTC) - timedelta(hours=3))
    said, advice = told("machines", seen(well))

    assert said == "none of 1 machine(s) was heard in the last hour"
    assert AGENTS in advice


def test_a_ca_that_ends_soon(well: ControllerHome) -> None:
    at = seen(well, datetime.now(UTC) + timedelta(days=3400))

    assert "--rotate-ca start" in told("CA", at)[1]


def test_a_change_of_the_ca_that_nobody_finished(well: ControllerHome) -> None:
    well.ca_coming.write_text("a certificate")
    begun = datetime.now(UTC) - timedelta(days=40)
    os.utime(well.ca_coming, (begun.timestamp(),) * 2)

    assert f"since {begun:%Y-%m-%d}" in told("CA change", seen(well))[0]


def test_a_certificate_that_has_ended(well: ControllerHome) -> None:
    at = seen(well, datetime.now(UTC) + timedelta(days=91))

    assert told("certificate", at)[1] == "start serve: it renews it"


def test_a_certificate_of_another_name(well: ControllerHome) -> None:
    at = seen(well, agents="dentinel.lan:8443")

    assert told("certificate", at)[0] == "it does not hold the name dentinel.lan"


@pytest.mark.threat("taken-over-controller")
def test_the_key_of_a_rule_author_on_the_server(well: ControllerHome) -> None:
    (well.root / "targets.key").write_text('{"dentinel": "key/v1", "salt": "00"}')

    assert "targets.key is the key of a rule author" in told("stray keys", seen(well))[0]


def test_a_controller_that_does_not_run(well: ControllerHome) -> None:
    assert told("serving", seen(well))[1] == "systemctl start dentinel-controller"


def test_asking_whether_somebody_serves_takes_nothing(well: ControllerHome) -> None:
    with sole(well):
        assert doors.is_served(seen(well))
    with sole(well):
        pass
    assert not doors.is_served(seen(well))


def test_a_port_that_another_program_has(well: ControllerHome, monkeypatch) -> None:
    monkeypatch.undo()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(doors, "_PEOPLE", ("127.0.0.1", port))
        said, advice = told("ports", seen(well))

    assert said == f"port {port} is taken by another program"
    assert f"'sport = :{port}'" in advice


def test_an_address_that_no_other_machine_finds(well: ControllerHome) -> None:
    at = seen(well, agents="localhost:8443")

    assert "no other machine finds it there" in told("addresses", at)[0]


def test_a_name_that_nobody_knows(well: ControllerHome) -> None:
    at = seen(well, agents="controler.lan:8443")

    assert "does not know the name controler.lan" in told("addresses", at)[0]


def test_pages_that_travel_in_clear(well: ControllerHome) -> None:
    at = seen(well, people="http://controller.lan:8444")

    assert "passwords and pages travel in clear" in told("addresses", at)[0]


def test_nobody_who_can_sign_in(well: ControllerHome) -> None:
    write(well, "UPDATE account SET is_active = 0")

    assert told("people", seen(well))[0] == "nobody can sign in"


def test_no_backup_at_all(well: ControllerHome) -> None:
    well.last_backup.unlink()

    assert told("backup", seen(well))[0] == "there was never a backup"


def test_a_backup_that_is_old(well: ControllerHome) -> None:
    write_private(well.last_backup, b"2026-11-01T02:00:00Z\n")

    assert told("backup", seen(well))[0] == "the last backup is of 2026-11-01 02:00 UTC"


def test_rules_that_are_due(well: ControllerHome, monkeypatch) -> None:
    from controller.cli.checks import signed

    (well.root / "tuf" / "6b7d3f0e-0000-4000-8000-000000000000").mkdir(parents=True)
    monkeypatch.setattr(signed, "due", lambda _held, _now: iter(["targets 4 expires in 6 days"]))

    assert told("rules", seen(well))[0] == "rules of the org 6b7d3f0e: targets 4 expires in 6 days"


def shown(home: ControllerHome, *words: str):
    with patch.dict(os.environ):
        return CliRunner().invoke(app, ["--home", str(home.root), "doctor", *words])


def test_the_command_says_what_to_do_and_ends_with_1(well: ControllerHome) -> None:
    done = shown(well)

    assert done.exit_code == 1
    assert "ok    database     the database: ok" in done.stdout
    assert "      = do: systemctl start dentinel-controller" in done.stdout


def test_as_a_document(well: ControllerHome) -> None:
    checks = json.loads(shown(well, "--format", "json").stdout)["checks"]

    assert {"name": "database", "said": "the database: ok", "advice": None} in checks


def test_a_change_of_the_keys_of_logs_is_told_with_what_to_hand_out(well: ControllerHome) -> None:
    def said(days: float) -> str:
        now = datetime.now(UTC) + timedelta(days=days)
        return next(one.said for one in index.examine(seen(well, now)) if one.name == "log keys")

    assert said(0) == "keys that sign logs: the first of each log"
    rotate_logs(well, By("shell", "", datetime.now(UTC)), "age")
    assert "for 2 the one before signs too, until" in said(1)
    assert "Hand out: dentinel-controller evidence policy" in said(1)
    assert said(31) == "keys that sign logs: renewed for 2 log(s)"
