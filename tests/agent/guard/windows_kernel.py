"""A kernel32 that answers as it is told, so that watchdog's own code for Windows runs anywhere."""

import ctypes
import importlib
import queue
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from types import ModuleType
from typing import Any

OURS = "agent.guard.windows"
FORGOTTEN = (
    "watchdog.observers.winapi",
    "watchdog.observers.read_directory_changes",
    OURS,
)


class WinError(OSError):
    """An error with its number, as ctypes makes them on Windows."""

    def __init__(self, code: int) -> None:
        super().__init__(code, "refused")
        self.winerror = code


class Function:
    """What ctypes gives for a function of a library: it may be called, and bears attributes."""

    def __init__(self, act: Any) -> None:
        self.act = act

    def __call__(self, *words: Any) -> Any:
        return self.act(*words)


def change(action: int, name: str) -> tuple[int, bytes]:
    return action, name.encode("utf-16-le")


def buffer(*changes: tuple[int, bytes]) -> bytes:
    """FILE_NOTIFY_INFORMATION records, each on a boundary of four bytes (winnt.h)."""
    made = b""
    for number, (action, name) in enumerate(changes):
        size = 12 + len(name) + (-len(name) % 4)
        step = 0 if number == len(changes) - 1 else size
        made += (struct.pack("<III", step, action, len(name)) + name).ljust(size, b"\0")
    return made


class Kernel32:
    """`says` holds what ReadDirectoryChangesW gives next: bytes, or the number of an error."""

    def __init__(self) -> None:
        self.says: queue.Queue[bytes | int] = queue.Queue()
        self.asked: list[tuple[int, int]] = []
        self.handles = 0
        self._functions = {
            "CreateFileW": self._create,
            "ReadDirectoryChangesW": self._read,
            "CancelIoEx": lambda *_: self.says.put(995),
            "GetFinalPathNameByHandleW": self._name,
        }

    def __getattr__(self, name: str) -> Function:
        made = Function(self._functions.get(name, lambda *_: 1))
        setattr(self, name, made)
        return made

    def _create(self, *_: Any) -> int:
        self.handles += 1
        return self.handles

    def _name(self, _handle: Any, out: Any, _size: int, _kind: int) -> int:
        out.value = "\\Device\\HarddiskVolume3\\PDATA"  # an NT path, never that of a drive
        return 1

    def _read(self, _handle: Any, room: Any, size: int, _deep: bool, flags: int, got: Any, *_: Any):
        self.asked.append((size, flags))
        said = self.says.get(timeout=20)
        if isinstance(said, int):
            raise WinError(said)
        data = said[:size]
        ctypes.memmove(room, data, len(data))
        got._obj.value = len(data)
        return 1


def forget(*names: str) -> None:
    """As if these modules had never been imported."""
    for name in names:
        sys.modules.pop(name, None)
        package, _, module = name.rpartition(".")
        vars(sys.modules[package]).pop(module, None)


@contextmanager
def machine(monkeypatch: Any) -> Iterator[tuple[Kernel32, ModuleType]]:
    """The kernel, and our module for Windows over watchdog's, both fresh and gone afterwards."""
    kernel = Kernel32()
    monkeypatch.setattr(ctypes, "WinDLL", lambda *_: kernel, raising=False)
    monkeypatch.setattr(ctypes, "WinError", lambda: WinError(0), raising=False)
    monkeypatch.setattr(wintypes, "DWORD", ctypes.c_uint32)  # a long of Windows has 32 bits
    forget(*FORGOTTEN)
    yield kernel, importlib.import_module(OURS)
    forget(*FORGOTTEN)
