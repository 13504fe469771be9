"""How is a function of Windows called, and how do the texts that it points to become ours?

Libraries are loaded from System32 alone. Every structure has fixed widths, so that its layout is
the same, and can be tested, on any system.
"""

import ctypes
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from agent.probes.base import ProbeError
from rules.facts.form import Json

S = TypeVar("S", bound=ctypes.Structure)

MORE_DATA, ALL = 234, 0xFFFFFFFF
"""ERROR_MORE_DATA, MAX_PREFERRED_LENGTH."""

_SYSTEM32 = 0x800
"""LOAD_LIBRARY_SEARCH_SYSTEM32."""


def entries(base: int, kind: type[S], count: int) -> Iterator[S]:
    """The structures that lie one after the other from an address on."""
    size = ctypes.sizeof(kind)
    return (kind.from_address(base + number * size) for number in range(count))


if sys.platform == "win32":

    def library(name: str) -> Any:  # noqa: ANN401 - its functions have types of their own
        """A library of Windows, from its own folder."""
        return ctypes.WinDLL(name, use_last_error=True, winmode=_SYSTEM32)

    _advapi = library("advapi32")
    _kernel = library("kernel32")
    _netapi = library("netapi32")
    _advapi.ConvertSidToStringSidW.argtypes = (ctypes.c_void_p, ctypes.c_void_p)
    _kernel.LocalFree.argtypes = (ctypes.c_void_p,)
    _kernel.CloseHandle.argtypes = (ctypes.c_void_p,)
    _netapi.NetApiBufferFree.argtypes = (ctypes.c_void_p,)

    def last_error() -> ProbeError:
        """The error of the call that has just failed in this thread."""
        return ProbeError.of(ctypes.get_last_error())

    def handle(opened: int | None) -> ctypes.c_void_p:
        """What a function opened; none is its failure."""
        if not opened:
            raise last_error()
        return ctypes.c_void_p(opened)

    def text(pointer: int | None) -> str:
        """The text at an address; none is empty."""
        return ctypes.wstring_at(pointer) if pointer else ""

    def sid(pointer: int | None) -> str:
        """The SID at an address, as `S-1-…`."""
        said = ctypes.c_void_p()
        if not _advapi.ConvertSidToStringSidW(pointer, ctypes.byref(said)):
            raise last_error()
        return local_text(said)

    def local_text(said: ctypes.c_void_p) -> str:
        """A text that Windows made for us, which is given back to it."""
        try:
            return text(said.value)
        finally:
            _kernel.LocalFree(said)

    def local_free(pointer: ctypes.c_void_p) -> None:
        """Give back what LocalAlloc gave."""
        _kernel.LocalFree(pointer)

    def close(handle: ctypes.c_void_p) -> None:
        """Close a handle of the kernel."""
        _kernel.CloseHandle(handle)

    def pages(kind: type[S], ask: Callable[[Any, Any, Any, Any], int]) -> Iterator[S]:
        """All entries that a function of netapi32 gives page by page; each lives until the next.

        `ask` is called with the addresses of the buffer, of the entries read, of their total, and
        of the place to resume at.
        """
        resume = ctypes.c_uint64()
        while True:
            buffer, read, total = ctypes.c_void_p(), ctypes.c_uint32(), ctypes.c_uint32()
            wanted = map(ctypes.byref, (buffer, read, total, resume))
            code = ask(*wanted)
            if code not in (0, MORE_DATA):
                raise ProbeError.of(code)
            try:
                yield from entries(buffer.value or 0, kind, read.value)
            finally:
                _netapi.NetApiBufferFree(buffer)
            if code == 0:
                return

    def one(kind: type[S], ask: Callable[[Any], int], turn: Callable[[S], Json]) -> Json:
        """What `turn` makes of the structure that a function of netapi32 gives."""
        buffer = ctypes.c_void_p()
        code = ask(ctypes.byref(buffer))
        if code != 0:
            raise ProbeError.of(code)
        try:
            return turn(kind.from_address(buffer.value or 0))
        finally:
            _netapi.NetApiBufferFree(buffer)
