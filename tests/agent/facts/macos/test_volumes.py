"""FileVault and the disks of a Mac: what guards each volume, and who must agree on it."""

from pathlib import Path
from typing import Any

import pytest

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.facts.volumes import macos as volumes
from agent.host.base import HostError
from agent.paths import Home
from agent.readers.errors import ParseError
from agent.settings import RootSetting, Settings
from rules.facts.base import Items, Unknown, Why
from rules.facts.volumes import Volume
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.macs import (
    ALL,
    APFS,
    BACKUP,
    DATA,
    EXTERNAL,
    INTERNAL,
    MOUNTED,
    STICK,
    VAULT,
    apfs,
    containers,
    front_mac,
    layout,
    scan_mac,
    wholes,
)

ON, OFF = "FileVault is On.\n", "FileVault is Off.\n"
DEFERRED = "Deferred enablement appears to be active for user 'x'.\n"
BUSY = f"{ON}Encryption in progress: Percent completed = 47.50\n"


def found(run: dict[str, Any]) -> Items[Volume]:
    return volumes.macos(front_mac(run=run), about())


def startup(said: Any, **flags: Any) -> Volume:
    on = flags.pop("on", True)
    (volume,) = found(
        {APFS: containers(disk0s2=[apfs(DATA, "Data", on=on, **flags)]), VAULT: said}
    ).items
    return volume


def test_a_mac_with_filevault_is_protected() -> None:
    (volume,) = found({}).items
    assert (volume.name, volume.mount) == ("/", "/System/Volumes/Data")
    assert (volume.kind, volume.role) == ("fixed", "data")
    assert (volume.protection, volume.mechanism) == ("protected", "filevault")
    assert volume.cipher == "xts_aes_128"


def test_a_mac_without_it_and_a_plain_stick_are_not() -> None:
    own, stick = volumes.macos(scan_mac(), about()).items
    assert (own.protection, own.mechanism, own.cipher) == ("unprotected", "none", None)
    assert (stick.kind, stick.protection, stick.filesystem) == ("removable", "unprotected", "msdos")
    assert stick.name == "volume-1"


@pytest.mark.parametrize(
    ("said", "flags", "protection"),
    [
        (OFF, {"on": False}, "unprotected"),
        (OFF + DEFERRED, {"on": False}, "unprotected"),
        # hardware encrypts, no password guards the key
        (OFF, {"on": False, "Encryption": True}, "unprotected"),
        (BUSY, {"CryptoMigrationOn": True}, "converting"),
        (BUSY, {}, "converting"),
        (ON, {"CryptoMigrationOn": True}, "converting"),
        (OFF, {"Locked": True}, "locked"),
        # they disagree
        (ON, {"on": False}, Unknown(Why.CONFLICT)),
        (OFF, {}, Unknown(Why.CONFLICT)),
        (ON, {"Encryption": False}, Unknown(Why.CONFLICT)),
        # one of them alone proves no protection, but shows its lack
        ({"error": "timeout"}, {}, Unknown(Why.TIMEOUT)),
        ({"error": "tool_missing"}, {"on": False}, "unprotected"),
        ("FileVault ist aktiviert.\n", {}, Unknown(Why.PARSE_ERROR)),
        ("FileVault is On, but needs to be restarted to finish.\n", {}, Unknown(Why.PARSE_ERROR)),
        ("FileVault is On.", {}, Unknown(Why.PARSE_ERROR)),
        ("", {}, Unknown(Why.PARSE_ERROR)),
        ({"rc": 1}, {}, Unknown(Why.API_ERROR)),
    ],
)  # fmt: skip
def test_the_startup_volume_is_protected_only_if_both_say_so(said, flags, protection) -> None:
    assert startup(said, **flags).protection == protection


@pytest.mark.parametrize(
    ("said", "flags", "percent"),
    [
        (BUSY, {}, 47),
        (ON, {"CryptoMigrationOn": True}, Unknown(Why.NOT_COLLECTED)),
        (ON, {}, None),
    ],
)
def test_a_percentage_belongs_to_a_conversion(said, flags, percent) -> None:
    assert startup(said, **flags).percent == percent


@pytest.mark.parametrize(("on", "protection"), [(True, "protected"), (False, "unprotected")])
def test_an_external_volume_is_judged_by_its_own_flags(on, protection) -> None:
    stores = {
        "disk0s2": [apfs(DATA, "Data", on=True)],
        "disk4s2": [apfs(BACKUP, "Backup", on=on)],
    }
    own, backup = found({APFS: containers(**stores), EXTERNAL: wholes("disk4")}).items
    assert (own.protection, own.kind) == ("protected", "fixed")
    assert (backup.protection, backup.kind) == (protection, "removable")


def test_what_macos_cannot_mount_is_not_judged() -> None:
    part = {"Content": "Microsoft Basic Data", "DeviceIdentifier": "disk4s1", "Size": 1}
    run = {ALL: layout(MOUNTED, STICK | {"Partitions": [part]}), EXTERNAL: wholes("disk4")}
    (_, stick) = found(run).items
    assert stick.protection == Unknown(Why.UNRECOGNISED)
    assert stick.cipher == Unknown(Why.UNRECOGNISED)


def test_volumes_of_the_system_itself_and_disk_images_are_left_out() -> None:
    stores = {
        "disk0s2": [apfs(f"disk3s{n}", role) for n, role in enumerate(("VM", "Preboot", "System"))],
        "disk9s1": [apfs("disk10s1")],
    }
    assert found({APFS: containers(**stores)}) == Items(())


@pytest.mark.parametrize("program", [ALL, APFS, INTERNAL, EXTERNAL])
@pytest.mark.parametrize("said", ["", b"\xff\0", "<plist><dict/></plist>", "Keine Volumes\n"])
def test_a_list_that_is_not_understood_is_no_list(program, said) -> None:
    with pytest.raises(ParseError):
        found({program: said})


@pytest.mark.parametrize("program", [ALL, APFS, INTERNAL, EXTERNAL])
def test_a_list_that_does_not_come_is_no_list(program) -> None:
    with pytest.raises(HostError, match="timeout"):
        found({program: {"error": "timeout"}})


@pytest.mark.parametrize("name", ["Encryption", "FileVault", "Locked", "CryptoMigrationOn"])
def test_a_volume_that_leaves_a_flag_out_is_not_understood(name) -> None:
    volume = apfs(DATA, "Data", on=True)
    del volume[name]
    with pytest.raises(ParseError):
        found({APFS: containers(disk0s2=[volume])})


@pytest.mark.parametrize(
    ("path", "files", "holding"),
    [
        ("/Users/Shared/XRays", {}, [True, False]),
        ("/Volumes/KINGSTON/XRays", {}, [False, True]),
        ("/Users/a", {"/Users/a": {"link": "/Volumes/KINGSTON"}}, [False, True]),
        ("/Volumes/nas/XRays", {}, [Unknown(Why.NOT_LOCAL)] * 2),
        ("/Users/a", {"/Users/a": {"link": "/Users/a"}}, [Unknown(Why.API_ERROR)] * 2),
        ("/Users/a", {"/Users/a": {"error": "access_denied"}}, [Unknown(Why.ACCESS_DENIED)] * 2),
    ],
)  # fmt: skip
def test_a_volume_knows_whether_images_lie_on_it(path, files, holding) -> None:
    settings = Settings(roots=(RootSetting(label="xrays", path=Path(path), role="store"),))
    seen = About(settings, Home(Path("/x")), Memory.none(), NOW)
    items = volumes.macos(scan_mac(files), seen).items
    assert [volume.holds_imaging for volume in items] == holding
