"""Is each volume encrypted? The answer for macOS, by FileVault.

- Apple silicon and T2 always encrypt in hardware: with FileVault off no password guards the key,
  so that is unprotected. The startup volume is protected only if `fdesetup` and `diskutil` agree.
- FileVault's cipher is XTS-AES with 128 bits at least (Apple Platform Security, "Volume encryption
  with FileVault in macOS").
- Volumes that macOS fills by itself (the sealed system, Preboot, Recovery, Update, and VM, whose
  swap macOS always encrypts) are left out, and disk images, which are files on a volume that is
  listed. What another system has written and macOS cannot mount is not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, part
from agent.host.base import Absent, Host, HostError, output
from agent.host.paths import TooManyLinks, follow, holds
from agent.host.programs import Program
from agent.readers import diskutil, macstatus
from agent.readers.diskutil import Apfs, Layout, Slice
from agent.readers.macstatus import FileVault
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.volumes import VOLUMES, Protection, Volume

_Kind: TypeAlias = Literal["fixed", "removable"]

_DATA = "/System/Volumes/Data"
_OWN_ROLES = frozenset(
    {"System", "Preboot", "Recovery", "VM", "Update", "Hardware", "xART", "Baseband", "Prelogin"}
)
_STORES = frozenset({"Apple_APFS", "Apple_APFS_ISC", "Apple_APFS_Recovery"})
_EMPTY = frozenset(
    {"GUID_partition_scheme", "FDisk_partition_scheme", "Apple_partition_scheme", "EFI"}
)
_FILESYSTEMS = {
    "Apple_HFS": "hfs",
    "DOS_FAT_12": "msdos",
    "DOS_FAT_16": "msdos",
    "DOS_FAT_32": "msdos",
    "Windows_FAT_16": "msdos",
    "Windows_FAT_32": "msdos",
}


@answers(VOLUMES, on="macos", confidence="derived", pace="heavy")
def macos(host: Host, about: About) -> Items[Volume]:
    """From `diskutil` and `fdesetup`; if the disks cannot be listed, nothing is known."""
    disks = _Disks(
        layout=diskutil.layout(output(host, Program.DISKUTIL, "list", "-plist")),
        internal=_physical(host, "internal"),
        external=_physical(host, "external"),
    )
    apfs = diskutil.volumes(output(host, Program.DISKUTIL, "apfs", "list", "-plist"))
    vault = part(lambda: macstatus.filevault(output(host, Program.FDESETUP, "status")))
    places = tuple(_places(disks, apfs, vault))
    holding = _holding(host, about, disks)
    about.memory.retain("volumes", {place.key for place in places})
    return Items(tuple(_volume(place, about, holding) for place in places))


def _physical(host: Host, where: str) -> frozenset[str]:
    return diskutil.disks(output(host, Program.DISKUTIL, "list", "-plist", where, "physical"))


@dataclass(frozen=True, slots=True)
class _Disks:
    """What diskutil lists, and which disks are built in or plugged in."""

    layout: Layout
    internal: frozenset[str]
    external: frozenset[str]

    def kind(self, *disks: str) -> _Kind | None:
        """Of something that lies on these disks; None if they are neither."""
        if self.external.intersection(disks):
            return "removable"
        return "fixed" if self.internal.intersection(disks) else None

    @property
    def startup(self) -> str | None:
        """The device of the volume that holds this system's data."""
        at = {mount: device for device, mount in self.layout.mounts.items()}
        return at.get(_DATA, at.get("/"))


@dataclass(frozen=True, slots=True)
class _Place:
    """A volume and how it stands; `key` is the same for ever, or as long as it is plugged in."""

    device: str
    key: str
    mount: str | None
    kind: _Kind
    protection: Maybe[Protection]
    filesystem: Maybe[str]
    size: int
    startup: bool = False
    percent: Maybe[int | None] = None


def _places(disks: _Disks, apfs: tuple[Apfs, ...], vault: Maybe[FileVault]) -> Iterator[_Place]:
    for volume in apfs:
        kind = disks.kind(*map(_whole, volume.stores))
        if kind is not None and not _OWN_ROLES.intersection(volume.roles):
            yield _apfs(volume, kind, disks, vault)
    for piece in disks.layout.slices:
        kind = disks.kind(piece.disk)
        if kind is not None and _may_hold(piece):
            yield _plain(piece, kind)


def _whole(device: str) -> str:
    """`disk0` of `disk0s2`."""
    return "disk" + device.removeprefix("disk").partition("s")[0]


def _may_hold(piece: Slice) -> bool:
    return piece.content not in _STORES and (piece.content not in _EMPTY or piece.mount is not None)


def _apfs(volume: Apfs, kind: _Kind, disks: _Disks, vault: Maybe[FileVault]) -> _Place:
    startup = volume.device == disks.startup
    state = _protection(volume, vault if startup else None)
    percent: Maybe[int | None] = None
    if state == "converting":
        told = vault.percent if startup and isinstance(vault, FileVault) else None
        percent = Unknown(Why.NOT_COLLECTED) if told is None else told
    mount = disks.layout.mounts.get(volume.device)
    return _Place(
        volume.device, volume.uuid, mount, kind, state, "apfs", volume.size, startup, percent
    )


def _protection(volume: Apfs, vault: Maybe[FileVault] | None) -> Maybe[Protection]:
    """By the volume's own flags, and for the startup volume by FileVault's word too."""
    if volume.locked:
        return "locked"
    if volume.converting or (isinstance(vault, FileVault) and vault.state == "converting"):
        return "converting"
    says = vault.state if isinstance(vault, FileVault) else None
    if not volume.filevault:
        return Unknown(Why.CONFLICT) if says == "on" else "unprotected"
    if not volume.encrypted or says == "off":
        return Unknown(Why.CONFLICT)
    return vault if isinstance(vault, Unknown) else "protected"


def _plain(piece: Slice, kind: _Kind) -> _Place:
    """MacOS mounts nothing that is encrypted but APFS; what it does not mount may be anything."""
    state: Maybe[Protection] = Unknown(Why.UNRECOGNISED)
    if piece.mount is not None:
        state = "unprotected"
    filesystem = _FILESYSTEMS.get(piece.content) or Unknown(Why.UNRECOGNISED)
    return _Place(piece.device, piece.device, piece.mount, kind, state, filesystem, piece.size)


def _holding(host: Host, about: About, disks: _Disks) -> Maybe[frozenset[str]]:
    """The devices that hold imaging folders; unknown if one of them cannot be told."""
    paths = [str(root.path) for root in about.settings.roots]
    return part(lambda: frozenset(_device(host, path, disks) for path in paths))


def _device(host: Host, path: str, disks: _Disks) -> str:
    """The volume below a path: all that lies in no other mount is the startup volume's."""
    try:
        real = follow(path, lambda name: _link(host, name))
    except TooManyLinks as error:
        raise HostError(Why.API_ERROR, f"{path}: its links lead in a circle") from error
    mounts = {mount: device for device, mount in disks.layout.mounts.items() if mount != "/"}
    below = max((mount for mount in mounts if holds(mount, real)), key=len, default=None)
    if below is not None:
        return mounts[below]
    if holds("/Volumes", real) or disks.startup is None:
        raise HostError(Why.NOT_LOCAL, f"{path} lies on no disk of this Mac")
    return disks.startup


def _link(host: Host, path: str) -> str | None:
    try:
        return host.stat(path).link
    except Absent:
        return None


def _volume(place: _Place, about: About, holding: Maybe[frozenset[str]]) -> Volume:
    state = place.protection
    plain = state == "unprotected"
    unread = state if isinstance(state, Unknown) else None
    return Volume(
        name="/" if place.startup else about.memory.number("volume", place.key),
        mount=place.mount,
        kind=place.kind,
        role="data",
        holds_imaging=holding if isinstance(holding, Unknown) else place.device in holding,
        protection=state,
        mechanism=unread if unread is not None else "none" if plain else "filevault",
        cipher=unread if unread is not None else None if plain else "xts_aes_128",
        percent=place.percent,
        protectors=Items((), None if plain else Why.NOT_COLLECTED),
        suspend_reboots=None,
        state_since=_since(place, about),
        used_space_only=None,
        hardware_encryption=Unknown(Why.NOT_COLLECTED),
        filesystem=place.filesystem,
        size=place.size,
    )


def _since(place: _Place, about: About) -> Maybe[datetime]:
    if isinstance(place.protection, Unknown):
        return place.protection
    return about.memory.since("volumes", place.key, place.protection, about.now)
