"""What do the answers of a disk's driver mean? Buffers in, numbers out.

winioctl.h, ntddstor.h, ntdddisk.h; https://learn.microsoft.com/windows/win32/api/winioctl
"""

import ctypes
import uuid
from typing import TypeVar

from agent.probes.base import ProbeError
from rules.facts.form import Json

S = TypeVar("S", bound=ctypes.Structure)

_MARK = slice(3, 11)
"""The name of the file system in a boot sector (or BitLocker's), eight bytes."""

_GPT = 1
"""PARTITION_STYLE_GPT; 0 is MBR."""


class Query(ctypes.Structure):
    """STORAGE_PROPERTY_QUERY; all zero asks for the descriptor of the device."""

    _fields_ = (
        ("PropertyId", ctypes.c_uint32),
        ("QueryType", ctypes.c_uint32),
        ("AdditionalParameters", ctypes.c_uint8 * 1),
    )


class Descriptor(ctypes.Structure):
    """STORAGE_DEVICE_DESCRIPTOR."""

    _fields_ = (
        ("Version", ctypes.c_uint32),
        ("Size", ctypes.c_uint32),
        ("DeviceType", ctypes.c_uint8),
        ("DeviceTypeModifier", ctypes.c_uint8),
        ("RemovableMedia", ctypes.c_uint8),
        ("CommandQueueing", ctypes.c_uint8),
        ("VendorIdOffset", ctypes.c_uint32),
        ("ProductIdOffset", ctypes.c_uint32),
        ("ProductRevisionOffset", ctypes.c_uint32),
        ("SerialNumberOffset", ctypes.c_uint32),
        ("BusType", ctypes.c_uint32),
        ("RawPropertiesLength", ctypes.c_uint32),
        ("RawDeviceProperties", ctypes.c_uint8 * 1),
    )


class Extent(ctypes.Structure):
    """DISK_EXTENT: a part of a disk; offset and length in bytes."""

    _fields_ = (
        ("DiskNumber", ctypes.c_uint32),
        ("StartingOffset", ctypes.c_int64),
        ("ExtentLength", ctypes.c_int64),
    )


class Extents(ctypes.Structure):
    """VOLUME_DISK_EXTENTS, with its first extent."""

    _fields_ = (("NumberOfDiskExtents", ctypes.c_uint32), ("Extents", Extent * 1))


class Mbr(ctypes.Structure):
    """PARTITION_INFORMATION_MBR."""

    _fields_ = (
        ("PartitionType", ctypes.c_uint8),
        ("BootIndicator", ctypes.c_uint8),
        ("RecognizedPartition", ctypes.c_uint8),
        ("HiddenSectors", ctypes.c_uint32),
        ("PartitionId", ctypes.c_uint8 * 16),
    )


class Gpt(ctypes.Structure):
    """PARTITION_INFORMATION_GPT."""

    _fields_ = (
        ("PartitionType", ctypes.c_uint8 * 16),
        ("PartitionId", ctypes.c_uint8 * 16),
        ("Attributes", ctypes.c_uint64),
        ("Name", ctypes.c_uint16 * 36),
    )


class Style(ctypes.Union):
    """The union of PARTITION_INFORMATION_EX."""

    _fields_ = (("Mbr", Mbr), ("Gpt", Gpt))


class Partition(ctypes.Structure):
    """PARTITION_INFORMATION_EX."""

    _anonymous_ = ("style",)
    _fields_ = (
        ("PartitionStyle", ctypes.c_uint32),
        ("StartingOffset", ctypes.c_int64),
        ("PartitionLength", ctypes.c_int64),
        ("PartitionNumber", ctypes.c_uint32),
        ("RewritePartition", ctypes.c_uint8),
        ("style", Style),
    )


def partition(data: bytes) -> Json:
    """What the table of a disk says of a partition."""
    said = _read(Partition, data)
    if said.PartitionStyle == _GPT:
        kind = uuid.UUID(bytes_le=bytes(said.Gpt.PartitionType))
        return {"gpt": str(kind), "attributes": said.Gpt.Attributes}
    return {"mbr": said.Mbr.PartitionType, "active": bool(said.Mbr.BootIndicator)}


def bus(data: bytes) -> int:
    """STORAGE_BUS_TYPE of a device."""
    return int(_read(Descriptor, data).BusType)


def extents(data: bytes) -> list[Extent]:
    """The parts of disks that a volume is made of."""
    count = int(_read(Extents, data).NumberOfDiskExtents)
    start, size = Extents.Extents.offset, ctypes.sizeof(Extent)
    if count < 1 or len(data) < start + count * size:
        raise ProbeError.of(_CUT)
    return [Extent.from_buffer_copy(data, start + number * size) for number in range(count)]


def mark(sector: bytes) -> str:
    """What lies at the start of a volume, in hexadecimal."""
    return sector[_MARK].hex()


_CUT = 234
"""ERROR_MORE_DATA."""


def _read(of: type[S], data: bytes) -> S:
    if len(data) < ctypes.sizeof(of):
        raise ProbeError.of(_CUT)
    return of.from_buffer_copy(data)
