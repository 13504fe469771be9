"""Which folders do the clients of macOS carry away?

- `~/Library/CloudStorage`: one folder an account of each client that uses Apple's File Provider
  (OneDrive-…, GoogleDrive-…, Dropbox, Box-…).
- `~/Library/Mobile Documents`: iCloud Drive; Desktop and Documents if the Finder says so
  (`FXICloudDriveDesktop`, `FXICloudDriveDocuments`).

Without Full Disk Access macOS refuses these even to root: then nothing is known. Not yet run on a
real Mac.
"""

from collections.abc import Iterator

from agent.host.base import list_if_there, output, read_if_there
from agent.host.programs import MAC_ATTRIBUTES, Program
from agent.imaging.clouds.base import Cloud, Person, Search, System
from agent.imaging.clouds.people import living
from agent.readers import openaccounts, plist

_FIRST_PERSON = 500
"""Accounts of macOS below are the system's."""

_STORAGE = "Library/CloudStorage"
_DOCUMENTS = "Library/Mobile Documents"
_FINDER = "Library/Preferences/com.apple.finder.plist"
_PROVIDERS: tuple[tuple[str, Cloud], ...] = (
    ("onedrive", "onedrive"),
    ("sharepoint", "onedrive"),
    ("googledrive", "google"),
    ("dropbox", "dropbox"),
    ("icloud", "icloud"),
)
"""How the name of a folder begins; any other is `other`."""


def people(search: Search) -> Iterator[Person]:
    """Everybody with a home that can be looked into; doubts are noted."""
    return living(search, _homes(search))


def _homes(search: Search) -> dict[str, bool]:
    homes: dict[str, bool] = {}
    host = search.host
    with search.asking():
        said = output(host, Program.DSCL, "-plist", ".", "-readall", "/Users", *MAC_ATTRIBUTES)
        for one in openaccounts.users(said):
            if one.uid == 0 or one.uid >= _FIRST_PERSON:
                homes[one.home] = one.usable_shell and one.uid != 0
    with search.asking():
        for entry in list_if_there(host, "/Users"):
            if entry.kind == "folder":
                homes.setdefault(f"/Users/{entry.name}", False)
    return homes


def of_a_person(search: Search, person: Person) -> None:
    """The folders of one person."""
    storage, documents = (search.inside(person, name) for name in (_STORAGE, _DOCUMENTS))
    if storage is not None and documents is not None:
        with search.asking():
            for entry in list_if_there(search.host, storage):
                if entry.kind in ("folder", "link"):
                    search.add(_cloud(entry.name), f"{storage}/{entry.name}")
        with search.asking():
            if list_if_there(search.host, documents):
                search.add("icloud", documents)
                _desktop(search, person)
    old = search.inside(person, "Box Sync")
    if old is not None and search.kind(old) is not None:
        search.add("other", old)


def _cloud(name: str) -> Cloud:
    start = name.casefold()
    return next((cloud for word, cloud in _PROVIDERS if start.startswith(word)), "other")


def _desktop(search: Search, person: Person) -> None:
    """Desktop and Documents stay where they are while iCloud carries them away."""
    said = read_if_there(search.host, f"{person.home}/{_FINDER}")
    values = plist.parse(said) if said is not None else {}
    for name in ("Desktop", "Documents"):
        if plist.flag(values, f"FXICloudDrive{name}"):
            search.add("icloud", f"{person.home}/{name}")


SYSTEM = System(people, of_a_person)
