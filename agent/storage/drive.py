r"""How does one volume of a Windows stand?

By BitLocker, by what was read at its very start on the disk itself, and by the drivers that stand
between.

- A USB disk calls itself fixed: the bus decides (USB, SD and MMC can be pulled out).
- Where BitLocker does not know a volume, it is plain only if a known file system was read at its
  start. Where a driver of another maker may encrypt, and that start does not disprove it, nobody
  here knows: `tool_missing`.
- Two that contradict one another are a conflict: a volume that is said to be protected and begins
  in clear, or one that is said to be decrypted and begins as BitLocker's.
- A disk in a file stands as the volume that holds the file: here unknown, unless it is encrypted.
"""

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from agent.readers.probes.bitlocker import Encryptable
from agent.readers.probes.volumes import Letter, Listed, Part, Partition
from agent.storage import bitlocker
from agent.storage.filters import Between
from agent.storage.standing import PLAIN, Standing, unread
from rules.facts.base import Maybe, Unknown, Why

DriveKind: TypeAlias = Literal["fixed", "removable", "network", "memory"]

_KINDS: dict[int, DriveKind] = {2: "removable", 3: "fixed", 4: "network", 6: "memory"}
"""GetDriveType; 5 is a CD."""

_PULLED_OUT = frozenset({7, 12, 13})
"""STORAGE_BUS_TYPE: BusTypeUsb, BusTypeSd, BusTypeMmc."""

_IN_A_FILE = 15
"""BusTypeFileBackedVirtual."""

_FILE_SYSTEMS = (b"NTFS    ", b"EXFAT   ", b"MSDOS5.0", b"ReFS\0\0\0\0")
"""What a volume begins with that is not encrypted. BitLocker To Go has a start of its own."""

_BITLOCKER = b"-FVE-FS-"
_HARDWARE = 5
"""EncryptionMethod of a disk that encrypts itself: what is read from it is in clear."""


@dataclass(frozen=True, slots=True)
class Drive:
    """A volume, or a letter that stands for something else; `key` never leaves the machine."""

    key: str
    paths: tuple[str, ...]
    kind: Maybe[DriveKind]
    filesystem: Maybe[str]
    size: Maybe[int]
    partition: Maybe[Partition]
    standing: Standing
    told: Maybe[Encryptable]

    @property
    def letter(self) -> str | None:
        """`C:`, if it has one."""
        return next((path[:2].upper() for path in self.paths if len(path) == len("C:\\")), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What BitLocker and the classes of drivers say, of all volumes."""

    encryptable: Maybe[dict[str, Encryptable]]
    drivers: Maybe[Between]

    def of(self, listed: Listed) -> Maybe[Encryptable]:
        """BitLocker's word on one volume; `tool_missing` if it has none."""
        if isinstance(self.encryptable, Unknown):
            return self.encryptable
        return self.encryptable.get(listed.id, Unknown(Why.TOOL_MISSING))


def drive(listed: Listed, told: Told) -> Drive:
    """A volume, and how it stands."""
    parts = listed.parts
    kind = _kind(listed)
    standing = _standing(listed, told)
    return Drive(
        key=listed.id,
        paths=listed.paths,
        kind=kind,
        filesystem=listed.filesystem,
        size=parts if isinstance(parts, Unknown) else sum(part.size for part in parts),
        partition=listed.partition,
        standing=replace(standing, removable=kind == "removable"),
        told=told.of(listed),
    )


def lettered(letter: Letter) -> Drive:
    """A letter that stands for no volume: a share, or a container of another maker."""
    kind = _KINDS.get(letter.type, Unknown(Why.UNRECOGNISED))
    nothing = Unknown(Why.NOT_LOCAL if kind == "network" else Why.TOOL_MISSING)
    is_veracrypts = isinstance(letter.target, str) and "\\veracrypt" in letter.target.lower()
    return Drive(
        key=letter.name,
        paths=(f"{letter.name}\\",),
        kind=kind,
        filesystem=nothing,
        size=nothing,
        partition=nothing,
        standing=unread(nothing.why, "veracrypt" if is_veracrypts else None),
        told=nothing,
    )


def _kind(listed: Listed) -> Maybe[DriveKind]:
    kind = _KINDS.get(listed.type)
    if kind != "fixed":
        return kind or Unknown(Why.UNRECOGNISED)
    if isinstance(listed.parts, Unknown):
        return listed.parts
    buses = [part.bus for part in listed.parts]
    if any(bus in _PULLED_OUT for bus in buses if isinstance(bus, int)):
        return "removable"
    return next((bus for bus in buses if isinstance(bus, Unknown)), "fixed")


def _standing(listed: Listed, told: Told) -> Standing:
    said = told.of(listed)
    mark = _mark(listed)
    if isinstance(said, Unknown):
        standing = _unsaid(said, mark)
    else:
        standing = _agreed(bitlocker.standing(said), said, mark)
    return _beneath(listed, told.drivers) if standing == PLAIN else standing


def _mark(listed: Listed) -> bytes | None:
    """What the volume begins with, if it was read."""
    if isinstance(listed.parts, Unknown):
        return None
    mark = listed.parts[0].mark
    return None if isinstance(mark, Unknown) else mark


def _unsaid(said: Unknown, mark: bytes | None) -> Standing:
    """BitLocker failed, or does not know the volume: then its start may prove that it is plain."""
    if said.why is not Why.TOOL_MISSING:
        return unread(said.why)
    if mark in _FILE_SYSTEMS:
        return PLAIN
    return unread(Why.API_ERROR, "bitlocker" if mark == _BITLOCKER else None)


def _agreed(standing: Standing, said: Encryptable, mark: bytes | None) -> Standing:
    """BitLocker's word, unless the disk itself says otherwise."""
    plain = mark in _FILE_SYSTEMS and said.method != _HARDWARE
    denied = plain and standing.protection == "protected"
    if denied or (mark == _BITLOCKER and standing == PLAIN):
        return unread(Why.CONFLICT, "bitlocker")
    return standing


def _beneath(listed: Listed, drivers: Maybe[Between]) -> Standing:
    """What BitLocker leaves plain may be encrypted by others, above or below."""
    if isinstance(drivers, Unknown):
        return unread(drivers.why)
    if drivers.disks:
        return unread(Why.TOOL_MISSING, drivers.disks)
    if drivers.volumes and _mark(listed) not in _FILE_SYSTEMS:
        return unread(Why.TOOL_MISSING, drivers.volumes)
    parts: tuple[Part, ...] = () if isinstance(listed.parts, Unknown) else listed.parts
    if any(part.bus == _IN_A_FILE for part in parts):
        return unread(Why.UNRECOGNISED)
    return PLAIN
