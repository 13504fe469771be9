"""Folders that clients of macOS carry away (`made`: nothing here was taken from a real one)."""

import plistlib
from typing import Any

import pytest

from agent.host.programs import MAC_ATTRIBUTES
from agent.host.tree import TreeHost
from agent.imaging.clouds.search import clouds
from rules.facts.base import Unknown, Why
from tests.agent.imaging.clouds.clients import dropbox, dscl, nextcloud, syncthing

HOME = "/Users/lee"
STORAGE = f"{HOME}/Library/CloudStorage"
ICLOUD = f"{HOME}/Library/Mobile Documents"
FINDER = f"{HOME}/Library/Preferences/com.apple.finder.plist"
IMAGES = f"{HOME}/Documents/xray"


def machine(**files: Any) -> TreeHost:
    """A Mac with lee's home."""
    tree = {"/var/root": {"folder": True}, f"{HOME}/Documents": {"folder": True}, **files}
    ask = " ".join(("dscl", "-plist", ".", "-readall", "/Users", *MAC_ATTRIBUTES))
    return TreeHost(tree, {ask: dscl(HOME)}, os="macos")


def who(below: str = IMAGES, **files: Any) -> object:
    return clouds(machine(**files)).of(below)


def finder(**said: bool) -> bytes:
    return plistlib.dumps({f"FXICloudDrive{name}": value for name, value in said.items()})


def test_a_folder_that_nobody_carries_away_is_known_to_be_so() -> None:
    assert who() is None


@pytest.mark.parametrize(
    ("name", "cloud"),
    [
        ("OneDrive-BrightSmiles", "onedrive"),
        ("OneDrive-SharedLibraries-BrightSmiles", "onedrive"),
        ("GoogleDrive-lee@example.test", "google"),
        ("Dropbox", "dropbox"),
        ("Box-Box", "other"),
        ("Nextcloud-lee", "other"),
    ],
)
def test_each_folder_of_a_file_provider_is_a_clouds(name, cloud) -> None:
    folder = {f"{STORAGE}/{name}/a": ""}
    assert who(f"{STORAGE}/{name}/xray", **folder) == cloud
    assert who(f"{STORAGE.upper()}/{name}/xray", **folder) == cloud
    assert who(**folder) is None


def test_accents_are_the_same_however_they_are_written() -> None:
    folder = {f"{STORAGE}/OneDrive-Zahnärzte/a": ""}
    assert who(f"{STORAGE}/OneDrive-Zahna\u0308rzte/xray", **folder) == "onedrive"


@pytest.mark.parametrize(
    ("said", "cloud"),
    [({"Documents": True}, "icloud"), ({"Desktop": True}, None), ({"Documents": False}, None)],
)
def test_documents_are_carried_away_if_the_finder_says_so(said, cloud) -> None:
    documents = {f"{ICLOUD}/com~apple~CloudDocs": {"folder": True}}
    assert who(**documents, **{FINDER: finder(**said)}) == cloud
    assert who(f"{ICLOUD}/com~apple~CloudDocs/xray", **documents) == "icloud"
    assert who(**{FINDER: finder(Documents=True)}) is None  # iCloud is off, and was on once


def test_documents_that_icloud_shows_as_a_link_are_carried_away() -> None:
    link = {f"{ICLOUD}/com~apple~CloudDocs/Documents": {"link": f"{HOME}/Documents"}}
    assert who(**link) == "icloud"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (".dropbox/info.json", dropbox(f"{HOME}/Documents")),
        ("Library/Preferences/Nextcloud/nextcloud.cfg", nextcloud(f"{HOME}/Documents/")),
        ("Library/Application Support/Syncthing/config.xml", syncthing("~/Documents")),
    ],
)
def test_files_in_a_home_name_folders(file, said) -> None:
    assert who(**{f"{HOME}/{file}": said}) in ("dropbox", "other")


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({STORAGE: {"error": "access_denied"}}, Why.TCC_DENIED),
        ({ICLOUD: {"error": "access_denied"}}, Why.TCC_DENIED),
        ({f"{ICLOUD}/a": "", FINDER: "no list"}, Why.PARSE_ERROR),
        ({"/Users": {"error": "timeout"}}, Why.TIMEOUT),
        (
            {f"{HOME}/Library/Application Support/Google/DriveFS/root_preference_sqlite.db": ""},
            Why.UNRECOGNISED,
        ),
    ],
)
def test_who_cannot_be_asked_may_carry_it_away(files, why) -> None:
    assert who(**files) == Unknown(why)
