r"""Which services does this Windows know, do they run, and how are they started?

    {"services": [{"name": "mpssvc", "state": 4, "start": 2}]}

`state` and `start` are the numbers of winsvc.h and winnt.h; `start` may be a failure.
"""

import ctypes
import sys
from ctypes import c_uint32, c_void_p


class ServiceStatusProcess(ctypes.Structure):
    """SERVICE_STATUS_PROCESS (winsvc.h)."""

    _fields_ = (
        ("dwServiceType", c_uint32),
        ("dwCurrentState", c_uint32),
        ("dwControlsAccepted", c_uint32),
        ("dwWin32ExitCode", c_uint32),
        ("dwServiceSpecificExitCode", c_uint32),
        ("dwCheckPoint", c_uint32),
        ("dwWaitHint", c_uint32),
        ("dwProcessId", c_uint32),
        ("dwServiceFlags", c_uint32),
    )


class EnumServiceStatusProcess(ctypes.Structure):
    """ENUM_SERVICE_STATUS_PROCESSW (winsvc.h)."""

    _fields_ = (
        ("lpServiceName", c_void_p),
        ("lpDisplayName", c_void_p),
        ("ServiceStatusProcess", ServiceStatusProcess),
    )


class QueryServiceConfig(ctypes.Structure):
    """QUERY_SERVICE_CONFIGW (winsvc.h)."""

    _fields_ = (
        ("dwServiceType", c_uint32),
        ("dwStartType", c_uint32),
        ("dwErrorControl", c_uint32),
        ("lpBinaryPathName", c_void_p),
        ("lpLoadOrderGroup", c_void_p),
        ("dwTagId", c_uint32),
        ("lpDependencies", c_void_p),
        ("lpServiceStartName", c_void_p),
        ("lpDisplayName", c_void_p),
    )


if sys.platform == "win32":
    from collections.abc import Iterator

    from agent.probes.calls import native
    from agent.probes.calls.leaves import leaf
    from rules.facts.form import Json

    _CONNECT, _ENUMERATE, _QUERY_CONFIG = 1, 4, 1
    _WIN32, _ALL_STATES = 0x30, 3
    """SERVICE_WIN32, SERVICE_STATE_ALL: drivers are left out."""

    _PAGE, _CONFIG = 1 << 18, 8192
    """Bytes that these functions take at most ("EnumServicesStatusExW", "QueryServiceConfigW")."""

    _advapi = native.library("advapi32")
    _advapi.OpenSCManagerW.restype = _advapi.OpenServiceW.restype = c_void_p
    _advapi.OpenSCManagerW.argtypes = (c_void_p, c_void_p, c_uint32)
    _advapi.OpenServiceW.argtypes = (c_void_p, ctypes.c_wchar_p, c_uint32)
    _advapi.CloseServiceHandle.argtypes = (c_void_p,)
    _advapi.QueryServiceConfigW.argtypes = (c_void_p, c_void_p, c_uint32, c_void_p)
    _advapi.EnumServicesStatusExW.argtypes = (
        *(c_void_p, c_uint32, c_uint32, c_uint32, c_void_p, c_uint32),
        *[c_void_p] * 4,
    )

    def ask() -> Json:
        """All services that are programs."""
        manager = native.handle(_advapi.OpenSCManagerW(None, None, _CONNECT | _ENUMERATE))
        try:
            return {"services": list(_services(manager))}
        finally:
            _advapi.CloseServiceHandle(manager)

    def _services(manager: c_void_p) -> Iterator[Json]:
        needed, count, resume = c_uint32(), c_uint32(), c_uint32()
        where = [ctypes.byref(one) for one in (needed, count, resume)]
        page, more = ctypes.create_string_buffer(_PAGE), True
        while more:
            wanted = 0, _WIN32, _ALL_STATES, page, _PAGE
            more = not _advapi.EnumServicesStatusExW(manager, *wanted, *where, None)
            if more and ctypes.get_last_error() != native.MORE_DATA:
                raise native.last_error()
            first = ctypes.addressof(page)
            for one in native.entries(first, EnumServiceStatusProcess, count.value):
                yield _service(manager, one)

    def _service(manager: c_void_p, one: EnumServiceStatusProcess) -> Json:
        name = native.text(one.lpServiceName)
        state = one.ServiceStatusProcess.dwCurrentState
        return {"name": name, "state": state, "start": leaf(lambda: _start(manager, name))}

    def _start(manager: c_void_p, name: str) -> Json:
        service = native.handle(_advapi.OpenServiceW(manager, name, _QUERY_CONFIG))
        try:
            told, needed = ctypes.create_string_buffer(_CONFIG), c_uint32()
            if not _advapi.QueryServiceConfigW(service, told, _CONFIG, ctypes.byref(needed)):
                raise native.last_error()
            return int(QueryServiceConfig.from_buffer(told).dwStartType)
        finally:
            _advapi.CloseServiceHandle(service)
