"""Is each volume of a Windows encrypted? By made machines, and the mistakes of others."""

import json
from typing import Any

import pytest

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.memory import Memory
from agent.facts.volumes import windows as volumes
from agent.host.base import HostError
from agent.host.tree import TreeHost
from agent.readers.errors import ParseError
from rules.facts.base import Items, Status, Unknown, Why
from rules.facts.volumes import Volume
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.windows import disks
from tests.agent.facts.windows.clinic import SYSTEM, failed, front_1, hyg_2, pc, with_images
from tests.agent.facts.windows.disks import decrypted, efi, encrypted, error, letter, volume

CLASS = rf"{SYSTEM}\Control\Class"
VOLUMES = rf"{CLASS}\{{71a27cdd-812a-11d0-bec7-08002be2092f}}"
DISKS = rf"{CLASS}\{{4d36e967-e325-11ce-bfc1-08002be10318}}"
MEMORY = rf"{SYSTEM}\Control\Session Manager\Memory Management"
DENIED = {"$error": "access_denied"}


def machine(*listed: dict[str, Any], told: Any = None, **more: Any) -> TreeHost:
    """A PC with these volumes; `told` is what BitLocker says of them."""
    known = told if isinstance(told, (dict, str)) else disks.bitlocker(*(told or ()))
    asked = {"volumes": disks.volumes(*listed, letters=more.pop("letters", ())), "bitlocker": known}
    return pc(more.pop("keys", None), asked=asked)


def answer(host: TreeHost, said: About | None = None) -> dict[str, Volume]:
    return {str(one.name): one for one in volumes.windows(host, said or about()).items}


def drive_c(told: Any, **said: Any) -> Volume:
    return answer(machine(volume(1, "C:\\", **said), told=told))["C:"]


# The table of BitLocker's answers: conversion first, protection beside it.
@pytest.mark.parametrize(
    ("said", "protection"),
    [
        ({}, "protected"),
        ({"protection": 0}, "suspended"),
        ({"status": 2, "protection": 0, "percent": 100}, "converting"),
        ({"status": 3, "protection": 1}, "converting"),
        ({"status": 4, "protection": 1}, "converting"),
        ({"status": 5, "protection": 0}, "converting"),
        ({"protection": 2}, "locked"),
        ({"lock": 1, "protection": 2, "conversion": error("locked", disks.LOCKED)}, "locked"),
        ({"conversion": error("locked", disks.LOCKED)}, "locked"),
        ({"protection": error("locked", disks.LOCKED)}, "locked"),
        ({"protection": 3}, Unknown(Why.UNRECOGNISED)),
        ({"status": 6}, Unknown(Why.UNRECOGNISED)),
        ({"protection": error("api_error", 0x80041001)}, Unknown(Why.API_ERROR)),
        ({"conversion": error("access_denied", 5)}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_each_state_is_told_from_the_others(said, protection) -> None:
    assert drive_c([encrypted(1, **said)]).protection == protection


# osquery before #8931: the property says protected, of a disk that was decrypted.
@pytest.mark.parametrize("protection", [0, 1])
def test_what_is_decrypted_is_unprotected_whatever_else_is_said(protection) -> None:
    found = drive_c([decrypted(1, protection=protection)], mark=disks.NTFS)
    assert (found.protection, found.mechanism, found.cipher) == ("unprotected", "none", None)
    assert (found.protectors, found.suspend_reboots, found.used_space_only) == (Items(), None, None)


UNTOLD = error("api_error", 1)


@pytest.mark.parametrize("lock", [0, 1, UNTOLD])
@pytest.mark.parametrize("status", [*range(7), UNTOLD])
@pytest.mark.parametrize("on", [*range(4), UNTOLD])
def test_protected_is_only_what_is_encrypted_and_on_and_open(status, on, lock) -> None:
    conversion = {"conversion": status} if isinstance(status, dict) else {"status": status}
    found = drive_c([encrypted(1, protection=on, lock=lock, **conversion)])
    assert (found.protection == "protected") == ((status, on) == (1, 1) and lock != 1)


def test_a_protected_volume_says_how() -> None:
    found = drive_c([encrypted(1)])
    assert (found.mechanism, found.cipher) == ("bitlocker", "xts_aes_128")
    assert found.protectors == Items(("tpm", "recovery_password"))
    assert (found.percent, found.suspend_reboots, found.used_space_only) == (None, None, True)
    assert (found.hardware_encryption, found.filesystem, found.size) == (False, "ntfs", 100 << 30)
    assert (found.kind, found.role, found.mount) == ("fixed", "system", "C:\\")


@pytest.mark.parametrize(
    ("method", "cipher"),
    [
        (1, "aes_diffuser"),
        (3, "cbc_aes_128"),
        (4, "cbc_aes_256"),
        (5, "hardware"),
        (7, "xts_aes_256"),
        (8, Unknown(Why.UNRECOGNISED)),
        (0xFFFFFFFF, Unknown(Why.UNRECOGNISED)),
        (0, Unknown(Why.CONFLICT)),  # encrypted by nothing
        (error("api_error", 0x80310001), Unknown(Why.API_ERROR)),
    ],
)
def test_what_is_encrypted_has_a_cipher_or_it_is_unknown(method, cipher) -> None:
    assert drive_c([encrypted(1, method=method)]).cipher == cipher


def test_a_conversion_says_how_far_it_is_and_100_is_not_done() -> None:
    found = drive_c([encrypted(1, status=2, percent=100, protection=0)])
    assert (found.protection, found.percent) == ("converting", 100)


@pytest.mark.parametrize("count", [0, 1, 15])
def test_a_suspension_says_when_it_ends_and_0_is_never_by_itself(count) -> None:
    found = drive_c([encrypted(1, protection=0, suspend_count=count)])
    assert (found.protection, found.suspend_reboots) == ("suspended", count)


def test_a_protector_of_a_later_windows_is_another_one() -> None:
    found = drive_c([encrypted(1, protectors=[11, 4, 10])])
    assert found.protectors == Items(("other", "tpm_pin", "sid"))


@pytest.mark.parametrize("number", range(1, 11))
def test_every_protector_of_the_documentation_has_its_name(number) -> None:
    (name,) = drive_c([encrypted(1, protectors=[number])]).protectors.items
    assert name != "other"


def test_protectors_that_were_not_told_are_missing() -> None:
    found = drive_c([encrypted(1, protectors=error("access_denied", 5))])
    assert found.protectors == Items((), Why.ACCESS_DENIED)


# BitLocker without a word: only what was read at the start of the volume proves anything.
@pytest.mark.parametrize("missing", [failed("tool_missing", 0x8004100E), disks.bitlocker()])
@pytest.mark.parametrize(
    ("mark", "protection", "mechanism"),
    [
        (disks.NTFS, "unprotected", "none"),
        (disks.EXFAT, "unprotected", "none"),
        (disks.FVE, Unknown(Why.API_ERROR), "bitlocker"),
        (disks.TO_GO, Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),  # its discovery volume
        (bytes(8), Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),
        (error("access_denied", 5), Unknown(Why.API_ERROR), Unknown(Why.API_ERROR)),
    ],
)
def test_without_bitlocker_only_a_start_in_clear_proves_that_it_is_plain(
    missing, mark, protection, mechanism
) -> None:
    found = drive_c(missing, mark=mark)
    assert (found.protection, found.mechanism) == (protection, mechanism)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (failed("not_elevated", 0x80041003), Why.NOT_ELEVATED),
        (failed("api_error", 0x80041001), Why.API_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
        ({"rc": 1}, Why.API_ERROR),
        ({"rc": 1, "out": "Zugriff verweigert"}, Why.PARSE_ERROR),
        ("", Why.PARSE_ERROR),
        ('{"volumes": [{"id": 7}]}', Why.PARSE_ERROR),
        (disks.bitlocker(encrypted(1), encrypted(1)), Why.PARSE_ERROR),  # twice the same
    ],
)
def test_bitlocker_that_fails_is_unknown_even_if_the_start_is_in_clear(told, why) -> None:
    assert drive_c(told, mark=disks.NTFS).protection == Unknown(why)


@pytest.mark.parametrize(
    ("said", "mark", "protection"),
    [
        (encrypted(1), disks.NTFS, Unknown(Why.CONFLICT)),
        (encrypted(1, method=5), disks.NTFS, "protected"),  # the disk encrypts itself
        (decrypted(1), disks.FVE, Unknown(Why.CONFLICT)),
        (encrypted(1), error("access_denied", 5), "protected"),
        (decrypted(1), error("access_denied", 5), "unprotected"),
    ],
)
def test_a_disk_that_says_otherwise_is_a_conflict(said, mark, protection) -> None:
    assert drive_c([said], mark=mark).protection == protection


# Drivers of other makers.
@pytest.mark.parametrize(
    ("keys", "mark", "protection", "mechanism"),
    [
        (
            {DISKS: {"UpperFilters": ["partmgr", "veracrypt"]}},
            disks.NTFS,
            Unknown(Why.TOOL_MISSING),
            "veracrypt",
        ),
        (
            {DISKS: {"LowerFilters": ["EhStorClass", "SafeDisk"]}},
            disks.NTFS,
            Unknown(Why.TOOL_MISSING),
            "third_party",
        ),
        # below such a driver the volume begins in clear, so nothing encrypts it
        ({VOLUMES: {"UpperFilters": ["volsnap", "SafeDisk"]}}, disks.NTFS, "unprotected", "none"),
        (
            {VOLUMES: {"UpperFilters": ["volsnap", "SafeDisk"]}},
            bytes(8),
            Unknown(Why.TOOL_MISSING),
            "third_party",
        ),
        ({DISKS: {"UpperFilters": ["partmgr", "snapman"]}}, disks.NTFS, "unprotected", "none"),
        ({DISKS: {"UpperFilters": ["PartMgr"]}}, disks.NTFS, "unprotected", "none"),
        ({DISKS: DENIED}, disks.NTFS, Unknown(Why.ACCESS_DENIED), Unknown(Why.ACCESS_DENIED)),
        ({DISKS: {"UpperFilters": 7}}, disks.NTFS, Unknown(Why.PARSE_ERROR), None),
    ],
)
def test_a_driver_that_may_encrypt_is_named_and_its_protection_unknown(
    keys, mark, protection, mechanism
) -> None:
    host = machine(volume(1, "C:\\", mark=mark), told=[decrypted(1)], keys=keys)
    found = answer(host)["C:"]
    assert found.protection == protection
    assert mechanism in (found.mechanism, None)


def test_a_driver_of_another_maker_takes_nothing_from_bitlocker() -> None:
    keys = {DISKS: {"UpperFilters": ["partmgr", "veracrypt"]}}
    host = machine(volume(1, "C:\\"), told=[encrypted(1)], keys=keys)
    assert answer(host)["C:"].protection == "protected"


# Kinds: a USB disk calls itself fixed.
@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"bus": disks.NVME}, "fixed"),
        ({"bus": disks.SATA}, "fixed"),
        ({"bus": disks.USB}, "removable"),
        ({"bus": disks.SD}, "removable"),
        ({"bus": 13}, "removable"),
        ({"bus": error("access_denied", 5)}, Unknown(Why.ACCESS_DENIED)),
        ({"disks": error("api_error", 1)}, Unknown(Why.API_ERROR)),
        ({"type": 2}, "removable"),
        ({"type": 6}, "memory"),
        ({"type": 1}, Unknown(Why.UNRECOGNISED)),
    ],
)
def test_the_bus_decides_what_can_be_pulled_out(said, kind) -> None:
    assert drive_c([encrypted(1)], **said).kind == kind


def test_one_disk_of_several_that_can_be_pulled_out_is_enough() -> None:
    parts = [{"size": 5, "bus": bus, "mark": disks.FVE.hex()} for bus in (disks.SATA, disks.USB)]
    found = drive_c([encrypted(1)], disks=parts)
    assert (found.kind, found.size) == ("removable", 10)


@pytest.mark.parametrize("said", [{"type": 5}, {"disks": []}])
def test_a_cd_and_a_reader_without_a_card_hold_nothing(said) -> None:
    host = machine(volume(1, "C:\\"), volume(2, "D:\\", **said), told=[encrypted(1)])
    assert set(answer(host)) == {"C:"}


def test_a_disk_in_a_file_stands_as_the_volume_that_holds_it() -> None:
    found = drive_c([decrypted(1)], mark=disks.NTFS, bus=disks.IN_A_FILE)
    assert found.protection == Unknown(Why.UNRECOGNISED)


# Roles.
HIDDEN = {"gpt": "bfbfafe7-a34f-448a-9a5b-6213eb736c22", "attributes": 0x8000000000000001}


@pytest.mark.parametrize(
    ("paths", "partition", "role"),
    [
        (["D:\\"], {"gpt": disks.BASIC, "attributes": 0}, "data"),
        ([], {"gpt": disks.EFI, "attributes": 0}, "boot"),
        ([], {"gpt": disks.RECOVERY, "attributes": 1}, "recovery"),
        ([], HIDDEN, "other"),
        (["D:\\"], HIDDEN, "data"),  # somebody gave it a letter
        ([], {"gpt": HIDDEN["gpt"], "attributes": 0}, "data"),
        ([], {"mbr": 0x27, "active": False}, "recovery"),
        ([], {"mbr": 7, "active": True}, "boot"),
        (["D:\\"], {"mbr": 7, "active": True}, "data"),
        (["D:\\"], error("api_error", 1), "data"),  # a volume over several disks
    ],
)
def test_a_role_is_told_by_the_partition_and_else_is_data(paths, partition, role) -> None:
    host = machine(
        volume(1, "C:\\"), volume(2, *paths, partition=partition), told=[encrypted(1), encrypted(2)]
    )
    found = answer(host)
    assert next(one.role for name, one in found.items() if name != "C:") == role


@pytest.mark.parametrize(
    ("memory", "role"),
    [
        ({"ExistingPageFiles": ["\\??\\D:\\pagefile.sys"]}, "swap"),
        ({"ExistingPageFiles": ["\\??\\C:\\pagefile.sys"]}, "data"),
        ({"ExistingPageFiles": []}, "data"),
        ({"PagingFiles": ["d:\\pagefile.sys 0 0"]}, "swap"),
        ({"PagingFiles": ["?:\\pagefile.sys"]}, "data"),
    ],
)
def test_where_memory_is_written_to_is_swap(memory, role) -> None:
    host = machine(
        volume(1, "C:\\"),
        volume(2, "D:\\"),
        told=[encrypted(1), encrypted(2)],
        keys={MEMORY: memory},
    )
    assert answer(host)["D:"].role == role


@pytest.mark.parametrize("memory", [DENIED, {"ExistingPageFiles": ["pagefile"]}, {}])
def test_a_page_file_that_is_nowhere_told_leaves_no_partition_out(memory) -> None:
    host = machine(volume(1, "C:\\"), efi(), told=[encrypted(1)], keys={MEMORY: memory})
    role = answer(host)["volume-1"].role
    assert isinstance(role, Unknown)


# Imaging folders.
IMAGES = {"D:\\Images": {"folder": True}}


def two_disks(files: dict[str, Any], letters: tuple[dict[str, Any], ...] = ()) -> TreeHost:
    host = machine(
        volume(1, "C:\\"),
        volume(2, "D:\\", "C:\\mnt\\data\\"),
        told=[encrypted(1), encrypted(2)],
        letters=letters,
    )
    return TreeHost(files, host.programs, os="windows", registry_keys=host.registry_keys)


@pytest.mark.parametrize(
    ("root", "files", "letters", "on"),
    [
        ("D:\\Images", {}, (), "D:"),
        ("d:\\images", {}, (), "D:"),
        ("C:\\Images", {}, (), "C:"),
        ("C:\\mnt\\data\\Images", {}, (), "D:"),  # the volume shows in a folder
        ("C:\\mnt\\database", {}, (), "C:"),
        ("C:\\Images", {"C:\\Images": {"link": "D:\\Images"}}, (), "D:"),
        ("C:\\Images\\2026", {"C:\\Images": {"link": "\\\\?\\D:\\Images"}}, (), "D:"),
        ("C:\\a\\b", {"C:\\a": {"link": "..\\x"}, "C:\\x\\b": {"link": "D:\\"}}, (), "D:"),
        (  # by the number of its volume, past every letter
            "C:\\a",
            {"C:\\a": {"link": disks.guid(2) + "Images"}},
            (),
            "D:",
        ),
        ("C:\\mnt\\data\\x", {"C:\\mnt\\data": {"link": disks.guid(2)}}, (), "D:"),
        ("X:\\2026", {}, (letter("X:", 3, "\\??\\D:\\Images"),), "D:"),
        ("X:\\", {}, (letter("X:", 3, "\\??\\D:\\Images"),), "D:"),
    ],
)
def test_a_folder_is_followed_to_its_volume(root, files, letters, on) -> None:
    found = answer(two_disks(IMAGES | files, letters), with_images(root))
    assert {name for name, one in found.items() if one.holds_imaging is True} == {on}


def test_a_folder_on_a_share_lies_on_no_volume_of_ours() -> None:
    found = answer(two_disks(IMAGES), with_images("\\\\pacs\\images"))
    assert [one.holds_imaging for one in found.values()] == [False, False]


@pytest.mark.parametrize(
    ("root", "files", "why"),
    [
        ("C:\\Images", {"C:\\Images": {"error": "access_denied"}}, Why.ACCESS_DENIED),
        ("C:\\a", {"C:\\a": {"link": "C:\\b"}, "C:\\b": {"link": "C:\\a"}}, Why.API_ERROR),
        ("C:\\a", {"C:\\a": {"link": disks.guid(9)}}, Why.API_ERROR),
    ],
)
def test_a_folder_that_cannot_be_followed_may_lie_on_any(root, files, why) -> None:
    found = answer(two_disks(IMAGES | files), with_images(root))
    assert {one.holds_imaging for one in found.values()} == {Unknown(why)}


def test_a_disk_that_is_away_leaves_only_what_shows_somewhere_in_doubt() -> None:
    """A rotated disk with copies of images must not make the start partition suspicious."""
    host = machine(volume(1, "C:\\"), efi(), told=[encrypted(1)])
    found = answer(host, with_images("Q:\\Images"))
    assert found["C:"].holds_imaging == Unknown(Why.API_ERROR)
    assert found["volume-1"].holds_imaging is False


# Letters without a volume.
def test_a_letter_of_another_machine_is_not_judged_here() -> None:
    share = letter("S:", 4, "\\Device\\LanmanRedirector\\;S:0000\\pacs\\images")
    found = answer(two_disks({}, (share,)), with_images("S:\\2026"))["S:"]
    assert (found.kind, found.protection) == ("network", Unknown(Why.NOT_LOCAL))
    assert found.holds_imaging is True


def test_a_container_of_another_maker_is_named_and_not_judged() -> None:
    found = answer(two_disks({}, (letter("V:", 3, "\\Device\\VeraCryptVolumeV"),)))["V:"]
    assert (found.mechanism, found.protection) == ("veracrypt", Unknown(Why.TOOL_MISSING))


# The whole list.
@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (failed("access_denied", 5), HostError),
        ({"error": "timeout"}, HostError),
        ({"error": "tool_missing"}, HostError),
        ({"rc": 1}, HostError),
        ("", ParseError),
        ("{}", ParseError),
        ('{"volumes": [], "letters": 7}', ParseError),
        (disks.volumes(volume(1), volume(1)), ParseError),
        (disks.volumes(volume(1, id="C:")), ParseError),
        (disks.volumes(volume(1))[:-40], ParseError),
        ("Der Zugriff wurde verweigert.", ParseError),
    ],
)
def test_volumes_that_cannot_be_listed_are_no_empty_list(said, fault) -> None:
    with pytest.raises(fault):
        volumes.windows(pc(asked={"volumes": said}), about())


def test_a_file_system_that_is_locked_or_nobodys_is_unknown() -> None:
    listed = [
        volume(1, "C:\\", filesystem=error("locked", disks.LOCKED)),
        volume(2, "D:\\", filesystem="Système"),
    ]
    found = answer(machine(*listed, told=[encrypted(1), encrypted(2)]))
    assert found["C:"].filesystem == Unknown(Why.LOCKED)
    assert found["D:"].filesystem == Unknown(Why.UNRECOGNISED)


def test_since_when_is_remembered_by_volume(tmp_path) -> None:
    memory = Memory.create(tmp_path / "local.sqlite")
    found = answer(machine(volume(1, "C:\\"), told=[encrypted(1)]), about(memory))
    assert found["C:"].state_since == NOW


def test_a_volume_without_a_letter_has_a_number_and_never_its_guid() -> None:
    reading = gather(hyg_2(), about(), ["volumes"])["volumes"]
    assert {one["name"] for one in reading.value} == {"C:", "volume-1", "volume-2"}
    assert "00000000-0000" not in json.dumps(reading.value)


def test_on_one_pc_all_is_well_and_on_the_other_nothing() -> None:
    good = answer(hyg_2())
    assert (good["C:"].protection, good["volume-1"].role, good["volume-2"].role) == (
        "protected",
        "boot",
        "recovery",
    )
    bad = answer(front_1())
    assert [bad[name].protection for name in ("C:", "D:", "E:")] == [
        "suspended",
        "unprotected",
        "unprotected",
    ]
    assert bad["E:"].kind == "removable"


def test_the_whole_fact_fits_its_schema() -> None:
    for host in (hyg_2(), front_1()):
        assert gather(host, about(), ["volumes"])["volumes"].status is not Status.ERROR
