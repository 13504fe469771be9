r"""Is each volume encrypted? The answer for Windows, by BitLocker's methods.

How a volume stands is decided in agent.storage (drive, bitlocker). The role of one is told by its
partition: what the firmware starts from, and what the maker hides without a letter, holds nobody's
data, unless a page file lies there. Not yet confirmed on a real Windows.

https://learn.microsoft.com/windows/win32/api/winioctl/ns-winioctl-partition_information_gpt
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Literal, TypeAlias, TypeVar

from agent.facts.base import About, answers, known, part
from agent.host.base import Host, HostError
from agent.host.registry import SYSTEM, WINDOWS, opened
from agent.readers.errors import ParseError
from agent.readers.probes.bitlocker import Encryptable
from agent.readers.probes.volumes import Partition
from agent.storage import bitlocker
from agent.storage.drive import Drive
from agent.storage.drives import Drives, drives
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.volumes import VOLUMES, Protector, Volume

T = TypeVar("T")

Role: TypeAlias = Literal["system", "data", "swap", "boot", "recovery", "other"]

_MEMORY = rf"{SYSTEM}\Control\Session Manager\Memory Management"
_PAGE_FILE = re.compile(r"(?:\\\?\?\\)?([A-Za-z?]):\\.*")
_SPECIAL: dict[str, Role] = {
    "c12a7328-f81f-11d2-ba4b-00a0c93ec93b": "boot",  # PARTITION_SYSTEM_GUID, of the firmware
    "de94bba4-06d1-4d40-a16a-bfd50179d6ac": "recovery",  # PARTITION_MSFT_RECOVERY_GUID
    "e3c9e316-0b5c-4db8-817d-f92df00215ae": "other",  # PARTITION_MSFT_RESERVED_GUID
}
_RECOVERY = 0x27
"""The kind of a hidden partition of recovery, in a table of the old form."""

_OF_THE_PLATFORM = 1
"""GPT_ATTRIBUTE_PLATFORM_REQUIRED: the computer needs it, and nobody else uses it."""

_FILESYSTEM = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,31}")


@answers(VOLUMES, on="windows", confidence="derived", pace="heavy")
def windows(host: Host, about: About) -> Items[Volume]:
    """From the probes of volumes; if they cannot be listed, nothing is known."""
    found = drives(host)
    root = part(lambda: _system(host))
    pages = part(lambda: _page_files(host, root))
    images = _Images.of(found, about)
    about.memory.retain("volumes", {drive.key for drive in found.all})
    return Items(
        tuple(_volume(drive, _role(drive, root, pages), images, about) for drive in found.all)
    )


def _system(host: Host) -> str:
    """The letter of the volume that Windows runs from."""
    said = opened(host, WINDOWS).text("SystemRoot") or ""
    if not re.fullmatch(r"[A-Za-z]:\\.+", said):
        raise ParseError(f"no folder of Windows: {said[:20]!r}")
    return said[:2].upper()


def _page_files(host: Host, root: Maybe[str]) -> frozenset[str]:
    """The letters of volumes that memory is written to: those in force, else those wanted."""
    key = opened(host, _MEMORY)
    named = key.texts("ExistingPageFiles")
    if named is None:
        named = key.texts("PagingFiles")
    if named is None:
        raise HostError(Why.UNRECOGNISED, "it is not said where the page file lies")
    return frozenset(_letter(name, root) for name in named if name)


def _letter(name: str, root: Maybe[str]) -> str:
    said = _PAGE_FILE.fullmatch(name)
    if not said:
        raise ParseError(f"no place of a page file: {name[:40]!r}")
    if said[1] == "?":  # where Windows itself lies
        return known(root)
    return f"{said[1].upper()}:"


@dataclass(frozen=True, slots=True)
class _Images:
    """The volumes that hold imaging folders; why a folder may lie on others too, if it may.

    `away`: only on one that shows somewhere, for it names a letter that is not there.
    """

    on: frozenset[str]
    unread: Why | None
    away: bool

    @classmethod
    def of(cls, found: Drives, about: About) -> "_Images":
        paths = [str(root.path) for root in about.settings.roots]
        away = [path for path in paths if path[1:2] == ":" and found.is_away(path)]
        places = [part(partial(found.at, path)) for path in paths if path not in away]
        return cls(
            on=frozenset(place.key for place in places if isinstance(place, Drive)),
            unread=next((place.why for place in places if isinstance(place, Unknown)), None),
            away=bool(away),
        )

    def lie_on(self, drive: Drive) -> Maybe[bool]:
        if drive.key in self.on:
            return True
        if self.unread is not None:
            return Unknown(self.unread)
        return Unknown(Why.API_ERROR) if self.away and drive.paths else False


def _role(drive: Drive, root: Maybe[str], pages: Maybe[frozenset[str]]) -> Maybe[Role]:
    """By what lies there, then by the kind of its partition; what is of no known kind is data."""
    if isinstance(root, Unknown):
        return root
    if drive.letter == root:
        return "system"
    if not isinstance(pages, Unknown) and drive.letter in pages:
        return "swap"
    if isinstance(drive.partition, Unknown):
        return "data"
    role = _by_partition(drive, drive.partition)
    return pages if isinstance(pages, Unknown) and role != "data" else role


def _by_partition(drive: Drive, partition: Partition) -> Role:
    if partition.gpt is not None:
        hidden = partition.attributes & _OF_THE_PLATFORM and not drive.paths
        return _SPECIAL.get(partition.gpt, "other" if hidden else "data")
    if partition.mbr == _RECOVERY:
        return "recovery"
    return "boot" if partition.active and drive.letter is None else "data"


def _volume(drive: Drive, role: Maybe[Role], images: _Images, about: About) -> Volume:
    standing = drive.standing
    return Volume(
        name=drive.letter or about.memory.number("volume", drive.key),
        mount=next(iter(drive.paths), None),
        kind=drive.kind,
        role=role,
        holds_imaging=images.lie_on(drive),
        protection=standing.protection,
        mechanism=standing.mechanism,
        cipher=standing.cipher,
        percent=standing.percent,
        protectors=_protectors(drive),
        suspend_reboots=_of_bitlocker(drive, bitlocker.suspend_reboots),
        state_since=_since(drive, about),
        used_space_only=_of_bitlocker(drive, bitlocker.used_space_only),
        hardware_encryption=_in_hardware(drive),
        filesystem=_filesystem(drive),
        size=drive.size,
    )


def _of_bitlocker(drive: Drive, read: Callable[[Encryptable], Maybe[T | None]]) -> Maybe[T | None]:
    """What only BitLocker has; null of a volume that nothing encrypts."""
    if drive.standing.protection == "unprotected":
        return None
    return drive.told if isinstance(drive.told, Unknown) else read(drive.told)


def _protectors(drive: Drive) -> Items[Protector]:
    if drive.standing.protection == "unprotected":
        return Items(())
    if isinstance(drive.told, Unknown):
        return Items((), drive.told.why)
    return bitlocker.protectors(drive.told)


def _in_hardware(drive: Drive) -> Maybe[bool | None]:
    cipher = drive.standing.cipher
    return cipher if isinstance(cipher, Unknown) or cipher is None else cipher == "hardware"


def _filesystem(drive: Drive) -> Maybe[str]:
    said = drive.filesystem
    if isinstance(said, str) and not _FILESYSTEM.fullmatch(said):
        return Unknown(Why.UNRECOGNISED)
    return said if isinstance(said, Unknown) else said.lower()


def _since(drive: Drive, about: About) -> Maybe[datetime]:
    state = drive.standing.protection
    if isinstance(state, Unknown):
        return state
    return about.memory.since("volumes", drive.key, state, about.now)
