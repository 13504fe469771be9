"""Every structure that Windows fills for us, by its name in C. To add one, add its line.

`test_structures.py` beside this file asks a C compiler for Windows where each field lies; a field has the
name that it has in C.
"""

import ctypes
from dataclasses import dataclass

from agent.host import jobs
from agent.probes import tpm
from agent.probes.calls import disks


@dataclass(frozen=True, slots=True)
class Native:
    """One of ours, its name in C, and the header that declares it.

    `declared`: no header of mingw knows it, so this is how Microsoft's documentation writes it.
    """

    ours: type[ctypes.Structure]
    name: str
    header: str = "windows.h"
    declared: str = ""


STRUCTURES = (
    Native(jobs.BasicLimits, "JOBOBJECT_BASIC_LIMIT_INFORMATION"),
    Native(jobs.IoCounters, "IO_COUNTERS"),
    Native(jobs.ExtendedLimits, "JOBOBJECT_EXTENDED_LIMIT_INFORMATION"),
    Native(jobs.Accounting, "JOBOBJECT_BASIC_ACCOUNTING_INFORMATION"),
    Native(disks.Query, "STORAGE_PROPERTY_QUERY", "winioctl.h"),
    Native(disks.Descriptor, "STORAGE_DEVICE_DESCRIPTOR", "winioctl.h"),
    Native(disks.Extent, "DISK_EXTENT", "winioctl.h"),
    Native(disks.Extents, "VOLUME_DISK_EXTENTS", "winioctl.h"),
    Native(disks.Mbr, "PARTITION_INFORMATION_MBR", "winioctl.h"),
    Native(disks.Gpt, "PARTITION_INFORMATION_GPT", "winioctl.h"),
    Native(disks.Partition, "PARTITION_INFORMATION_EX", "winioctl.h"),
    Native(
        tpm.DeviceInfo,
        "TPM_DEVICE_INFO",
        declared="typedef struct { UINT32 structVersion, tpmVersion, tpmInterfaceType,"
        " tpmImpRevision; } TPM_DEVICE_INFO;",
    ),
)
