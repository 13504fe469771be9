r"""Which clients leave a file in the home of their person, and what does it say?

One line a client. Those of `CLIENTS` name their folders in a text; those of `SILENT` keep them in
a database or a form of their own, so that who has them leaves a doubt: of Google Drive the
folders that it mirrors (`root_preference_sqlite.db`), of the others all.

From the vendors' documents and the clients' own files; those of Windows and macOS were not yet
seen on a real machine.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agent.host.base import read_if_there
from agent.imaging.clouds.base import Cloud, Person, Search
from agent.readers import dropbox, nextcloud, syncthing
from rules.facts.base import Why
from rules.facts.host import Os

_LARGEST = 4 << 20
_LIBRARY: Final = "Library/Application Support"
_ROAMING: Final = r"AppData\Roaming"
_LOCAL: Final = r"AppData\Local"


@dataclass(frozen=True, slots=True)
class Client:
    """Its files, below a home, and how they are read."""

    cloud: Cloud
    folders: Callable[[bytes], tuple[str, ...]]
    files: Mapping[Os, tuple[str, ...]]


CLIENTS = (
    Client(
        "dropbox",
        dropbox.folders,
        {
            "windows": (rf"{_ROAMING}\Dropbox\info.json", rf"{_LOCAL}\Dropbox\info.json"),
            "macos": (".dropbox/info.json",),
            "linux": (".dropbox/info.json",),
        },
    ),
    Client(
        "other",
        nextcloud.folders,
        {
            "windows": (
                rf"{_ROAMING}\Nextcloud\nextcloud.cfg",
                rf"{_ROAMING}\ownCloud\owncloud.cfg",
            ),
            "macos": (
                "Library/Preferences/Nextcloud/nextcloud.cfg",
                "Library/Preferences/ownCloud/owncloud.cfg",
            ),
            "linux": (
                ".config/Nextcloud/nextcloud.cfg",
                ".config/ownCloud/owncloud.cfg",
                ".var/app/com.nextcloud.desktopclient.nextcloud/config/Nextcloud/nextcloud.cfg",
            ),
        },
    ),
    Client(
        "other",
        syncthing.folders,
        {
            "windows": (rf"{_LOCAL}\Syncthing\config.xml",),
            "macos": (f"{_LIBRARY}/Syncthing/config.xml",),
            "linux": (".local/state/syncthing/config.xml", ".config/syncthing/config.xml"),
        },
    ),
)

SILENT: Mapping[Os, tuple[str, ...]] = {
    "windows": (
        rf"{_LOCAL}\Google\DriveFS\root_preference_sqlite.db",
        rf"{_ROAMING}\Resilio Sync\sync.dat",
        rf"{_LOCAL}\Mega Limited\MEGAsync\MEGAsync.cfg",
        rf"{_LOCAL}\SynologyDrive\data\db\sys.sqlite",
    ),
    "macos": (
        f"{_LIBRARY}/Google/DriveFS/root_preference_sqlite.db",
        f"{_LIBRARY}/Resilio Sync/sync.dat",
        f"{_LIBRARY}/Mega Limited/MEGAsync/MEGAsync.cfg",
        f"{_LIBRARY}/SynologyDrive/data/db/sys.sqlite",
    ),
    "linux": (
        ".config/resilio-sync/sync.dat",
        ".sync/sync.dat",
        ".local/share/data/Mega Limited/MEGAsync/MEGAsync.cfg",
        ".SynologyDrive/data/db/sys.sqlite",
    ),
}


def by_their_files(search: Search, person: Person) -> None:
    """The folders that the clients of a person name in files."""
    os = search.host.os
    for client in CLIENTS:
        for path in _there(search, person, client.files[os]):
            with search.asking():
                said = read_if_there(search.host, path, _LARGEST)
                for folder in client.folders(said) if said is not None else ():
                    search.add(client.cloud, folder, person)
    for path in _there(search, person, SILENT[os]):
        if search.kind(path) is not None:
            search.doubt(Why.UNRECOGNISED)


def _there(search: Search, person: Person, files: tuple[str, ...]) -> Iterator[str]:
    return (path for file in files if (path := search.inside(person, file)) is not None)
