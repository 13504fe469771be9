r"""What are the settings of a person who is not signed in?

Windows has loaded a person's hive under HKU while he is signed in. Else it lies in NTUSER.DAT of
his profile, which ProfileList names, and is read from there: never loaded, which could keep him
from signing in.

- A hive that Windows has not written out whole (changes wait in NTUSER.DAT.LOG1 and 2) is
  `stale_source`: its older values are not passed off as today's.
- A profile without that file (mandatory, or of a server) is `not_logged_in`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from agent.host.base import Absent, Host, HostError, Key
from agent.host.winreg import split
from agent.host.withheld import without_secrets
from agent.readers import hive
from agent.readers.errors import ParseError
from agent.readers.hive import Hive
from rules.facts.base import Why

_WINDOWS = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_PERSON = re.compile(r"S-1-5-21-[0-9]+-[0-9]+-[0-9]+-[0-9]+|S-1-12-1(-[0-9]+){4}")
_VARIABLE = re.compile(r"%([A-Za-z]+)%")
_FOLDER = re.compile(r"[A-Za-z]:\\[^/:*?\"<>|\x00-\x1f]+")


def is_person(sid: str) -> bool:
    """Is it an account of this machine, of a domain or of Entra ID (not a service's)?"""
    return _PERSON.fullmatch(sid) is not None


def persons(host: Host) -> tuple[str, ...]:
    """The SIDs of all who have a profile on this machine, services left out."""
    found = host.registry(rf"{_WINDOWS}\ProfileList")
    if found is None:
        raise HostError(Why.UNRECOGNISED, "this Windows keeps no list of profiles")
    return tuple(sid for sid in found.subkeys if is_person(sid))


@dataclass(slots=True)
class Profiles:
    """Hives on disk, the last one kept in memory while its file does not change."""

    host: Host
    _last: tuple[object, Hive] | None = field(default=None)

    def key(self, sid: str, names: tuple[str, ...]) -> Key | None:
        """A key of a hive on disk; None if it is not in it."""
        path = f"{folder(self.host.registry, sid)}\\NTUSER.DAT"
        try:
            loaded = self._hive(path)
            found = loaded.key(names)
        except Absent as error:
            raise HostError(Why.NOT_LOGGED_IN, f"no hive at {path}") from error
        except ParseError as error:
            raise HostError(Why.PARSE_ERROR, f"{path}: {error}") from error
        if found is None:
            return None
        return Key(without_secrets(found.values), found.subkeys, found.written_at)

    def _hive(self, path: str) -> Hive:
        stat = self.host.stat(path)
        if stat.kind != "file":
            raise HostError(Why.API_ERROR, f"{path} is no plain file")
        known = path, stat.size, stat.modified_at, stat.inode
        if self._last is None or self._last[0] != known:
            self._last = known, hive.parse(self.host.read(path, hive.LARGEST))
        if self._last[1].dirty:
            raise HostError(Why.STALE_SOURCE, f"{path} was not written out whole")
        return self._last[1]


def folder(registry: Callable[[str], Key | None], sid: str) -> str:
    """Where the profile of a person lies; HostError."""
    said = _text(registry, rf"{_WINDOWS}\ProfileList\{sid}", "ProfileImagePath")
    root = _text(registry, _WINDOWS, "SystemRoot")
    known = {"systemdrive": root[:2], "systemroot": root}
    path = _VARIABLE.sub(lambda found: known.get(found[1].lower(), found[0]), said)
    if not _FOLDER.fullmatch(path) or "%" in path:
        raise HostError(Why.PARSE_ERROR, f"no folder of a profile: {path[:80]!r}")
    return path


class Loaded(Protocol):
    """The registry that Windows has loaded."""

    def key(self, key: str) -> Key | None:
        """A key; None if it is proven not to be there."""
        ...

    def names(self, root: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The subkeys of a key that is there; OSError."""
        ...


def person_or_machine(loaded: Loaded, profiles: Profiles, key: str) -> Key | None:
    r"""A key of what is loaded, or of the hive on disk of a person whose `HKU\SID` is not."""
    root, names = split(key)
    if root == "HKU" and is_person(names[0]):
        try:
            there = {name.lower() for name in loaded.names("HKU")}
        except OSError as error:
            raise HostError(Why.API_ERROR, f"HKU: {error.strerror}") from error
        if names[0].lower() not in there:
            return profiles.key(names[0], names[1:])
    return loaded.key(key)


def _text(registry: Callable[[str], Key | None], key: str, name: str) -> str:
    found = registry(key)
    if found is None or name not in found.values:
        raise HostError(Why.NOT_LOGGED_IN, f"{key} does not say {name}")
    said = found.values[name][1]
    if not isinstance(said, str):
        raise HostError(Why.PARSE_ERROR, f"{key}: {name} is no text")
    return said
