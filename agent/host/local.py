"""The machine on which we run, asked directly.

- A program runs with an environment made from nothing, no input, at the lowest priority, in a
  group that is killed and reaped at its deadline; both its pipes are drained together.
- A program that others than root could have replaced counts as missing.
- Nothing under a network mount is touched: a dead one holds its reader beyond any kill.
- Where Windows is below us, what is different about it stands in agent/host/windows.py; programs
  are not run there yet.
"""

import errno
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TypeVar

from agent.host import files, windows, winreg
from agent.host.base import Absent, Entry, HostError, Key, Ran, Stat
from agent.host.paths import TooManyLinks, follow, holds
from agent.host.profiles import Profiles, person_or_machine
from agent.host.programs import PROGRAMS, Command, Handed, Program
from agent.readers import mountinfo
from rules.facts.base import Why
from rules.facts.host import Os

T = TypeVar("T")

_OS: Os = "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"
_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
    "HOME": "/",
}
_REFUSED = frozenset({"EACCES", "EPERM", "ENOENT", "ENOTDIR"})
_REASONS = {
    "ENOKEY": Why.LOCKED,
    "ESTALE": Why.UNREACHABLE,
    "EHOSTDOWN": Why.UNREACHABLE,
    "ETIMEDOUT": Why.TIMEOUT,
    "EFBIG": Why.TOO_LARGE,
}
_MOUNTS_HOLD = 1.0
"""Seconds for which a mount table is believed."""

_LOWEST = 19
"""Niceness. Not SCHED_IDLE: on a busy PC it would turn each answer into a timeout."""


class LocalHost:
    """The machine on which we run; any thread may ask."""

    def __init__(self) -> None:
        self.os: Os = _OS
        if sys.platform == "win32":
            self.elevated = windows.is_elevated()
        else:
            self.elevated = os.geteuid() == 0
        self._profiles = Profiles(self)
        self._remote: tuple[str, ...] = ()
        self._read_at = -_MOUNTS_HOLD

    def run(self, program: Program, *args: str) -> Ran:
        """Run a program of the table, and leave nothing of it behind."""
        command = PROGRAMS[program]
        command.form(args)
        path = command.paths.get(self.os)
        if path is None or not files.is_roots_alone(path):
            raise HostError(Why.TOOL_MISSING, f"{program}: not at {path}, or not root's alone")
        try:
            return run_command(path, args, command)
        except OSError as error:
            raise HostError(Why.API_ERROR, f"{program}: {error.strerror}") from error

    def read(
        self, path: str, limit: int = 1 << 20, offset: int = 0, *, whole: bool = True
    ) -> bytes:
        """The bytes of a file, a block device, or a file of /proc and /sys."""
        return self._asked(path, lambda real: files.read(real, limit, offset, whole=whole))

    def list(self, path: str, limit: int = 10_000) -> tuple[Entry, ...]:
        """The names in a folder, sorted."""
        return self._asked(path, lambda real: files.names(real, limit))

    def stat(self, path: str) -> Stat:
        """Of the name itself: a link is not followed."""
        return self._asked(path, files.look, last=False)

    def registry(self, key: str) -> Key | None:
        """A key as 64-bit programs see it; of a person who is away, from his hive on disk."""
        if sys.platform == "win32":
            return person_or_machine(winreg.this_machine(), self._profiles, key)
        raise HostError(Why.UNSUPPORTED_OS, f"no registry, so no {key}")

    def _asked(self, path: str, ask: Callable[[str], T], *, last: bool = True) -> T:
        """The answer, with the errors of the port in the place of the system's."""
        try:
            return ask(self._reachable(path, last=last))
        except TooManyLinks as error:
            raise HostError(Why.API_ERROR, f"{path}: its links lead in a circle") from error
        except OSError as error:
            raise self._fault(path, error) from error

    def _fault(self, path: str, error: OSError) -> HostError | Absent:
        name = errno.errorcode.get(error.errno or 0, "")
        if name in ("ENOENT", "ENOTDIR") and _is_proven_absent(path):
            return Absent(path)
        if sys.platform == "win32" and (why := windows.why(error)):
            return HostError(why, f"{path}: {error.strerror}")
        if name in _REFUSED:
            why = Why.ACCESS_DENIED if self.elevated else Why.NOT_ELEVATED
        else:
            why = _REASONS.get(name, Why.API_ERROR)
        return HostError(why, f"{path}: {error.strerror}")

    def _reachable(self, path: str, *, last: bool) -> str:
        """The path to ask, once it is sure that it does not lead over the network."""
        if sys.platform == "win32":
            return windows.reachable(path)
        else:  # noqa: RET505 - for mypy, to which Windows has no other half
            if not path.startswith("/") or "\0" in path:
                raise HostError(Why.PARSE_ERROR, f"not an absolute path: {path[:80]!r}")
            if not self._remote_mounts() or path.startswith(("/proc/", "/sys/")):
                return path
            return follow(path, self._link, last=last)

    def _link(self, path: str) -> str | None:
        if any(holds(mount, path) for mount in self._remote):
            raise HostError(Why.NOT_LOCAL, f"{path} lies on a network mount")
        try:
            return str(Path(path).readlink())
        except OSError as error:
            if error.errno == errno.EINVAL:  # a name that is no link
                return None
            raise

    def _remote_mounts(self) -> tuple[str, ...]:
        """Points that are not touched, by a mount table that is a second old at most."""
        if sys.platform == "linux" and time.monotonic() - self._read_at >= _MOUNTS_HOLD:
            mounts = mountinfo.parse(files.read("/proc/self/mountinfo", 8 << 20))
            top = {mount.point: mount for mount in mounts}
            self._remote = tuple(point for point, mount in top.items() if mount.remote)
            self._read_at = time.monotonic()
        return self._remote


_is_proven_absent = windows.is_proven_absent if sys.platform == "win32" else files.is_proven_absent


if sys.platform == "linux":

    def run_command(path: str, args: tuple[str, ...], command: Command) -> Ran:
        """Start, drain until both pipes end or time is up, kill what is left of the group."""
        started = time.monotonic()
        with _handed(args, command) as (words, handles):
            process = subprocess.Popen(
                [path, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                pass_fds=handles,
            )
        with process:
            try:
                with suppress(ProcessLookupError):
                    os.setpriority(os.PRIO_PROCESS, process.pid, _LOWEST)
                out, err, cut = _drain(process, command, started + command.deadline)
                ended = cut or _has_ended(process, started + command.deadline)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                cpu = _reap(process)
        if not ended:
            raise HostError(Why.TIMEOUT, f"{path} took longer than {command.deadline:g} s")
        wall_ms = int((time.monotonic() - started) * 1000)
        return Ran(process.returncode, out, err, cut, wall_ms, int(cpu * 1000))

    @contextmanager
    def _handed(
        args: tuple[str, ...], command: Command
    ) -> Iterator[tuple[list[str], tuple[int, ...]]]:
        """The arguments, with those that the program reads as a file turned into one."""
        handles: list[int] = []
        words = []
        try:
            for word, arg in zip(command.form(args), args, strict=True):
                if isinstance(word, Handed):
                    handles.append(_anonymous(arg))
                    words.append(f"{word.prefix}/proc/self/fd/{handles[-1]}")
                else:
                    words.append(arg)
            yield words, tuple(handles)
        finally:
            for handle in handles:
                os.close(handle)

    def _anonymous(text: str) -> int:
        """A file in memory without a name: nobody else can read it, and it ends with us."""
        handle = os.memfd_create("dentinel")
        data = text.encode(errors="surrogateescape")
        while data:
            data = data[os.write(handle, data) :]
        return handle

    def _drain(
        process: "subprocess.Popen[bytes]", command: Command, until: float
    ) -> tuple[bytes, bytes, bool]:
        """Both outputs, and whether they were cut: at the limit, or when time was up."""
        got = {process.stdout: bytearray(), process.stderr: bytearray()}
        with selectors.DefaultSelector() as waiting:
            for pipe in got:
                waiting.register(_pipe(pipe), selectors.EVENT_READ, pipe)
            while waiting.get_map() and (left := until - time.monotonic()) > 0:
                for key, _ in waiting.select(left):
                    part = os.read(key.fd, 1 << 16)
                    got[key.data] += part
                    if not part:
                        waiting.unregister(key.fileobj)
                if any(len(data) > command.limit for data in got.values()):
                    break
        out, err = (bytes(data[: command.limit]) for data in got.values())
        return out, err, any(len(data) > command.limit for data in got.values())

    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise HostError(Why.API_ERROR, "a program was started without pipes")
        return pipe

    def _has_ended(process: "subprocess.Popen[bytes]", until: float) -> bool:
        """Wait for its end without taking it: `_reap` asks for its CPU time."""
        pause = 0.0005
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while os.waitid(os.P_PID, process.pid, flags) is None:
            if time.monotonic() >= until:
                return False
            time.sleep(pause)
            pause = min(pause * 2, 0.02)
        return True

    def _reap(process: "subprocess.Popen[bytes]") -> float:
        """CPU seconds of a process that has ended or was killed."""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime

else:

    def run_command(path: str, args: tuple[str, ...], command: Command) -> Ran:
        raise HostError(Why.UNSUPPORTED_OS, f"{path} {args} {command}: nothing is run here yet")
