"""`diskutil … -plist` (diskutil(8)): which disks are there, what is said of each APFS volume?"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.readers import plist
from agent.readers.errors import ParseError
from agent.readers.plist import Values


@dataclass(frozen=True, slots=True)
class Apfs:
    """One APFS volume; `stores` are the partitions below it, `size` the bytes of its container."""

    device: str
    uuid: str
    roles: tuple[str, ...]
    encrypted: bool
    filevault: bool
    locked: bool
    converting: bool
    stores: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Slice:
    """A partition, or a disk without any; `content` is its type as its table or diskutil says."""

    device: str
    disk: str
    content: str
    mount: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What `diskutil list` shows; `mounts` is by device, APFS volumes among them."""

    slices: tuple[Slice, ...]
    mounts: dict[str, str]


def volumes(data: bytes) -> tuple[Apfs, ...]:
    """`diskutil apfs list -plist`: all volumes of all containers."""
    containers = plist.records(plist.parse(data), "Containers")
    return tuple(volume for container in containers for volume in _volumes(container))


def _volumes(container: Values) -> Iterator[Apfs]:
    stores = plist.records(container, "PhysicalStores")
    below = tuple(plist.text(store, "DeviceIdentifier") for store in stores)
    for volume in plist.records(container, "Volumes"):
        yield Apfs(
            device=plist.text(volume, "DeviceIdentifier"),
            uuid=plist.text(volume, "APFSVolumeUUID"),
            roles=tuple(plist.words(volume, "Roles")),
            encrypted=_said(volume, "Encryption"),
            filevault=_said(volume, "FileVault"),
            locked=_said(volume, "Locked"),
            converting=_said(volume, "CryptoMigrationOn"),
            stores=below,
            size=_size(container, "CapacityCeiling"),
        )


def layout(data: bytes) -> Layout:
    """`diskutil list -plist`: disks, partitions, and where they are mounted."""
    slices: list[Slice] = []
    mounts: dict[str, str] = {}
    for disk in plist.records(plist.parse(data), "AllDisksAndPartitions"):
        name = plist.text(disk, "DeviceIdentifier")
        parts = _optional(disk, "Partitions")
        slices.extend(_slice(part, name) for part in parts or [disk])
        for one in (disk, *parts, *_optional(disk, "APFSVolumes")):
            if "MountPoint" in one:
                mounts[plist.text(one, "DeviceIdentifier")] = plist.text(one, "MountPoint")
    return Layout(tuple(slices), mounts)


def disks(data: bytes) -> frozenset[str]:
    """`diskutil list -plist internal physical`, or `external`: the names of whole disks."""
    return frozenset(plist.words(plist.parse(data), "WholeDisks"))


def _slice(part: Values, disk: str) -> Slice:
    return Slice(
        device=plist.text(part, "DeviceIdentifier"),
        disk=disk,
        content=plist.text(part, "Content") if "Content" in part else "",
        mount=plist.text(part, "MountPoint") if "MountPoint" in part else None,
        size=_size(part, "Size"),
    )


def _optional(values: Values, name: str) -> list[Values]:
    return plist.records(values, name) if name in values else []


def _said(values: Values, name: str) -> bool:
    found = plist.flag(values, name)
    if found is None:
        raise ParseError(f"a volume that does not say {name}")
    return found


def _size(values: Values, name: str) -> int:
    found = plist.number(values, name)
    if found is None or found < 0:
        raise ParseError(f"no {name}")
    return found
