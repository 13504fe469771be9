"""Folders that clients of Linux carry away, and what cannot be asked."""

from typing import Any

import pytest

from agent.host.tree import TreeHost
from agent.imaging.clouds.search import clouds
from rules.facts.base import Unknown, Why
from tests.agent.imaging.clouds.clients import ONEDRIVE, dropbox, nextcloud, passwd, syncthing

IMAGES = "/srv/images"


def machine(**more: Any) -> TreeHost:
    """A Linux with lee's home, and these files below it or elsewhere."""
    files: dict[str, Any] = {
        "/etc/passwd": passwd("/home/lee"),
        "/root": {"folder": True},
        "/home/lee/.profile": "",
        IMAGES: {"folder": True},
    }
    return TreeHost(files | more)


def who(*, below: str = IMAGES, **files: Any) -> object:
    return clouds(machine(**files)).of(below)


CLIENTS = {
    "dropbox": ("dropbox", "/home/lee/.dropbox/info.json", dropbox("/home/lee/Dropbox", IMAGES)),
    "nextcloud": ("other", "/home/lee/.config/Nextcloud/nextcloud.cfg", nextcloud(f"{IMAGES}/")),
    "flatpak": (
        "other",
        "/home/lee/.var/app/com.nextcloud.desktopclient.nextcloud/config/Nextcloud/nextcloud.cfg",
        nextcloud("/home/lee/x", IMAGES),
    ),
    "owncloud": ("other", "/home/lee/.config/ownCloud/owncloud.cfg", nextcloud(f'"{IMAGES}/"')),
    "syncthing": ("other", "/home/lee/.config/syncthing/config.xml", syncthing("/x", IMAGES)),
    "newer": ("other", "/home/lee/.local/state/syncthing/config.xml", syncthing(IMAGES)),
    "onedrive": ("onedrive", "/home/lee/.config/onedrive/config", f'sync_dir = "{IMAGES}"\n'),
}


def test_a_folder_that_nobody_carries_away_is_known_to_be_so() -> None:
    assert who() is None


@pytest.mark.parametrize(("cloud", "file", "said"), CLIENTS.values(), ids=CLIENTS)
def test_each_client_names_its_folders(cloud, file, said) -> None:
    assert who(**{file: said}) == cloud
    assert who(below="/srv/other", **{file: said}) is None


@pytest.mark.parametrize(("cloud", "file", "said"), CLIENTS.values(), ids=CLIENTS)
def test_a_client_whose_file_is_shut_or_cut_leaves_a_doubt(cloud, file, said) -> None:
    assert who(**{file: {"error": "access_denied"}}) == Unknown(Why.ACCESS_DENIED)
    assert who(**{file: "\x00\x01{<"}) == Unknown(Why.PARSE_ERROR)


def test_what_is_below_or_above_a_carried_folder_is_carried_too() -> None:
    said = {"/home/lee/.dropbox/info.json": dropbox(f"{IMAGES}/today")}
    assert who(**said) == "dropbox"
    assert who(below=f"{IMAGES}/today/ct", **said) == "dropbox"
    assert who(below=f"{IMAGES}/todays", **said) is None


def test_the_onedrive_client_has_its_usual_folder_without_settings() -> None:
    said = {"/home/lee/.config/onedrive/refresh_token": "secret"}
    assert who(below="/home/lee/OneDrive/xray", **said) == "onedrive"
    config = {"/home/lee/.config/onedrive/config": ONEDRIVE}
    assert who(below="/home/lee/Cloud/One/xray", **config) == "onedrive"
    assert who(below="/home/lee/OneDrive/xray", **config) is None
    everybody = said | {"/etc/onedrive/config": f'sync_dir = "{IMAGES}"'}
    assert who(**everybody) == "onedrive"


def test_a_folder_that_is_a_link_is_where_it_leads() -> None:
    said = {
        "/home/lee/.dropbox/info.json": dropbox("/home/lee/Dropbox"),
        "/home/lee/Dropbox": {"link": "/srv/images"},
    }
    assert who(below="/srv/images/ct", **said) == "dropbox"


def test_a_link_in_onedrive_is_followed_and_one_in_dropbox_is_not() -> None:
    one = {
        "/home/lee/.config/onedrive/config": 'sync_dir = "/home/lee/One"',
        "/home/lee/One/xray": {"link": IMAGES},
    }
    box = {
        "/home/lee/.dropbox/info.json": dropbox("/home/lee/Box"),
        "/home/lee/Box/xray": {"link": IMAGES},
    }
    assert (who(**one), who(**box)) == ("onedrive", None)


def test_names_are_told_apart_by_their_case() -> None:
    assert who(**{"/home/lee/.dropbox/info.json": dropbox(IMAGES.upper())}) is None


def test_the_innermost_of_two_folders_counts() -> None:
    said = {
        "/home/lee/.dropbox/info.json": dropbox("/srv"),
        "/home/lee/.config/onedrive/config": f'sync_dir = "{IMAGES}"',
    }
    assert who(**said) == "onedrive"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"/home/lee": {"error": "access_denied"}}, Why.ACCESS_DENIED),
        ({"/home/lee/Access-Your-Private-Data.desktop": ""}, Why.LOCKED),
        ({"/etc/passwd": passwd("/home/gone")}, Why.NOT_LOGGED_IN),
        ({"/etc/passwd": {"error": "access_denied"}}, Why.ACCESS_DENIED),
        ({"/etc/passwd": "nonsense"}, Why.PARSE_ERROR),
        ({"/home": {"error": "timeout"}}, Why.TIMEOUT),
        ({"/var/lib/systemd/home/kim.identity": "{}"}, Why.NOT_LOGGED_IN),
        ({"/etc/nsswitch.conf": "passwd: files ldap\n"}, Why.NOT_LOCAL),
        ({"/home/lee/.config/resilio-sync/sync.dat": ""}, Why.UNRECOGNISED),
        ({"/home/lee/.SynologyDrive/data/db/sys.sqlite": ""}, Why.UNRECOGNISED),
    ],
)
def test_who_cannot_be_asked_may_carry_it_away(files, why) -> None:
    assert who(**files) == Unknown(why)


def test_a_home_of_which_only_scrambled_names_are_seen_is_locked() -> None:
    names = ("Xk3jd-92jdKWla02kdnEq1pQ7a", "P2kd,dl29ska+kd02LSkq81masKw")
    files = {f"/home/lee/{name}": "" for name in names}
    tree = {"/etc/passwd": passwd("/home/lee"), "/root/.profile": "", **files}
    assert clouds(TreeHost(tree)).of(IMAGES) == Unknown(Why.LOCKED)


def test_a_doubt_hides_no_proof() -> None:
    files = {
        "/home/kim": {"error": "access_denied"},
        "/home/lee/.dropbox/info.json": dropbox(IMAGES),
    }
    assert who(**files) == "dropbox"


def test_services_and_homes_of_a_directory_are_asked_too() -> None:
    service = {
        "/etc/passwd": passwd("/home/lee") + "st:x:120:120::/var/lib/syncthing:/usr/sbin/nologin\n",
        "/var/lib/syncthing/.config/syncthing/config.xml": syncthing(IMAGES),
    }
    assert who(**service) == "other"
    assert who(**{"/home/kim@clinic/.dropbox/info.json": dropbox(IMAGES)}) == "dropbox"
