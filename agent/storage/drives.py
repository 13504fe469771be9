r"""Which volumes does a Windows have, and on which of them does a folder lie?

From the probes `volumes` and `bitlocker`, and from the drivers that stand between.

- CDs and readers without a medium are left out: nothing is kept there.
- A folder is followed through junctions, links and substituted letters, never through a share.
  Letters that only a person has are not seen from here.
"""

import ntpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from agent.host.base import Absent, Host, HostError
from agent.host.probing import probed
from agent.host.windows import LINKS, plain, steps
from agent.readers.errors import ParseError
from agent.readers.probes import bitlocker, volumes
from agent.readers.probes.volumes import Letter, Listed
from agent.storage.drive import Drive, Told, drive, lettered
from agent.storage.filters import between
from agent.storage.ground import Ground
from rules.facts.base import Maybe, Unknown, Why

T = TypeVar("T")

_CD = 5
"""DRIVE_CDROM (winbase.h)."""

_FOLDER = "\\??\\"
"""What Windows puts before the target of a letter that stands for a folder."""

_SHARE = re.compile(r"\\\\(?:\?\\UNC\\)?([A-Za-z0-9][A-Za-z0-9._-]{0,63})\\.*")


@dataclass(frozen=True, slots=True)
class Drives:
    """All of one machine."""

    host: Host
    all: tuple[Drive, ...]
    substituted: dict[str, str]

    def at(self, path: str) -> Drive | None:
        """On which volume does a folder lie, links followed? None: on a share; HostError."""
        for _ in range(LINKS):
            if _VOLUME.match(path):
                return self._named(path)
            if path.startswith("\\\\"):
                return None
            if self.is_away(path):
                raise HostError(Why.API_ERROR, f"{path[:2]} is no volume of this machine")
            further = self._further(path)
            if further is None:
                return self._holding(path)
            path = further
        raise HostError(Why.API_ERROR, "its links lead in a circle")

    def is_away(self, path: str) -> bool:
        """Is there no such letter, as of a disk that was pulled out?"""
        letter = path[:2].upper()
        tops = {top[:2].upper() for one in self.all for top in one.paths}
        return letter not in tops and letter not in self.substituted

    def below(self, folder: str) -> Ground:
        """What a folder lies on, in the words of every system."""
        found = self.at(folder)
        if found is None:
            share = _SHARE.fullmatch(folder)
            unread = Unknown(Why.NOT_LOCAL)
            return Ground(folder, "network", unread, server=share[1] if share else None)
        return Ground(found.key, found.kind, found.standing.protection)

    def _further(self, path: str) -> str | None:
        """Where the first link on the way leads, with the rest of the way; None: there is none."""
        folder = self.substituted.get(path[:2].upper())
        if folder is not None:
            return plain(ntpath.join(folder + "\\", path[3:]))
        for step in steps(path):
            try:
                link = self.host.stat(step).link
            except Absent:
                return None  # what is not there yet has no links below it
            if link is not None and _VOLUME.match(link):
                return ntpath.join(link, path[len(step) + 1 :])
            if link is not None:
                return plain(ntpath.join(ntpath.dirname(step), plain(link)) + path[len(step) :])
        return None

    def _named(self, path: str) -> Drive:
        """The volume that a path names by its number."""
        for one in self.all:
            if path.lower().startswith(one.key):
                return one
        raise HostError(Why.API_ERROR, "it leads to a volume that is not listed")

    def _holding(self, path: str) -> Drive:
        wanted = path.lower().rstrip("\\") + "\\"
        found = [
            (len(top), drive)
            for drive in self.all
            for top in drive.paths
            if wanted.startswith(top.lower())
        ]
        if not found:
            raise HostError(Why.API_ERROR, f"no volume shows {path[:2]} at its top")
        return max(found, key=lambda pair: pair[0])[1]


_VOLUME = re.compile(r"\\\\\?\\Volume\{", re.IGNORECASE)
"""A path that names its volume by its number, as the target of a folder that shows one does."""


def drives(host: Host) -> Drives:
    """All volumes of a Windows; HostError, ParseError if they cannot be listed."""
    listed = volumes.read(probed(host, "volumes"))
    told = Told(
        _or_why(lambda: bitlocker.read(probed(host, "bitlocker"))),
        _or_why(lambda: between(host)),
    )
    found = [drive(one, told) for one in listed.volumes if _holds_data(one)]
    substituted = {one.name: target for one in listed.letters if (target := _substitute(one))}
    letters = (one for one in listed.letters if one.name not in substituted and one.type != _CD)
    return Drives(host, (*found, *map(lettered, letters)), substituted)


def _holds_data(listed: Listed) -> bool:
    return listed.type != _CD and listed.parts != ()


def _substitute(letter: Letter) -> str | None:
    """The folder that a letter stands for."""
    target = letter.target
    if isinstance(target, str) and target.startswith(_FOLDER):
        return plain(target)
    return None


def _or_why(read: Callable[[], T]) -> Maybe[T]:
    try:
        return read()
    except HostError as error:
        return Unknown(error.why)
    except ParseError:
        return Unknown(Why.PARSE_ERROR)
