"""How do the data stand of a file system that is not simply one disk?

It encrypts by itself, or lies over several disks, or in a folder of another file system, or on
another machine. To add a type, add its line in `SPECIAL`. A type that is not there and has no
disk of its own is unread.
"""

import re
from collections.abc import Callable, Mapping
from typing import Protocol

from agent.host.base import Absent, Host, HostError
from agent.host.programs import Program
from agent.readers import zfs
from agent.readers.ciphers import cipher
from agent.readers.mountinfo import Mount
from agent.storage.standing import Standing, together, unread
from rules.facts.base import Unknown, Why

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BESIDE = ("logdev=", "rtdev=")


class Below(Protocol):
    """What a file system may ask about what lies below it."""

    @property
    def host(self) -> Host:
        """The machine."""
        ...

    def name_of(self, source: str) -> str:
        """The kernel's name of the disk that a mount table calls `/dev/mapper/vault`."""
        ...

    def said(self, program: Program, *args: str) -> bytes:
        """What a program writes; it is run once, however many file systems ask."""
        ...

    def disk(self, source: str) -> Standing:
        """How a disk stands, by the name that a mount table gives it."""
        ...


def over_btrfs(mount: Mount, below: Below) -> Standing:
    """All devices of the file system to which the mounted one belongs: data may lie on any."""
    wanted = below.name_of(mount.source)
    for folder in _list(below.host, "/sys/fs/btrfs"):
        if not _UUID.fullmatch(folder):
            continue
        names = _list(below.host, f"/sys/fs/btrfs/{folder}/devices")
        if wanted in names:
            return together(below.disk(f"/dev/{name}") for name in names)
    raise HostError(Why.CONFLICT, f"sysfs has no btrfs with {mount.source}")


def over_bcachefs(mount: Mount, below: Below) -> Standing:
    """Its mount table names all devices, with colons in between."""
    return together(below.disk(source) for source in mount.source.split(":"))


def over_zfs(mount: Mount, below: Below) -> Standing:
    """A dataset that encrypts, else the disks of its pool."""
    args = ("get", "-H", "-p", "-t", "filesystem", "-o", "name,property,value")
    said = zfs.datasets(below.said(Program.ZFS, *args, "encryption,keystatus"))
    encryption = said.get(mount.source, {}).get("encryption")
    if encryption is None:
        raise HostError(Why.CONFLICT, f"zfs has no dataset {mount.source}")
    if encryption == "off":
        pool = mount.source.partition("/")[0]
        disks = zfs.vdevs(below.said(Program.ZPOOL, "list", "-v", "-H", "-P", "-L", pool))
        return together(below.disk(disk) for disk in disks)
    if not re.fullmatch(r"aes-(128|192|256)-(ccm|gcm)", encryption):
        return unread(Why.UNRECOGNISED, "zfs")
    return Standing("protected", "zfs", "aes_gcm" if encryption.endswith("gcm") else "other")


def over_ecryptfs(mount: Mount, below: Below) -> Standing:  # noqa: ARG001 - one form for all
    """Unless it also lets plain files through, which looks the same from above."""
    if "ecryptfs_passthrough" in mount.super_options:
        return unread(Why.CONFLICT, "ecryptfs")
    said = dict(option.partition("=")[::2] for option in mount.super_options)
    key_bytes = said.get("ecryptfs_key_bytes", "")
    if not key_bytes.isdigit() or "ecryptfs_cipher" not in said:
        return unread(Why.UNRECOGNISED, "ecryptfs")
    spec = f"{said['ecryptfs_cipher']}-cbc"
    return Standing("protected", "ecryptfs", cipher(spec, int(key_bytes)))


def over_fuse(mount: Mount, below: Below) -> Standing:  # noqa: ARG001 - one form for all
    """Programs that only ever store ciphertext. (encfs may be told to use no cipher.)"""
    return Standing("protected", "fuse", Unknown(Why.NOT_COLLECTED))


def in_container(mount: Mount, below: Below) -> Standing:  # noqa: ARG001 - one form for all
    """The layers lie on disks that only the machine around this container can see."""
    return unread(Why.CONTAINER)


def beside(mount: Mount) -> tuple[str, ...]:
    """Other disks to which a file system with a disk of its own also writes (xfs(5))."""
    return tuple(
        option.partition("=")[2]
        for option in sorted(mount.super_options)
        if option.startswith(_BESIDE)
    )


SPECIAL: Mapping[str, Callable[[Mount, Below], Standing]] = {
    "bcachefs": over_bcachefs,
    "btrfs": over_btrfs,
    "ecryptfs": over_ecryptfs,
    "fuse.cryfs": over_fuse,
    "fuse.gocryptfs": over_fuse,
    "fuse.veracrypt": over_fuse,
    "fuse.fuse-overlayfs": in_container,
    "overlay": in_container,
    "zfs": over_zfs,
}


def _list(host: Host, path: str) -> list[str]:
    try:
        return [entry.name for entry in host.list(path)]
    except Absent as error:
        raise HostError(Why.CONFLICT, f"{path} is not there") from error
