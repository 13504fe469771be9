"""Settings that cannot be used, and folders that are not there to be watched."""

import json
import os
import time
from pathlib import Path

import pytest

from agent.cli.checks import decided
from agent.guard import state
from agent.settings import RootSetting


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "PDATA"
    folder.mkdir()
    return folder


@pytest.fixture
def named(seen, images: Path):
    """The settings name that imaging folder."""

    def name(folder: Path = images, more: str = "") -> None:
        seen.home.settings.write_text(
            f'[[imaging.root]]\nlabel = "sidexis"\npath = "{folder}"\nrole = "store"\n{more}'
        )

    name()
    return name


def test_settings_that_cannot_be_meant_are_told_with_key_and_help(seen, fault) -> None:
    seen.home.settings.write_text('role = "dentist"\n')

    assert "role = 'dentist'" in fault(decided.decided).said
    assert "write one of workstation" in fault(decided.decided).said


def test_settings_that_are_no_toml_are_told_with_their_line(seen, fault) -> None:
    seen.home.settings.write_text('role = "server"\npath = "C:\\PDATA"\n')

    assert "line 2" in fault(decided.decided).said
    assert "single ones" in str(fault(decided.decided).advice)


def test_no_folder_is_named(fault) -> None:
    assert "dentinel discover" in str(fault(decided.decided).advice)


def test_a_folder_that_is_there_is_well(named, is_well) -> None:
    assert is_well(decided.decided)
    assert is_well(decided.folders)


def test_a_folder_that_is_not_there(named, images: Path, fault) -> None:
    images.rmdir()

    assert "sidexis is not there" in fault(decided.folders).said


def test_a_folder_that_is_a_file(named, images: Path, fault) -> None:
    images.rmdir()
    images.write_text("")

    assert "is a file" in fault(decided.folders).said


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="root becomes nobody")
def test_a_folder_that_may_not_be_read(images: Path) -> None:
    images.chmod(0)
    os.seteuid(65534)
    try:
        told = decided._fault(RootSetting(label="sidexis", path=images, role="store"))
    finally:
        os.seteuid(0)

    assert told == (
        "sidexis cannot be read: Permission denied",
        "let the agent (root, SYSTEM) read it",
    )


def test_a_folder_whose_server_hangs_is_left_behind(named, monkeypatch, fault) -> None:
    monkeypatch.setattr(decided, "_first", lambda _: time.sleep(0.3))
    monkeypatch.setattr(decided.within, "__defaults__", (0.05,))

    assert "no answer within 0.05 s" in fault(decided.folders).said
    assert "NAS" in str(fault(decided.folders).advice)


def test_a_disk_that_is_not_mounted_is_no_empty_folder(
    named, images: Path, monkeypatch, fault, tmp_path: Path
) -> None:
    fstab = tmp_path / "fstab"
    fstab.write_text(f"# images\n//nas/images {tmp_path} cifs ro 0 0\nUUID=1 / ext4 rw 0 1\n")
    monkeypatch.setattr(decided, "_FSTAB", fstab)

    assert "what /etc/fstab has at its path is not mounted" in fault(decided.folders).said
    assert fault(decided.folders).advice == "mount -a"


def test_what_is_mounted_is_well() -> None:
    assert decided.unmounted(Path("/proc/self"), "proc /proc proc rw 0 0\n") is None
    assert decided.unmounted(Path("/srv/x"), "nas:/i /mnt/i nfs rw 0 0\n") is None


def test_a_mount_point_with_a_blank_is_understood(tmp_path: Path) -> None:
    point = tmp_path / "old images"
    point.mkdir()
    text = f"UUID=2 {str(point).replace(' ', chr(92) + '040')} ext4 rw 0 0\n"

    assert decided.unmounted(point / "2019", text) == str(point)


def test_a_folder_that_is_not_watched_whole_names_the_limit(seen, fault) -> None:
    root = {"watched": False, "stream_since": None, "oldest_pending": None, "dirty": True}
    said = dict.fromkeys(state.State.__required_keys__, 0) | {"stopped_at": None}
    seen.home.guard.write_text(json.dumps(said | {"roots": {"sidexis": root}}))

    assert "sidexis is not watched whole" in fault(decided.watches).said
    assert "fs.inotify.max_user_watches" in str(fault(decided.watches).advice)


@pytest.fixture
def zone(monkeypatch):
    def set_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


def test_hours_on_a_clock_that_shows_utc(named, zone, fault, is_well) -> None:
    zone("UTC")
    assert is_well(decided.zone)
    named(more='quiet = "20:00-06:00"\n')

    assert "time zone is UTC" in fault(decided.zone).said
    assert "set-timezone" in str(fault(decided.zone).advice)
    zone("America/New_York")
    assert is_well(decided.zone)
