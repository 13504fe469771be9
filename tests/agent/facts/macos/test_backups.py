"""What Time Machine has recorded of its copies, and what macOS lets nobody read."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.facts.backups import macos as backups
from agent.settings import BackupSetting, RootSetting, Settings
from rules.facts.backups import Backups, Copy
from rules.facts.base import Items, Unknown, Why
from rules.facts.form import instant
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.macs import (
    ALL,
    APFS,
    DATA,
    EXTERNAL,
    IS_EXCLUDED,
    MOUNTED,
    TIME_MACHINE,
    apfs,
    containers,
    destination,
    excluded,
    front_mac,
    layout,
    mac,
    plist,
    scan_mac,
    time_machine,
    wholes,
)

DENIED = {"error": "access_denied"}
COPIES, SECOND = apfs("disk5s1", "Backup", on=True), apfs("disk3s9", on=True)
UNREAD = Unknown(Why.NOT_COLLECTED)
IMAGES = RootSetting(label="images", path=Path("/Users/Shared/xray"), role="store")
SCANS = RootSetting(label="scans", path=Path("/Users/Shared/scans"), role="store")


def answer(
    said: Any, *roots: RootSetting, run: dict[str, Any] | None = None, **more: Any
) -> Backups:
    settings = Settings(roots=roots, **more)
    return backups.macos(front_mac({TIME_MACHINE: said}, run), replace(about(), settings=settings))


def copy(*finished: str, **more: Any) -> Copy:
    (only,) = answer(time_machine(destination(*finished, **more))).copies.items
    return only


def test_the_newest_copy_counts() -> None:
    one = copy("2026-11-20T03:00:00", "2026-11-22T03:00:00", "2026-11-21T03:00:00")
    assert (one.product, one.last_success) == ("time_machine", instant("2026-11-22T03:00:00Z"))
    assert (one.ok, one.encrypted, one.offsite, one.immutable) == (True, True, False, False)


def test_the_last_that_this_mac_remembers_counts_too() -> None:
    at = instant("2026-11-22T05:00:00Z").replace(tzinfo=None)
    one = copy("2026-11-22T03:00:00", ReferenceLocalSnapshotDate=at)
    assert one.last_success == instant("2026-11-22T05:00:00Z")


@pytest.mark.parametrize(
    ("finished", "last"),
    [
        ((), None),
        (("2026-11-22T12:09:00",), NOW),  # a clock that is a little ahead
        (("2026-11-22T12:30:00",), Unknown(Why.CONFLICT)),
        (("2030-01-01T00:00:00", "2026-11-22T03:00:00"), instant("2026-11-22T03:00:00Z")),
    ],
)
def test_what_was_never_finished_or_is_still_to_come_is_no_copy(finished, last) -> None:
    assert copy(*finished).last_success == last


@pytest.mark.parametrize(
    ("more", "ok", "encrypted"),
    [
        ({"RESULT": 17}, False, True),
        ({"LastKnownEncryptionState": "FileVault"}, True, True),
        ({"LastKnownEncryptionState": "NotEncrypted"}, True, False),
        ({"LastKnownEncryptionState": "Verschlüsselt"}, True, UNREAD),
    ],
)
def test_a_copy_that_went_wrong_or_lies_open_says_so(more, ok, encrypted) -> None:
    one = copy("2026-11-22T03:00:00", **more)
    assert (one.ok, one.encrypted) == (ok, encrypted)


def test_what_the_record_does_not_say_is_unknown() -> None:
    (one,) = answer(time_machine({"DestinationID": "6F3B"})).copies.items
    assert (one.last_success, one.ok, one.encrypted) == (None, UNREAD, UNREAD)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"NetworkURL": "smb://nas/tm"}, "share"),
        ({"DestinationUUIDs": [COPIES["APFSVolumeUUID"]]}, "usb"),
        ({"DestinationUUIDs": ["other", SECOND["APFSVolumeUUID"]]}, "local"),
        ({"DestinationUUIDs": ["away"]}, UNREAD),
        ({}, UNREAD),
    ],
)
def test_a_copy_lies_on_a_share_or_on_a_disk_that_is_here(more, where) -> None:
    stick = {"DeviceIdentifier": "disk4", "Content": "GUID_partition_scheme", "Size": 1 << 40}
    run = {
        ALL: layout(MOUNTED, stick),
        APFS: containers(disk0s2=[apfs(DATA, "Data", on=True), SECOND], disk4s2=[COPIES]),
        EXTERNAL: wholes("disk4"),
    }
    (one,) = answer(time_machine(destination(**more)), run=run).copies.items
    assert one.destination == where


def test_a_disk_that_cannot_be_listed_may_be_anything() -> None:
    run = {APFS: {"error": "timeout"}}
    (one,) = answer(time_machine(destination()), run=run).copies.items
    assert one.destination == Unknown(Why.TIMEOUT)


@pytest.mark.parametrize(
    ("roots", "said", "covered"),
    [
        ((IMAGES,), excluded(0), True),
        ((IMAGES,), excluded(1), False),
        ((), excluded(0), UNREAD),
        ((IMAGES,), b"[Included]  /Users/Shared/xray\n", Unknown(Why.PARSE_ERROR)),
        ((IMAGES,), {"error": "timeout"}, Unknown(Why.TIMEOUT)),
        ((IMAGES,), {"rc": 80}, Unknown(Why.API_ERROR)),
    ],
)
def test_whether_images_are_in_it_tmutil_says(roots, said, covered) -> None:
    record = time_machine(destination("2026-11-22T03:00:00"))
    (one,) = answer(record, *roots, run={IS_EXCLUDED: said}).copies.items
    assert one.covers_images == covered


def test_two_folders_of_images_must_both_be_in_it() -> None:
    record = time_machine(destination("2026-11-22T03:00:00"))
    (one,) = answer(record, IMAGES, SCANS, run={IS_EXCLUDED: excluded(1)}).copies.items
    assert one.covers_images is False


def test_macos_lets_not_even_root_read_its_record() -> None:
    said = answer(DENIED)
    assert said.copies == Items((), Why.TCC_DENIED)


def test_to_who_is_not_root_it_is_simply_denied() -> None:
    host = front_mac({TIME_MACHINE: DENIED})
    host.elevated = False
    assert backups.macos(host, about()).copies.missing is Why.ACCESS_DENIED


def test_a_mac_without_time_machine_proves_no_copy() -> None:
    assert backups.macos(mac({}, {}), about()).copies == Items((), Why.NOT_COLLECTED)
    assert answer(plist({"AutoBackup": False})).copies == Items((), Why.NOT_COLLECTED)


@pytest.mark.parametrize(
    "said",
    [
        b"garbage",
        plist({"Destinations": ["disk"]}),
        plist({"Destinations": [{}]}),
        time_machine(destination(RESULT="gut")),
        time_machine(destination(SnapshotDates=["gestern"])),
        time_machine(destination(LastKnownEncryptionState=1)),
        time_machine(destination(DestinationUUIDs=[7])),
        time_machine(*[destination()] * 101),
    ],
)
def test_a_record_that_is_not_understood_is_not_empty(said) -> None:
    assert answer(said).copies.missing is Why.PARSE_ERROR


def test_a_declared_copy_stands_beside_it() -> None:
    offsite = BackupSetting(
        name="cloud", destination="cloud", offsite=True, immutable=True, images=True,
        database=True, host="backup.example.test",
    )  # fmt: skip
    said = answer(time_machine(destination("2026-11-22T03:00:00")), backups=(offsite,))
    assert [one.name for one in said.copies.items] == ["cloud", "found-1"]
    assert said.copies.missing is None


def test_an_old_copy_that_failed_is_told_as_it_is() -> None:
    (one,) = backups.macos(scan_mac(), about()).copies.items
    assert (one.ok, one.encrypted) == (False, False)
    assert NOW - one.last_success > timedelta(days=90)
