"""Protected only if every way to a physical disk crosses something that encrypts."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.facts.volumes import linux as volumes
from agent.host.tree import TreeHost
from agent.host.witness import Witness
from agent.paths import Home
from agent.settings import RootSetting, Settings
from agent.storage.survey import survey
from rules.facts.base import Items, Unknown, Why
from rules.facts.volumes import Volume
from tests.agent.storage.machine import Machine, luks2
from tests.agent.storage.stacks import STACKS

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def read(host: TreeHost, *roots: str) -> dict[str, Volume]:
    settings = Settings(
        roots=tuple(
            RootSetting(label=f"r{n}", path=Path(at), role="store") for n, at in enumerate(roots)
        )
    )
    found = volumes.linux(host, About(settings, Home(Path("/nowhere")), Memory.none(), NOW))
    assert isinstance(found, Items)
    assert found.missing is None
    return {volume.name: volume for volume in found.items}


def said(value: object) -> object:
    return f"<{value.why}>" if isinstance(value, Unknown) else value


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_stands_as_its_weakest_way(name) -> None:
    build, expected = STACKS[name]
    machine = Machine()
    build(machine)
    found = read(machine.host())
    assert set(found) == set(expected)
    for place, (protection, mechanism, cipher) in expected.items():
        volume = found[place]
        assert said(volume.protection) == protection
        if mechanism is not None:
            assert volume.mechanism == mechanism
        if not protection.startswith("<"):
            assert said(volume.cipher) == cipher


def test_a_conversion_says_how_far_it_has_come() -> None:
    machine = Machine()
    STACKS["encryption under way"][0](machine)
    assert read(machine.host())["/"].percent == 50


@pytest.mark.parametrize(
    ("point", "role"),
    [("/", "system"), ("/boot/efi", "boot"), ("/srv", "data"), ("/home", "data")],
)
def test_a_volume_says_what_it_is_for(point, role) -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), point)
    assert read(machine.host())[point].role == role


def test_an_image_of_programs_is_nobodys_data() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.mount(machine.loop("/var/lib/snapd/core.snap"), "/snap/core", "squashfs")
    assert read(machine.host())["/snap/core"].role == "other"


@pytest.mark.parametrize("bus", ["pci0000:00/usb1/1-2/1-2:1.0/host4/target4:0:0", "usb2"])
def test_a_usb_disk_is_removable_whatever_it_says(bus) -> None:
    machine = Machine()
    machine.mount(machine.disk("sdb", "8:16", bus=f"pci/{bus}"), "/mnt/stick")
    assert read(machine.host())["/mnt/stick"].kind == "removable"


def test_a_name_below_somebodys_home_stays_here() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/home/dr_lee/Smith_John")
    assert list(read(machine.host())) == ["volume-1"]


def test_an_imaging_folder_is_found_through_links_and_binds() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    vault = machine.crypt("vault", machine.disk("sdb", "8:16"))
    machine.mount(vault, "/srv")
    machine.mount(vault, "/mnt/x", root="/images")
    machine.files["/images"] = {"link": "mnt/x"}
    found = read(machine.host(), "/images/new")
    assert found["/srv"].holds_imaging is True
    assert found["/"].holds_imaging is False


def test_an_imaging_folder_in_memory_has_a_volume() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.mount("0:60", "/tmp", "tmpfs", "tmpfs")
    found = read(machine.host(), "/tmp/images")
    memory = next(volume for volume in found.values() if volume.kind == "memory")
    assert memory.holds_imaging is True


def test_an_imaging_folder_that_cannot_be_followed_may_lie_on_any_volume() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.files["/images"] = {"error": "access_denied"}
    assert read(machine.host(), "/images")["/"].holds_imaging == Unknown(Why.ACCESS_DENIED)


def test_a_folder_that_encrypts_itself_is_a_volume_of_its_own() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.programs["lsattr -d --"] = "--------------e---E--- /srv/images\n"
    found = read(machine.host(), "/srv/images")
    assert found["volume-1"].protection == "protected"
    assert found["volume-1"].mechanism == "fscrypt"
    assert found["/"].holds_imaging is False


def test_a_folder_of_which_nobody_knows_counts_with_its_volume() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.programs["lsattr -d --"] = {"error": "tool_missing"}
    assert read(machine.host(), "/srv/images")["/"].holds_imaging is True


def test_an_ordinary_user_learns_less_and_nothing_better() -> None:
    machine = Machine(elevated=False, table={"error": "api_error"})
    disk = machine.disk("sda", "8:0")
    machine.files["/dev/sda"] = {"error": "not_elevated"}
    machine.mount(machine.mapped("root", "CRYPT-LUKS2-abc-root", disk), "/")
    assert read(machine.host())["/"].protection == Unknown(Why.NOT_ELEVATED)


def test_unread_swap_leaves_the_list_incomplete() -> None:
    machine = Machine()
    machine.mount(machine.disk("sda", "8:0"), "/")
    machine.files["/proc/swaps"] = {"error": "access_denied"}
    found = volumes.linux(
        machine.host(), About(Settings(), Home(Path("/nowhere")), Memory.none(), NOW)
    )
    assert found.missing is Why.ACCESS_DENIED


def test_a_disk_in_the_hand_is_told_by_what_lies_on_it() -> None:
    machine = Machine()
    machine.disk("sdb", "8:16", bus="pci/usb1/1-2/1-2:1.0", content=b"\0\0\0NTFS    ")
    standing = survey(machine.host()).beneath("/1-2:1.0/")
    assert standing is not None
    assert standing.protection == "unprotected"


def test_an_open_luks_stick_is_told_by_what_is_open() -> None:
    machine = Machine()
    stick = machine.disk("sdb", "8:16", bus="pci/usb1/1-2/1-2:1.0", content=luks2())
    machine.crypt("stick", stick)
    standing = survey(machine.host()).beneath("/1-2:1.0/")
    assert standing is not None
    assert standing.protection == "protected"


def test_a_program_is_asked_once_however_many_datasets_there_are() -> None:
    machine = Machine()
    STACKS["zfs that encrypts"][0](machine)
    for number in range(51, 60):
        machine.mount(f"0:{number}", f"/tank{number}", "zfs", "tank")
    recorder = Witness(machine.host())
    read(recorder)
    assert recorder.spawned == 1
