"""How is a program run on Windows, so that nothing of it can hang or be left behind?

In a Job Object that dies with its handle: the program is started asleep, put into the job, and
woken, so that all that it starts is in the job too. It has an environment made from nothing, no
input, no window and idle priority. https://learn.microsoft.com/windows/win32/procthread/job-objects

Not yet run on a real Windows.
"""

import ctypes
import subprocess
import sys
from collections.abc import Mapping, Sequence

from agent.host.base import Ran
from agent.host.holding import run_held
from agent.host.programs import Command


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


_DIES_WITH_ITS_HANDLE, _HAS_PRIORITY = 0x2000, 0x20
"""JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, JOB_OBJECT_LIMIT_PRIORITY_CLASS (winnt.h)."""

_IDLE, _ASLEEP, _NO_WINDOW = 0x40, 0x4, 0x08000000
"""IDLE_PRIORITY_CLASS, CREATE_SUSPENDED, CREATE_NO_WINDOW (winbase.h)."""

_ACCOUNTING, _EXTENDED_LIMITS = 1, 9
"""JOBOBJECTINFOCLASS (winnt.h)."""


def environment(windows: str) -> Mapping[str, str]:
    r"""All that a program is given: what Windows' own libraries look for, below `C:\Windows`."""
    drive = windows[:2]
    return {
        "SystemRoot": windows,
        "SystemDrive": drive,
        "windir": windows,
        "ProgramData": f"{drive}\\ProgramData",
        "PATH": f"{windows}\\System32;{windows}\\System32\\wbem",
        "TEMP": f"{windows}\\Temp",
        "TMP": f"{windows}\\Temp",
    }


def limits() -> ExtendedLimits:
    """Those of our jobs: they end with their handle, and everybody else goes first."""
    wanted = ExtendedLimits()
    wanted.BasicLimitInformation.LimitFlags = _DIES_WITH_ITS_HANDLE | _HAS_PRIORITY
    wanted.BasicLimitInformation.PriorityClass = _IDLE
    return wanted


if sys.platform == "win32":
    import psutil

    from agent.host import windows

    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL.CreateJobObjectW.restype = ctypes.c_void_p

    def run_command(path: str, args: tuple[str, ...], command: Command) -> Ran:
        """Run it in a job of its own; HostError, OSError."""
        job = Job()
        try:
            words = (path, *command.before, *args)
            return run_held(words, job, command.limit, command.seconds(args))
        finally:
            job.close()

    class Job:
        """A Job Object, and what runs in it."""

        def __init__(self) -> None:
            self._handle = ctypes.c_void_p(_KERNEL.CreateJobObjectW(None, None))
            wanted = limits()
            size = ctypes.c_uint32(ctypes.sizeof(wanted))
            self._check(
                self._handle.value
                and _KERNEL.SetInformationJobObject(
                    self._handle, _EXTENDED_LIMITS, ctypes.byref(wanted), size
                )
            )

        def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
            """Asleep, into the job, awake; OSError, and then nothing runs."""
            root = windows.root()
            process = subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environment(root),
                cwd=root,
                creationflags=_IDLE | _ASLEEP | _NO_WINDOW,
            )
            try:
                handle = ctypes.c_void_p(int(process._handle))  # type: ignore[attr-defined]  # noqa: SLF001 - it has no other name
                self._check(_KERNEL.AssignProcessToJobObject(self._handle, handle))
                psutil.Process(process.pid).resume()
            except (OSError, psutil.Error) as error:
                process.kill()
                raise OSError(0, f"it could not be put into a job: {error}") from error
            return process

        def kill(self) -> None:
            """End all that is in the job."""
            _KERNEL.TerminateJobObject(self._handle, ctypes.c_uint32(1))

        def cpu(self) -> float:
            """CPU seconds of all that ran in the job."""
            used = Accounting()
            size = ctypes.c_uint32(ctypes.sizeof(used))
            _KERNEL.QueryInformationJobObject(
                self._handle, _ACCOUNTING, ctypes.byref(used), size, None
            )
            return float(used.TotalUserTime + used.TotalKernelTime) / 1e7

        def close(self) -> None:
            """The last handle: what still lives in the job ends with it."""
            _KERNEL.CloseHandle(self._handle)

        def _check(self, succeeded: object) -> None:
            if not succeeded:
                raise ctypes.WinError(ctypes.get_last_error())
