"""The machine on which we run, asked directly.

- How a program is run, and ended with all that it started: agent/host/running.py, on Windows
  agent/host/jobs.py.
- No program outlives the patience of who asks; one that survived its kill is not run again.
- A program that others than root could have replaced counts as missing.
- Nothing under a network mount is touched: a dead one holds its reader beyond any kill.
- Where Windows is below us, what is different about it stands in agent/host/windows.py.
"""

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent.host import files, patience
from agent.host.base import Absent, Entry, HostError, Key, Ran, Stat
from agent.host.paths import TooManyLinks, follow, holds
from agent.host.programs import PROGRAMS, Program
from agent.host.survivors import Survived, Survivors
from agent.readers.errors import ParseError
from rules.facts.base import Why
from rules.facts.host import Os

if sys.platform == "win32":
    from agent.host import windows, winreg
    from agent.host.jobs import run_command
    from agent.host.profiles import Profiles, person_or_machine
else:
    from agent.host import mounted
    from agent.host.running import run_command

T = TypeVar("T")

_OS: Os = "windows" if sys.platform == "win32" else "macos" if sys.platform == "darwin" else "linux"
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


class LocalHost:
    """The machine on which we run; any thread may ask. `survivors` are not to be run again."""

    def __init__(self, survivors: Survivors | None = None) -> None:
        self._survivors = survivors or Survivors()
        self.os: Os = _OS
        if sys.platform == "win32":
            self.elevated = windows.is_elevated()
            self._profiles = Profiles(self)
        else:
            self.elevated = os.geteuid() == 0
        self._remote: tuple[str, ...] = ()
        self._read_at = -_MOUNTS_HOLD

    def run(self, program: Program, *args: str) -> Ran:
        """Run a program of the table, and leave nothing of it behind."""
        command = PROGRAMS[program]
        name = " ".join((program, *command.fixed(args)))
        path = command.paths.get(self.os)
        if path is None or not _is_roots_alone(path):
            raise HostError(Why.TOOL_MISSING, f"{program}: not at {path}, or not root's alone")
        left = patience.seconds_left()
        if left <= 0 or self._survivors.lives(name):
            raise HostError(Why.TIMEOUT, f"{name}: no time is left, or an earlier one hangs")
        try:
            return run_command(path, args, command.within(left, args))
        except Survived as survived:
            self._survivors.add(name, survived.pid)
            raise
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
        if sys.platform != "win32" and time.monotonic() - self._read_at >= _MOUNTS_HOLD:
            try:
                self._remote = mounted.elsewhere()
            except ParseError as error:
                raise HostError(Why.PARSE_ERROR, f"the table of mounts: {error}") from error
            self._read_at = time.monotonic()
        return self._remote


if sys.platform == "win32":
    _is_proven_absent, _is_roots_alone = windows.is_proven_absent, windows.is_systems_alone
else:
    _is_proven_absent, _is_roots_alone = files.is_proven_absent, files.is_roots_alone
