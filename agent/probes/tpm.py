"""Is there a TPM, and of which version? Asked of the TPM Base Services.

https://learn.microsoft.com/windows/win32/api/tbs/nf-tbs-tbsi_getdeviceinfo
"""

import ctypes
import sys

from agent.probes.base import ProbeError
from rules.facts.form import Json

_NOT_FOUND = 0x8028400F
"""TBS_E_TPM_NOT_FOUND (winerror.h)."""


class DeviceInfo(ctypes.Structure):
    """TPM_DEVICE_INFO (tbs.h)."""

    _fields_ = (
        ("structVersion", ctypes.c_uint32),
        ("tpmVersion", ctypes.c_uint32),
        ("tpmInterfaceType", ctypes.c_uint32),
        ("tpmImpRevision", ctypes.c_uint32),
    )


def told(result: int, info: DeviceInfo) -> Json:
    """The version as TBS counts; null: there is proven to be no TPM."""
    unsigned = result & 0xFFFFFFFF
    if unsigned == _NOT_FOUND:
        return {"version": None}
    if unsigned:
        raise ProbeError.of(unsigned)
    return {"version": info.tpmVersion}


if sys.platform == "win32":
    from agent.probes.calls import native

    def ask() -> Json:
        """One call."""
        info = DeviceInfo()
        size = ctypes.c_uint32(ctypes.sizeof(info))
        return told(native.library("tbs").Tbsi_GetDeviceInfo(size, ctypes.byref(info)), info)
