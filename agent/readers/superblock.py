"""What lies on a disk that nobody has mounted?

Told by the marks that file systems, volume managers and encryption leave at fixed places.
"""

from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["luks", "bitlocker", "data", "pool", "nothing", "unrecognised"]

WANTED = 0x11000
"""Bytes from the start of the disk in which every mark below lies."""

_MARKS: tuple[tuple[int, bytes, Kind, str], ...] = (
    (0, b"LUKS\xba\xbe", "luks", "luks"),
    (3, b"-FVE-FS-", "bitlocker", "bitlocker"),
    (0x438, b"\x53\xef", "data", "ext4"),
    (0, b"XFSB", "data", "xfs"),
    (0x10040, b"_BHRfS_M", "data", "btrfs"),
    (3, b"NTFS    ", "data", "ntfs"),
    (3, b"EXFAT   ", "data", "exfat"),
    (0x36, b"FAT", "data", "vfat"),
    (0x52, b"FAT32", "data", "vfat"),
    (0x400, b"\x10\x20\xf5\xf2", "data", "f2fs"),
    (0x1018, b"\xc6\x85\x73\xf6\x4e\x1a\x45\xca", "data", "bcachefs"),
    (4086, b"SWAPSPACE2", "data", "swap"),
    (0, b"hsqs", "data", "squashfs"),
    (0x400, b"\xe2\xe1\xf5\xe0", "data", "erofs"),
    (0x8001, b"CD001", "data", "iso9660"),
    (0x8000, b"JFS1", "data", "jfs"),
    (0x400, b"H+", "data", "hfsplus"),
    (0x400, b"HX", "data", "hfsplus"),
    (32, b"NXSB", "pool", "apfs"),
    (0x218, b"LVM2 001", "pool", "lvm"),
    (0x18, b"LVM2 001", "pool", "lvm"),
    (0x1000, b"\xfc\x4e\x2b\xa9", "pool", "md"),
    (0, b"\xfc\x4e\x2b\xa9", "pool", "md"),
)
_ZFS_LABEL = 0x4000


def recognise(start: bytes) -> tuple[Kind, str]:
    """What the first `WANTED` bytes of a disk show, and its name; zeros alone are nothing.

    A `pool` may hold volumes that encrypt by themselves, so it proves neither.
    """
    if not start:
        return "unrecognised", "unknown"
    for offset, mark, kind, name in _MARKS:
        if start.startswith(mark, offset):
            return kind, name
    # a list of name-value pairs in XDR, of which the first is the version of the pool
    if start.startswith(b"\1\1", _ZFS_LABEL) and b"version" in start[_ZFS_LABEL:][:64]:
        return "pool", "zfs"
    return ("unrecognised" if any(start) else "nothing"), "unknown"


def skeleton(start: bytes) -> bytes:
    """As many bytes of which the same is recognised, and that hold nothing else."""
    bare = bytearray(len(start))
    for offset, mark, _, _ in _MARKS:
        if start.startswith(mark, offset):
            bare[offset : offset + len(mark)] = mark
            return bytes(bare)
    kind, name = recognise(start)
    if name == "zfs":
        bare[_ZFS_LABEL : _ZFS_LABEL + 9] = b"\1\1version"
    elif kind == "unrecognised" and bare:
        bare[-1] = 1
    return bytes(bare)
