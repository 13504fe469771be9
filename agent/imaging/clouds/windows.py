r"""Which folders do the clients of Windows carry away, by its registry?

- `SyncRootManager` of the machine: every client that shows its files in the Explorer writes its
  folder there, by the SID of its person (Microsoft, "Integrate a Cloud Storage Provider").
- `OneDrive\Accounts` and `SyncEngines\Providers\OneDrive` of each person: his own folder, and the
  libraries of teams. Desktop, Documents and Pictures that were moved into OneDrive lie in it.
- Google Drive's letter or folder, Box, and iCloud, which has one place.

Not yet run on a real Windows.
"""

from collections.abc import Iterator

from agent.host.base import HostError, Key
from agent.host.profiles import folder, persons
from agent.host.registry import opened
from agent.imaging.clouds.base import Cloud, Person, Search, System
from agent.imaging.clouds.people import names
from agent.readers import drivefs
from agent.readers.errors import ParseError
from rules.facts.base import Why

_SYSTEM_PROFILE = r"C:\Windows\System32\config\systemprofile"
_ROOTS = r"Software\Microsoft\Windows\CurrentVersion\Explorer\SyncRootManager"
_ACCOUNTS = r"Software\Microsoft\OneDrive\Accounts"
_LIBRARIES = r"Software\SyncEngines\Providers\OneDrive"
_DRIVEFS = r"Software\Google\DriveFS"
_BOX = r"HKLM\SOFTWARE\Box\Box"

_PROVIDERS: tuple[tuple[str, Cloud], ...] = (
    ("onedrive", "onedrive"),
    ("sharepoint", "onedrive"),
    ("dropbox", "dropbox"),
    ("google", "google"),
    ("drivefs", "google"),
    ("icloud", "icloud"),
    ("apple", "icloud"),
)
"""How the id of a provider begins; any other is `other`."""

_PLACES: tuple[tuple[Cloud, str], ...] = (
    ("icloud", "iCloudDrive"),
    ("icloud", r"Pictures\iCloud Photos"),
    ("other", "Box Sync"),
)
"""Folders of a home that are somebody's own."""


def people(search: Search) -> Iterator[Person]:
    """Who has a profile: one that was taken away has no client, one not found is a doubt."""
    found = names(search, _SYSTEM_PROFILE)
    if found is not None:
        yield Person(_SYSTEM_PROFILE, found)
    with search.asking():
        for sid in persons(search.host):
            with search.asking():
                home = folder(search.host.registry, sid)
                found = names(search, home)
                if found is not None:
                    yield Person(home, found, sid)


def of_the_machine(search: Search) -> None:
    """What clients have told the Explorer of everybody."""
    _roots(search, rf"HKLM\{_ROOTS}")


def of_a_person(search: Search, person: Person) -> None:
    """What the registry and the home of one person say."""
    for cloud, name in _PLACES:
        _if_there(search, cloud, search.inside(person, name))
    _box(search, person)
    if person.sid is None:
        return
    own = rf"HKU\{person.sid}"
    _roots(search, rf"{own}\{_ROOTS}")
    for above, name in ((_ACCOUNTS, "UserFolder"), (_LIBRARIES, "MountPoint")):
        with search.asking():
            for folder in _texts(search, rf"{own}\{above}", name):
                _add(search, "onedrive", folder)
    with search.asking():
        said = opened(search.host, rf"{own}\{_DRIVEFS}").text("PerAccountPreferences")
        for place in drivefs.mounts(said) if said else ():
            search.add("google", place)


def _roots(search: Search, key: str) -> None:
    """Folders below `SyncRootManager`: a key a client and account, in it one value a person."""
    with search.asking():
        for provider in opened(search.host, key).subkeys:
            found = search.host.registry(rf"{key}\{provider}\UserSyncRoots")
            for folder in _folders(found):
                _add(search, _cloud(provider), folder)


def _folders(key: Key | None) -> Iterator[str]:
    """Nothing of a client that keeps no such key; one that is empty is no answer."""
    if key is not None and not key.values:
        raise HostError(Why.UNRECOGNISED, "a client that does not say where its folder is")
    for kind, data in key.values.values() if key is not None else ():
        if kind not in ("sz", "expand_sz") or not isinstance(data, str):
            raise ParseError("a synchronised folder that is no text")
        yield data


def _add(search: Search, cloud: Cloud, folder: str) -> None:
    """One that is not there is an old word: where the client's folder is now, nobody says."""
    search.add(cloud, folder)
    if search.kind(folder) is None:
        search.doubt(Why.STALE_SOURCE)


def _cloud(provider: str) -> Cloud:
    name = provider.casefold()
    return next((cloud for start, cloud in _PROVIDERS if name.startswith(start)), "other")


def _texts(search: Search, key: str, name: str) -> Iterator[str]:
    """A value of each subkey that has it: an account that was signed out has none."""
    for inner in opened(search.host, key).subkeys:
        said = opened(search.host, rf"{key}\{inner}").text(name)
        if said:
            yield said


def _box(search: Search, person: Person) -> None:
    """Box Drive lies in the home, or where an administrator has put it (`CustomBoxLocation`)."""
    with search.asking():
        key = opened(search.host, _BOX)
        if not key.there:
            return
        above = key.text("CustomBoxLocation") or "%USERPROFILE%"
        folder = above.replace("%USERPROFILE%", person.home).rstrip("\\")
        if "%" in folder:
            raise HostError(Why.PARSE_ERROR, "a place of Box with a variable of its own")
        _if_there(search, "other", rf"{folder}\Box")


def _if_there(search: Search, cloud: Cloud, folder: str | None) -> None:
    if folder is not None and search.kind(folder) is not None:
        search.add(cloud, folder)


SYSTEM = System(people, of_a_person, of_the_machine)
