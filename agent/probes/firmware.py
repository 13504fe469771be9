"""Is the firmware of this machine in setup mode, where anybody may add keys to Secure Boot?

A variable of UEFI (UEFI 2.10, 3.3), one byte. It is told to those alone who may use the right
SeSystemEnvironmentPrivilege, as SYSTEM and administrators may.
"""

import sys

from agent.probes.base import ProbeError
from rules.facts.form import Json

_GLOBAL = "{8be4df61-93ca-11d2-aa0d-00e098032b8c}"
"""EFI_GLOBAL_VARIABLE."""

_INVALID_DATA = 13
"""ERROR_INVALID_DATA."""


def told(data: bytes) -> Json:
    """The variable as a number."""
    if len(data) != 1:
        raise ProbeError.of(_INVALID_DATA)
    return {"setup_mode": data[0]}


if sys.platform == "win32":
    import ctypes

    from agent.probes.calls import native, privilege

    def ask() -> Json:
        """One variable."""
        privilege.enable("SeSystemEnvironmentPrivilege")
        value = ctypes.create_string_buffer(8)
        size = ctypes.c_uint32(len(value))
        kernel = native.library("kernel32")
        took = kernel.GetFirmwareEnvironmentVariableW("SetupMode", _GLOBAL, value, size)
        if not took:
            raise native.last_error()
        return told(value.raw[:took])
