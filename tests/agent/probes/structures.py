"""Every structure that Windows fills for us, by its name in C. To add one, add its line.

`layout.py` beside this file asks a C compiler for Windows where each field lies; a field has the
name that it has in C.
"""

import ctypes
from dataclasses import dataclass

from agent.host import jobs
from agent.probes import tpm


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
    Native(
        tpm.DeviceInfo,
        "TPM_DEVICE_INFO",
        declared="typedef struct { UINT32 structVersion, tpmVersion, tpmInterfaceType,"
        " tpmImpRevision; } TPM_DEVICE_INFO;",
    ),
)
