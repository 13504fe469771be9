"""Folders that clients of Windows carry away (`made`: nothing here was taken from a real one)."""

import json
from typing import Any

import pytest

from agent.host.tree import TreeHost
from agent.imaging.clouds.search import clouds
from rules.facts.base import Unknown, Why
from tests.agent.imaging.clouds.clients import (
    DESK,
    LEE,
    SYNC_ROOTS,
    WINDOWS,
    dropbox,
    nextcloud,
    syncthing,
)

IMAGES = r"D:\PDATA"
HOME = r"C:\Users\lee"


def machine(files: dict[str, Any] | None = None, keys: dict[str, Any] | None = None) -> TreeHost:
    """A PC with two people, lee signed in and the desk not."""
    registry: dict[str, Any] = {
        WINDOWS: {"SystemRoot": r"C:\Windows"},
        rf"HKU\{LEE}\Software\Microsoft": {},
        rf"HKU\{DESK}\Software\Microsoft": {},
        **{
            rf"{WINDOWS}\ProfileList\{sid}": {
                "ProfileImagePath": {"expand_sz": rf"%SystemDrive%\Users\{name}"}
            }
            for sid, name in ((LEE, "lee"), (DESK, "frontdesk"))
        },
    }
    there = (HOME, r"C:\Users\frontdesk", IMAGES, rf"{IMAGES}2")
    tree = {path: {"folder": True} for path in there} | (files or {})
    return TreeHost(tree, os="windows", registry_keys=registry | (keys or {}))


def who(files=None, keys=None, below=IMAGES) -> object:
    return clouds(machine(files, keys)).of(below)


def account(path: str) -> str:
    return json.dumps(
        {"per_account_preferences": [{"key": "1", "value": {"mount_point_path": path}}]}
    )


KEYS = {
    "onedrive": (
        "onedrive",
        rf"HKU\{LEE}\Software\Microsoft\OneDrive\Accounts\Business1",
        "UserFolder",
    ),
    "library": (
        "onedrive",
        rf"HKU\{DESK}\Software\SyncEngines\Providers\OneDrive\1f2e",
        "MountPoint",
    ),
    "root": ("onedrive", rf"{SYNC_ROOTS}\OneDrive!{LEE}!Personal\UserSyncRoots", LEE),
    "box": ("other", rf"{SYNC_ROOTS}\Box!{LEE}!7\UserSyncRoots", LEE),
    "dropbox": ("dropbox", rf"{SYNC_ROOTS}\Dropbox!{LEE}!dbid:AAD\UserSyncRoots", LEE),
    "icloud": ("icloud", rf"{SYNC_ROOTS}\iCloudDrive!{DESK}!x\UserSyncRoots", DESK),
    "google": ("google", rf"{SYNC_ROOTS}\GoogleDriveFS!{DESK}!x\UserSyncRoots", DESK),
}
FILES = {
    "dropbox": ("dropbox", r"AppData\Roaming\Dropbox\info.json", dropbox(IMAGES)),
    "dropbox of a computer": (
        "dropbox",
        r"AppData\Local\Dropbox\info.json",
        dropbox("C:\\x", IMAGES),
    ),
    "nextcloud": ("other", r"AppData\Roaming\Nextcloud\nextcloud.cfg", nextcloud("D:/PDATA/")),
    "syncthing": ("other", r"AppData\Local\Syncthing\config.xml", syncthing(IMAGES)),
}


def test_a_folder_that_nobody_carries_away_is_known_to_be_so() -> None:
    assert who() is None


@pytest.mark.parametrize(("cloud", "key", "name"), KEYS.values(), ids=KEYS)
def test_the_registry_names_folders(cloud, key, name) -> None:
    assert who(keys={key: {name: IMAGES}}) == cloud
    assert who(keys={key: {name: r"D:\PDATA2"}}) is None
    assert who(keys={key: {name: 7}}) == Unknown(Why.PARSE_ERROR)


@pytest.mark.parametrize(("cloud", "file", "said"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("home", [HOME, r"C:\Windows\System32\config\systemprofile"])
def test_files_in_a_profile_name_folders(cloud, file, said, home) -> None:
    assert who({rf"{home}\{file}": said}) == cloud
    assert who({rf"{home}\{file}": {"error": "locked"}}) == Unknown(Why.LOCKED)


def test_names_are_the_same_in_any_case_and_behind_junctions() -> None:
    key = KEYS["onedrive"][1]
    assert who(keys={key: {"UserFolder": r"d:\pdata"}}, below=r"D:\PDATA\Ct") == "onedrive"
    junction = {rf"{HOME}\OneDrive": {"link": "\\\\?\\D:\\PDATA"}, r"D:\PDATA\a": ""}
    assert who(junction, {key: {"UserFolder": rf"{HOME}\OneDrive"}}) == "onedrive"


def test_a_junction_in_onedrive_stands_for_what_it_leads_to() -> None:
    files = {rf"{HOME}\OneDrive\xray": {"link": IMAGES}, r"D:\PDATA\a": ""}
    assert who(files, {KEYS["onedrive"][1]: {"UserFolder": rf"{HOME}\OneDrive"}}) == "onedrive"


@pytest.mark.parametrize("name", ["iCloudDrive", r"Pictures\iCloud Photos"])
def test_icloud_has_one_place(name) -> None:
    folder = rf"{HOME}\{name}"
    assert who({folder: {"folder": True}}, below=rf"{folder}\xray") == "icloud"


def test_box_lies_where_an_administrator_put_it() -> None:
    key = r"HKLM\SOFTWARE\Box\Box"
    files = {r"D:\Box": {"folder": True}, rf"{HOME}\Box": {"folder": True}}
    assert who(files, below=rf"{HOME}\Box\x") is None  # a folder of that name, and no Box
    assert who(files, {key: {}}, below=rf"{HOME}\Box\x") == "other"
    assert who(files, {key: {"CustomBoxLocation": "D:\\"}}, below=r"D:\Box\x") == "other"
    assert who(files, {key: {"CustomBoxLocation": r"%ODD%\x"}}) == Unknown(Why.PARSE_ERROR)


@pytest.mark.parametrize(("said", "below"), [("G", r"G:\My Drive"), (r"D:\Cloud", r"D:\Cloud\a")])
def test_google_drive_names_its_letter_or_folder(said, below) -> None:
    keys = {rf"HKU\{LEE}\Software\Google\DriveFS": {"PerAccountPreferences": account(said)}}
    assert who(keys=keys, below=below) == "google"
    assert who(keys=keys) is None


def test_what_google_mirrors_stands_in_a_database_that_is_not_read() -> None:
    database = {rf"{HOME}\AppData\Local\Google\DriveFS\root_preference_sqlite.db": "SQLite"}
    assert who(database) == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("files", "keys", "why"),
    [
        (
            {},
            {rf"HKU\{DESK}\Software\Microsoft\OneDrive\Accounts": {"$error": "stale_source"}},
            Why.STALE_SOURCE,
        ),
        (
            {},
            {rf"HKU\{DESK}\Software\SyncEngines\Providers\OneDrive": {"$error": "not_logged_in"}},
            Why.NOT_LOGGED_IN,
        ),
        ({}, {SYNC_ROOTS: {"$error": "access_denied"}}, Why.ACCESS_DENIED),
        ({}, {rf"{WINDOWS}\ProfileList": {"$error": "access_denied"}}, Why.ACCESS_DENIED),
        ({HOME: {"error": "access_denied"}}, {}, Why.ACCESS_DENIED),
    ],
)
def test_who_cannot_be_asked_may_carry_it_away(files, keys, why) -> None:
    assert who(files, keys) == Unknown(why)


def test_a_client_whose_folder_is_not_there_may_have_another() -> None:
    old = {KEYS["onedrive"][1]: {"UserFolder": r"D:\Gone"}}
    assert who(keys=old) == Unknown(Why.STALE_SOURCE)
    assert who(keys={rf"{SYNC_ROOTS}\Box!x!y\UserSyncRoots": {}}) == Unknown(Why.UNRECOGNISED)


def test_a_profile_that_was_taken_away_has_no_client() -> None:
    gone = machine()
    gone = TreeHost({HOME: {"folder": True}}, os="windows", registry_keys=gone.registry_keys)
    assert clouds(gone).of(IMAGES) is None
