"""How does a probe use a right that its account has, and that lies idle until it is asked for?

https://learn.microsoft.com/windows/win32/secauthz/enabling-and-disabling-privileges-in-c--
"""

import ctypes
import sys


class Luid(ctypes.Structure):
    """LUID (winnt.h)."""

    _fields_ = (("LowPart", ctypes.c_uint32), ("HighPart", ctypes.c_int32))


class LuidAndAttributes(ctypes.Structure):
    """LUID_AND_ATTRIBUTES (winnt.h)."""

    _pack_ = 4
    _fields_ = (("Luid", Luid), ("Attributes", ctypes.c_uint32))


class TokenPrivileges(ctypes.Structure):
    """TOKEN_PRIVILEGES (winnt.h), with one of them."""

    _fields_ = (("PrivilegeCount", ctypes.c_uint32), ("Privileges", LuidAndAttributes * 1))


_ENABLED = 2
"""SE_PRIVILEGE_ENABLED (winnt.h)."""


def wanted(luid: Luid) -> TokenPrivileges:
    """The request to enable one."""
    request = TokenPrivileges(PrivilegeCount=1)
    request.Privileges[0].Luid = luid
    request.Privileges[0].Attributes = _ENABLED
    return request


if sys.platform == "win32":
    from ctypes import byref, c_uint32, c_void_p

    from agent.probes.base import ProbeError
    from agent.probes.calls import native

    _ADJUST_AND_QUERY = 0x20 | 0x8
    """TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY (winnt.h)."""

    _advapi = native.library("advapi32")
    _kernel = native.library("kernel32")
    _kernel.GetCurrentProcess.restype = c_void_p
    _advapi.OpenProcessToken.argtypes = (c_void_p, c_uint32, c_void_p)

    def enable(name: str) -> None:
        """Use it in this process from now on; ProbeError if the account does not have it."""
        token, luid = c_void_p(), Luid()
        ourselves = _kernel.GetCurrentProcess()
        if not _advapi.OpenProcessToken(ourselves, _ADJUST_AND_QUERY, byref(token)):
            raise native.last_error()
        try:
            if not _advapi.LookupPrivilegeValueW(None, name, byref(luid)):
                raise native.last_error()
            request = wanted(luid)
            changed = _advapi.AdjustTokenPrivileges(token, 0, byref(request), 0, None, None)
            error = ctypes.get_last_error()  # 1300 beside a success: not all were assigned
            if not changed or error:
                raise ProbeError.of(error)
        finally:
            native.close(token)
