r"""What listens on this Windows, and which program is it?

    {"tcp": [{"address": "0.0.0.0", "port": 135, "pid": 980, "process": "svchost.exe"}], "udp": […]}

`process` is the name of its file, null where the process has ended, or a failure. Addresses are
written as numbers, that of IPv6 without its zone.
"""

import ctypes
import ipaddress
import sys
from collections.abc import Callable, Iterator
from ctypes import c_int32, c_uint8, c_uint16, c_uint32
from typing import Any

from rules.facts.form import Json


class Tcp4Row(ctypes.Structure):
    """MIB_TCPROW_OWNER_PID (tcpmib.h); addresses and ports as they go over the network."""

    _fields_ = (
        ("dwState", c_uint32),
        ("dwLocalAddr", c_uint32),
        ("dwLocalPort", c_uint32),
        ("dwRemoteAddr", c_uint32),
        ("dwRemotePort", c_uint32),
        ("dwOwningPid", c_uint32),
    )


class Tcp6Row(ctypes.Structure):
    """MIB_TCP6ROW_OWNER_PID (tcpmib.h)."""

    _fields_ = (
        ("ucLocalAddr", c_uint8 * 16),
        ("dwLocalScopeId", c_uint32),
        ("dwLocalPort", c_uint32),
        ("ucRemoteAddr", c_uint8 * 16),
        ("dwRemoteScopeId", c_uint32),
        ("dwRemotePort", c_uint32),
        ("dwState", c_uint32),
        ("dwOwningPid", c_uint32),
    )


class Udp4Row(ctypes.Structure):
    """MIB_UDPROW_OWNER_PID (udpmib.h)."""

    _fields_ = (("dwLocalAddr", c_uint32), ("dwLocalPort", c_uint32), ("dwOwningPid", c_uint32))


class Udp6Row(ctypes.Structure):
    """MIB_UDP6ROW_OWNER_PID (udpmib.h)."""

    _fields_ = (
        ("ucLocalAddr", c_uint8 * 16),
        ("dwLocalScopeId", c_uint32),
        ("dwLocalPort", c_uint32),
        ("dwOwningPid", c_uint32),
    )


class ProcessEntry(ctypes.Structure):
    """PROCESSENTRY32W (tlhelp32.h); its file's name in units of UTF-16."""

    _fields_ = (
        ("dwSize", c_uint32),
        ("cntUsage", c_uint32),
        ("th32ProcessID", c_uint32),
        ("th32DefaultHeapID", ctypes.c_size_t),
        ("th32ModuleID", c_uint32),
        ("cntThreads", c_uint32),
        ("th32ParentProcessID", c_uint32),
        ("pcPriClassBase", c_int32),
        ("dwFlags", c_uint32),
        ("szExeFile", c_uint16 * 260),
    )


def rows(table: bytes, kind: type[ctypes.Structure]) -> Iterator[Any]:
    """The rows of a table: their number, then one after the other."""
    count, size = int.from_bytes(table[:4], "little"), ctypes.sizeof(kind)
    return (kind.from_buffer_copy(table, 4 + number * size) for number in range(count))


def socket(row: Any, named: Callable[[int], Json]) -> Json:  # noqa: ANN401 - one of four kinds
    """Where a row listens, and who; `named` gives the name of a process."""
    if isinstance(row, Tcp4Row | Udp4Row):
        address: object = ipaddress.IPv4Address(int(row.dwLocalAddr).to_bytes(4, "little"))
    else:
        address = ipaddress.IPv6Address(bytes(row.ucLocalAddr))
    port = int.from_bytes(int(row.dwLocalPort & 0xFFFF).to_bytes(2, "little"), "big")
    pid = int(row.dwOwningPid)
    return {"address": str(address), "port": port, "pid": pid, "process": named(pid)}


def exe(entry: ProcessEntry) -> str:
    """The name of a process's file."""
    name = bytes(entry.szExeFile).decode("utf-16-le", errors="replace")
    return name.partition("\0")[0]


if sys.platform == "win32":
    from agent.probes.base import ProbeError, failure
    from agent.probes.calls import native

    _IPV4, _IPV6 = 2, 23
    _LISTENING, _UDP_OWNERS = 3, 1
    """TCP_TABLE_OWNER_PID_LISTENER, UDP_TABLE_OWNER_PID."""

    _INSUFFICIENT = 122
    """ERROR_INSUFFICIENT_BUFFER."""

    _PROCESSES, _NO_MORE = 2, 18
    """TH32CS_SNAPPROCESS, ERROR_NO_MORE_FILES."""

    _ptr = ctypes.c_void_p
    _ip, _kernel = native.library("iphlpapi"), native.library("kernel32")
    for _table in (_ip.GetExtendedTcpTable, _ip.GetExtendedUdpTable):
        _table.argtypes = (_ptr, _ptr, c_int32, c_uint32, c_uint32, c_uint32)
    _kernel.CreateToolhelp32Snapshot.restype = _ptr
    _kernel.CreateToolhelp32Snapshot.argtypes = (c_uint32, c_uint32)
    _kernel.Process32FirstW.argtypes = _kernel.Process32NextW.argtypes = (_ptr, _ptr)

    def ask() -> Json:
        """Sockets of TCP that listen, and all of UDP."""
        try:
            names: dict[int, str] | ProbeError = dict(_processes())
        except ProbeError as error:
            names = error

        def named(pid: int) -> Json:
            return failure(names) if isinstance(names, ProbeError) else names.get(pid)

        tcp = [(_IPV4, Tcp4Row), (_IPV6, Tcp6Row)]
        udp = [(_IPV4, Udp4Row), (_IPV6, Udp6Row)]
        return {
            "tcp": [
                socket(row, named)
                for family, kind in tcp
                for row in rows(_told(_ip.GetExtendedTcpTable, family, _LISTENING), kind)
            ],
            "udp": [
                socket(row, named)
                for family, kind in udp
                for row in rows(_told(_ip.GetExtendedUdpTable, family, _UDP_OWNERS), kind)
            ],
        }

    def _told(table: Any, family: int, what: int) -> bytes:  # noqa: ANN401 - a function
        """A table, which may grow while it is asked for."""
        size = c_uint32()
        for _ in range(8):
            buffer = ctypes.create_string_buffer(size.value + 4096)
            size.value = len(buffer)
            code = table(buffer, ctypes.byref(size), 0, family, what, 0)
            if code == 0:
                return buffer.raw
            if code != _INSUFFICIENT:
                break
        raise ProbeError.of(code)

    def _processes() -> Iterator[tuple[int, str]]:
        snapshot = _ptr(_kernel.CreateToolhelp32Snapshot(_PROCESSES, 0))
        if snapshot.value in (None, _ptr(-1).value):
            raise native.last_error()
        entry = ProcessEntry(dwSize=ctypes.sizeof(ProcessEntry))
        try:
            step = _kernel.Process32FirstW
            while step(snapshot, ctypes.byref(entry)):
                yield entry.th32ProcessID, exe(entry)
                step = _kernel.Process32NextW
            if ctypes.get_last_error() != _NO_MORE:
                raise native.last_error()
        finally:
            native.close(snapshot)
