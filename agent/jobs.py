"""How does Windows keep a program and all that it starts together, bounded, and end it as one?

By a Job Object: what is started asleep, put into a job and woken has all its children in the job,
and none outlives the job's kill. https://learn.microsoft.com/windows/win32/procthread/job-objects
"""

import ctypes
import os
import sys
from contextlib import suppress
from dataclasses import dataclass


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION (winnt.h)."""

    _fields_ = (
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    )


class IoCounters(ctypes.Structure):
    """IO_COUNTERS (winnt.h)."""

    _fields_ = tuple(
        (f"{what}{unit}Count", ctypes.c_uint64)
        for unit in ("Operation", "Transfer")
        for what in ("Read", "Write", "Other")
    )


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h)."""

    _fields_ = (
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", IoCounters),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Accounting(ctypes.Structure):
    """JOBOBJECT_BASIC_ACCOUNTING_INFORMATION (winnt.h); times in units of 100 ns."""

    _fields_ = (
        ("TotalUserTime", ctypes.c_int64),
        ("TotalKernelTime", ctypes.c_int64),
        ("ThisPeriodTotalUserTime", ctypes.c_int64),
        ("ThisPeriodTotalKernelTime", ctypes.c_int64),
        ("TotalPageFaultCount", ctypes.c_uint32),
        ("TotalProcesses", ctypes.c_uint32),
        ("ActiveProcesses", ctypes.c_uint32),
        ("TotalTerminatedProcesses", ctypes.c_uint32),
    )


class CpuRate(ctypes.Structure):
    """JOBOBJECT_CPU_RATE_CONTROL_INFORMATION (winnt.h), with the first member of its union."""

    _fields_ = (("ControlFlags", ctypes.c_uint32), ("CpuRate", ctypes.c_uint32))


IDLE, BELOW_NORMAL = 0x40, 0x4000
"""IDLE_PRIORITY_CLASS, BELOW_NORMAL_PRIORITY_CLASS (winbase.h)."""

ASLEEP, NO_WINDOW = 0x4, 0x08000000
"""CREATE_SUSPENDED, CREATE_NO_WINDOW (winbase.h)."""

_HAS_PRIORITY, _BOUNDS_EACH, _BOUNDS_ALL, _DIES_WITH_ITS_HANDLE = 0x20, 0x100, 0x200, 0x2000
"""JOB_OBJECT_LIMIT_PRIORITY_CLASS, _PROCESS_MEMORY, _JOB_MEMORY, _KILL_ON_JOB_CLOSE (winnt.h)."""

_RATE_ENABLED, _RATE_IS_HARD = 0x1, 0x4
"""JOB_OBJECT_CPU_RATE_CONTROL_ENABLE, _HARD_CAP (winnt.h)."""

_ACCOUNTING, _EXTENDED_LIMITS, _CPU_RATE = 1, 9, 15
"""JOBOBJECTINFOCLASS (winnt.h)."""

_WHOLE = 10_000
"""All processors of a machine, as a CpuRate."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may take: bytes of memory, for each process or all; 0 sets no bound.

    `processors` is how many of them it may keep busy; `stays` lets its programs outlive our handle.
    """

    priority: int = 0
    each: int = 0
    all: int = 0
    processors: float = 0.0
    stays: bool = False

    def of_memory(self) -> ExtendedLimits:
        """As Windows is told of memory, priority and end."""
        wanted = ExtendedLimits(ProcessMemoryLimit=self.each, JobMemoryLimit=self.all)
        basic = wanted.BasicLimitInformation
        basic.PriorityClass = self.priority
        basic.LimitFlags = (
            _HAS_PRIORITY * bool(self.priority)
            | _BOUNDS_EACH * bool(self.each)
            | _BOUNDS_ALL * bool(self.all)
            | _DIES_WITH_ITS_HANDLE * (not self.stays)
        )
        return wanted

    def of_time(self, processors: int) -> CpuRate | None:
        """As Windows is told of processors, on a machine with so many; None without a bound."""
        if not 0 < self.processors < processors:
            return None
        rate = max(1, int(_WHOLE * self.processors / processors))
        return CpuRate(ControlFlags=_RATE_ENABLED | _RATE_IS_HARD, CpuRate=rate)


if sys.platform == "win32":
    from ctypes import wintypes

    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _NT = ctypes.WinDLL("ntdll")
    _KERNEL.CreateJobObjectW.restype = wintypes.HANDLE
    _KERNEL.GetCurrentProcess.restype = wintypes.HANDLE

    class Job:
        """A Job Object. Whoever makes one closes it, or lets it live as long as the process."""

        def __init__(self, limits: Limits) -> None:
            """OSError if Windows gives none, or refuses the bounds of memory."""
            self._handle = wintypes.HANDLE(_KERNEL.CreateJobObjectW(None, None))
            if not self._handle.value:
                raise ctypes.WinError(ctypes.get_last_error())
            self._set(_EXTENDED_LIMITS, limits.of_memory())
            rate = limits.of_time(os.cpu_count() or 1)
            if rate is not None:
                with suppress(OSError):  # a Windows without such a bound: priority has to do
                    self._set(_CPU_RATE, rate)

        def take(self, process: int) -> None:
            """Put a process into it, by its handle; OSError."""
            _check(_KERNEL.AssignProcessToJobObject(self._handle, wintypes.HANDLE(process)))

        def take_ourselves(self) -> None:
            """Be in it from now on, with all that we shall start; OSError."""
            _check(
                _KERNEL.AssignProcessToJobObject(
                    self._handle, wintypes.HANDLE(_KERNEL.GetCurrentProcess())
                )
            )

        def kill(self) -> None:
            """End all that is in it."""
            _KERNEL.TerminateJobObject(self._handle, wintypes.UINT(1))

        def cpu(self) -> float:
            """CPU seconds of all that ran in it."""
            used = Accounting()
            size = wintypes.DWORD(ctypes.sizeof(used))
            _KERNEL.QueryInformationJobObject(
                self._handle, _ACCOUNTING, ctypes.byref(used), size, None
            )
            return float(used.TotalUserTime + used.TotalKernelTime) / 1e7

        def close(self) -> None:
            """Let go of it: unless it `stays`, what still lives in it ends."""
            _KERNEL.CloseHandle(self._handle)

        def _set(self, what: int, said: ctypes.Structure) -> None:
            size = wintypes.DWORD(ctypes.sizeof(said))
            _check(_KERNEL.SetInformationJobObject(self._handle, what, ctypes.byref(said), size))

    def wake(process: int) -> None:
        """Let a process run that was started asleep, by its handle; OSError."""
        if _NT.NtResumeProcess(wintypes.HANDLE(process)) != 0:
            raise OSError(0, "it could not be woken")

    def _check(succeeded: object) -> None:
        if not succeeded:
            raise ctypes.WinError(ctypes.get_last_error())
