"""Which volumes does a Mac have, how does each stand, and on which of them does a folder lie?

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
from typing import Literal, TypeAlias

from agent.host.base import Absent, Host, HostError, output
from agent.host.paths import TooManyLinks, follow, holds
from agent.host.programs import Program
from agent.readers import diskutil, macstatus
from agent.readers.diskutil import Apfs, Layout, Slice
from agent.readers.errors import ParseError
from agent.readers.macstatus import FileVault
from agent.storage.ground import Ground
from agent.storage.standing import Standing
from rules.facts.base import Maybe, Unknown, Why
from rules.facts.volumes import Protection

MacKind: TypeAlias = Literal["fixed", "removable"]

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


@dataclass(frozen=True, slots=True)
class MacVolume:
    """A volume and how it stands; `key` is the same for ever, or as long as it is plugged in."""

    device: str
    key: str
    mount: str | None
    kind: MacKind
    filesystem: Maybe[str]
    size: int
    standing: Standing
    startup: bool = False


@dataclass(frozen=True, slots=True)
class MacVolumes:
    """All of one Mac."""

    host: Host
    disks: "_Disks"
    all: tuple[MacVolume, ...]

    def at(self, path: str) -> MacVolume:
        """On which of them does a folder lie, links followed? HostError if on none."""
        device = self._device(path)
        found = next((one for one in self.all if one.device == device), None)
        if found is None:
            raise HostError(Why.UNRECOGNISED, f"{path} lies on a volume that is not judged")
        return found

    def below(self, folder: str) -> Ground:
        """What a folder lies on, in the words of every system."""
        found = self.at(folder)
        return Ground(found.key, found.kind, found.standing.protection, found.startup)

    def _device(self, path: str) -> str:
        """The volume below a path: all that lies in no other mount is the startup volume's."""
        try:
            real = follow(path, self._link)
        except TooManyLinks as error:
            raise HostError(Why.API_ERROR, f"{path}: its links lead in a circle") from error
        found = self.disks.layout.mounts
        mounts = {mount: device for device, mount in found.items() if mount != "/"}
        below = max((mount for mount in mounts if holds(mount, real)), key=len, default=None)
        if below is not None:
            return mounts[below]
        if holds("/Volumes", real) or self.disks.startup is None:
            raise HostError(Why.NOT_LOCAL, f"{path} lies on no disk of this Mac")
        return self.disks.startup

    def _link(self, path: str) -> str | None:
        try:
            return self.host.stat(path).link
        except Absent:
            return None


@dataclass(frozen=True, slots=True)
class _Disks:
    """What diskutil lists, and which disks are built in or plugged in."""

    layout: Layout
    internal: frozenset[str]
    external: frozenset[str]

    def kind(self, *disks: str) -> MacKind | None:
        """Of something that lies on these disks; None if they are neither."""
        if self.external.intersection(disks):
            return "removable"
        return "fixed" if self.internal.intersection(disks) else None

    @property
    def startup(self) -> str | None:
        """The device of the volume that holds this system's data."""
        at = {mount: device for device, mount in self.layout.mounts.items()}
        return at.get(_DATA, at.get("/"))


def volumes(host: Host) -> MacVolumes:
    """From `diskutil` and `fdesetup`; HostError, ParseError if the disks cannot be listed."""
    disks = _Disks(
        layout=diskutil.layout(output(host, Program.DISKUTIL, "list", "-plist")),
        internal=_physical(host, "internal"),
        external=_physical(host, "external"),
    )
    apfs = diskutil.volumes(output(host, Program.DISKUTIL, "apfs", "list", "-plist"))
    return MacVolumes(host, disks, tuple(_volumes(disks, apfs, _filevault(host))))


def _physical(host: Host, where: str) -> frozenset[str]:
    return diskutil.disks(output(host, Program.DISKUTIL, "list", "-plist", where, "physical"))


def _filevault(host: Host) -> Maybe[FileVault]:
    try:
        return macstatus.filevault(output(host, Program.FDESETUP, "status"))
    except HostError as error:
        return Unknown(error.why)
    except ParseError:
        return Unknown(Why.PARSE_ERROR)


def _volumes(disks: _Disks, apfs: tuple[Apfs, ...], vault: Maybe[FileVault]) -> Iterator[MacVolume]:
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


def _apfs(volume: Apfs, kind: MacKind, disks: _Disks, vault: Maybe[FileVault]) -> MacVolume:
    startup = volume.device == disks.startup
    state = _protection(volume, vault if startup else None)
    percent: Maybe[int | None] = None
    if state == "converting":
        told = vault.percent if startup and isinstance(vault, FileVault) else None
        percent = Unknown(Why.NOT_COLLECTED) if told is None else told
    return MacVolume(
        device=volume.device,
        key=volume.uuid,
        mount=disks.layout.mounts.get(volume.device),
        kind=kind,
        filesystem="apfs",
        size=volume.size,
        standing=_standing(state, percent, removable=kind == "removable"),
        startup=startup,
    )


def _standing(state: Maybe[Protection], percent: Maybe[int | None], *, removable: bool) -> Standing:
    if isinstance(state, Unknown):
        return Standing(state, state, state, percent, removable)
    if state == "unprotected":
        return Standing("unprotected", "none", None, percent, removable)
    return Standing(state, "filevault", "xts_aes_128", percent, removable)


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


def _plain(piece: Slice, kind: MacKind) -> MacVolume:
    """MacOS mounts nothing that is encrypted but APFS; what it does not mount may be anything."""
    state: Maybe[Protection] = Unknown(Why.UNRECOGNISED)
    if piece.mount is not None:
        state = "unprotected"
    return MacVolume(
        device=piece.device,
        key=piece.device,
        mount=piece.mount,
        kind=kind,
        filesystem=_FILESYSTEMS.get(piece.content) or Unknown(Why.UNRECOGNISED),
        size=piece.size,
        standing=_standing(state, None, removable=kind == "removable"),
    )
