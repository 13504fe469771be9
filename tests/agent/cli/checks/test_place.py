"""A folder, a disk or a database that is not fit for the agent."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.cli.checks import place
from agent.paths import Home

needs_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="mounts need root")


def test_a_home_that_is_not_there(fault, tmp_path: Path) -> None:
    assert "is not there" in fault(place.home, home=Home(tmp_path / "nothing")).said


def test_a_home_that_is_a_file(fault, tmp_path: Path) -> None:
    (tmp_path / "op1.txt").write_text("")

    assert "is a file" in fault(place.home, home=Home(tmp_path / "op1.txt")).said


def test_a_home_as_it_is_made_is_well(is_well) -> None:
    for look in (place.home, place.rights, place.disk, place.databases, place.local):
        assert is_well(look)


def test_a_key_that_others_can_read(seen, fault) -> None:
    seen.home.report_key.chmod(0o644)

    assert fault(place.rights).advice == f"chmod 600 {seen.home.report_key}"


def test_a_folder_that_was_opened_to_all(seen, fault) -> None:
    seen.home.identity.chmod(0o777)

    assert "open to others (777)" in fault(place.rights).said
    assert f"chmod 750 {seen.home.identity}" in str(fault(place.rights).advice)


@needs_root
def test_a_key_that_belongs_to_somebody_else(seen, fault) -> None:
    os.chown(seen.home.courier_key, 4242, -1)

    assert "belongs to another user" in fault(place.rights).said
    assert f"chown --reference={seen.home.root}" in str(fault(place.rights).advice)


@pytest.fixture
def mounted(tmp_path: Path):
    """Mounts a file system of so many KiB where OP1's home is to be; goes afterwards."""
    point = tmp_path / "disk"
    point.mkdir()

    def mount(options: str) -> Path:
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", point]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("nothing can be mounted here")
        return point

    yield mount
    subprocess.run(["umount", point], capture_output=True, check=False)


@needs_root
def test_a_disk_that_is_full(mounted, ask) -> None:
    point = mounted("size=512k")
    home = Home(point)
    home.create()
    (point / "images.bak").write_bytes(bytes(512 << 10)[: shutil.disk_usage(point).free])
    faults = [told for told in ask(place.disk, home=home) if told[1]]

    assert "No space left on device" in faults[0][0]
    assert "make room" in faults[0][1]
    assert faults[1][0].startswith("0 MiB are free")


@needs_root
def test_a_disk_that_turned_read_only(mounted, ask) -> None:
    point = mounted("size=100m")
    home = Home(point)
    home.create()
    subprocess.run(["mount", "-o", "remount,ro", point], check=True)
    (told,) = [told for told in ask(place.disk, home=home) if told[1]]

    assert "Read-only file system" in told[0]
    assert "dmesg" in told[1]


def test_a_database_whose_middle_was_overwritten(practice, fault) -> None:
    practice.seal(40)
    with practice.home.outbox.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xde\xad" * 8192)

    assert f"{practice.home.outbox} is damaged" in fault(place.databases).said


def test_a_file_that_is_no_database(seen, fault) -> None:
    seen.home.local.write_bytes(b"no database at all" * 100)

    assert "file is not a database" in fault(place.databases).said
    assert "made anew by a sweep" in str(fault(place.databases).advice)


@needs_root
def test_what_cannot_be_opened_is_not_called_damaged(seen, fault) -> None:
    seen.home.local.mkdir()

    assert "cannot be read" in fault(place.databases).said


def test_a_home_on_a_share_is_known_by_its_mount(tmp_path: Path) -> None:
    home = tmp_path / "nas" / "dentinel"

    assert place.lies_below(home, ["/srv/other", str(tmp_path / "nas")])
    assert not place.lies_below(home, [str(tmp_path / "na")])
