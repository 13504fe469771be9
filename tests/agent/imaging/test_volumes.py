"""What shelters a folder is read, or it is not known."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.host.base import HostError, Stat
from agent.host.local import LocalHost
from agent.imaging.roots import Roots
from agent.imaging.volumes import Volumes
from agent.settings import RootSetting, Settings
from rules.facts.base import Unknown, Why
from tests.agent.facts.macs import VAULT, front_mac, scan_mac
from tests.agent.facts.windows.clinic import front_1, hyg_2

SHARE = b"28 1 0:30 / / rw - ext4 /dev/sda1 rw\n29 28 0:40 / /mnt rw - cifs //nas-1/images rw\n"


@dataclass
class MountTable:
    """A host that knows its mounts and nothing else."""

    table: bytes | Why
    os: str = "linux"
    elevated: bool = True

    def read(self, path: str, *_: object, **__: object) -> bytes:
        if isinstance(self.table, bytes) and path.endswith("mountinfo"):
            return self.table
        raise HostError(self.table if isinstance(self.table, Why) else Why.ACCESS_DENIED, path)

    def stat(self, path: str) -> Stat:
        return Stat("folder", 0o755, 0, 0, 0, datetime(2026, 11, 22, tzinfo=UTC))

    def __getattr__(self, name: str):
        def refuse(*_: object, **__: object) -> None:
            raise HostError(Why.ACCESS_DENIED, name)

        return refuse


def stores(*folders: str) -> Roots:
    roots = [
        RootSetting(label=f"r{n}", path=Path(folder), role="store")
        for n, folder in enumerate(folders)
    ]
    return Roots.of(Settings(roots=tuple(roots)))


@pytest.mark.parametrize("why", [Why.ACCESS_DENIED, Why.CONTAINER])
def test_without_a_mount_table_nothing_is_known(why) -> None:
    volume = Volumes(MountTable(why), Roots()).under("/srv")

    assert volume.protection == Unknown(why)
    assert volume.is_remote is None
    assert volume.shelter.protection is None
    assert volume.shelter.removable is None


def test_a_table_that_cannot_be_parsed_is_not_known() -> None:
    assert Volumes(MountTable(b"garbage\n"), Roots()).under("/").protection == Unknown(
        Why.PARSE_ERROR
    )


@pytest.mark.parametrize(("os", "folder"), [("windows", "C:\\PDATA"), ("macos", "/Users/lee")])
def test_a_machine_that_answers_nothing_is_not_known(os, folder) -> None:
    said = Volumes(MountTable(b"", os=os), Roots()).under(folder)
    assert said.protection == Unknown(Why.ACCESS_DENIED)
    assert (said.is_remote, said.is_removable, said.shelter.protection) == (None, None, None)


@pytest.mark.parametrize(
    ("machine", "folder", "protection", "removable"),
    [
        (front_mac, "/Users/Shared/xray", "protected", False),
        (scan_mac, "/Users/Shared/xray", "unprotected", False),
        (scan_mac, "/Volumes/KINGSTON/xray", "unprotected", True),
        (hyg_2, "C:\\PDATA", "protected", False),
        (front_1, "C:\\PDATA", "suspended", False),
    ],
)
def test_a_folder_of_a_mac_or_a_windows_stands_as_its_volume(
    machine, folder, protection, removable
) -> None:
    said = Volumes(machine(), Roots()).under(folder)
    assert (said.protection, said.is_removable) == (protection, removable)
    assert said.shelter.protection == protection
    assert said.is_remote is False


def test_a_volume_of_a_mac_that_cannot_be_read_is_no_medium_if_it_is_its_own() -> None:
    said = Volumes(front_mac(run={VAULT: {"error": "timeout"}}), Roots()).under("/Users/lee")
    assert (said.protection, said.is_removable) == (Unknown(Why.TIMEOUT), False)


def test_what_lies_on_no_disk_of_a_mac_is_not_known() -> None:
    said = Volumes(front_mac(), Roots()).under("/Volumes/NAS/xray")
    assert (said.protection, said.is_removable) == (Unknown(Why.NOT_LOCAL), None)


@pytest.mark.parametrize("share", ["\\\\nas-1\\images\\x", "\\\\?\\UNC\\nas-1\\images"])
def test_a_share_of_windows_belongs_to_the_machine_that_serves_it(share) -> None:
    said = Volumes(front_1(), Roots()).under(share)
    assert (said.is_remote, said.server) == (True, "nas-1")
    assert said.protection == Unknown(Why.NOT_LOCAL)


def test_a_backup_beside_a_store_is_known_to_be_on_a_mac_too() -> None:
    xray = stores("/Users/Shared/xray")
    assert Volumes(scan_mac(), xray).under("/Users/Shared/copy").shelter.holds_store is True
    assert Volumes(scan_mac(), xray).under("/Volumes/KINGSTON").shelter.holds_store is False


def test_a_share_belongs_to_the_machine_that_serves_it() -> None:
    volume = Volumes(MountTable(SHARE), Roots()).under("/mnt/exports")

    assert (volume.is_remote, volume.server) == (True, "nas-1")
    assert volume.protection == Unknown(Why.NOT_LOCAL)
    assert volume.shelter.protection is None


def test_a_disk_that_cannot_be_looked_into_shelters_nothing() -> None:
    volume = Volumes(MountTable(SHARE), Roots()).under("/srv")
    assert isinstance(volume.protection, Unknown)
    assert volume.shelter.removable is False  # it carries the running system


def test_a_medium_below_the_system_is_not_known_without_its_disk() -> None:
    table = b"28 1 0:30 / / rw - ext4 /dev/sda1 rw\n29 28 8:17 / /usb rw - vfat /dev/sdb1 rw\n"
    volume = Volumes(MountTable(table), Roots()).under("/usb")
    assert volume.shelter.removable is None


@pytest.mark.live
def test_this_machines_own_disk_is_no_medium() -> None:
    volume = Volumes(LocalHost(), Roots()).under("/")
    assert volume.shelter.removable in (False, None)
    assert volume.is_remote is False


@pytest.mark.live
def test_a_backup_beside_a_store_is_known_to_be(tmp_path) -> None:
    beside = Volumes(LocalHost(), stores(str(tmp_path))).under(str(tmp_path))
    alone = Volumes(LocalHost(), Roots()).under(str(tmp_path))
    unread = Volumes(LocalHost(), Roots(are_known=False)).under(str(tmp_path))

    assert beside.shelter.holds_store is True
    assert alone.shelter.holds_store is False
    assert unread.shelter.holds_store is None
