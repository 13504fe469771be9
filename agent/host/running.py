"""How is a program run on Linux and macOS, so that nothing of it can hang or be left behind?

With an environment made from nothing, no input, at the lowest priority, as the leader of a group
that is killed and reaped at its deadline; both its pipes are drained together.

- What survives its kill is left alone: nobody waits for it.
- Where a dead leader can be seen without burying it, its group's number is still its own when the
  group is killed. macOS lets nobody look before Python 3.13: there it is buried first, and the
  group killed right after; the system gives a number away again only once all others were used.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TypeAlias

from agent.host.base import HostError, Ran
from agent.host.programs import Command, Handed
from agent.host.survivors import Survived
from rules.facts.base import Why

_ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "LC_ALL": "C",
    "TZ": "UTC",
    "HOME": "/",
}
_LOWEST = 19
"""Niceness. Not SCHED_IDLE: on a busy PC it would turn each answer into a timeout."""

Kill: TypeAlias = Callable[[int, int], None]
"""Sends a signal to a group of processes."""

_BURIAL = 0.3
"""Seconds for a process that was killed to be gone."""

if sys.platform != "win32":

    def run_command(
        path: str, args: tuple[str, ...], command: Command, kill: Kill = os.killpg
    ) -> Ran:
        """Start, drain until both pipes end or time is up, kill what is left of the group."""
        started = time.monotonic()
        until = started + command.seconds(args)
        with _handed(args, command) as (words, handles):
            process = subprocess.Popen(
                [path, *command.before, *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_ENVIRONMENT,
                cwd="/",
                start_new_session=True,
                pass_fds=handles,
            )
        leader = Leader(process, kill)
        try:
            leader.humble()
            out, err, cut = _drain(process, command.limit, until)
            ended = cut or leader.ends(until)
        finally:
            leader.kill()
        if not ended:
            raise HostError(Why.TIMEOUT, f"{path} took longer than {until - started:g} s")
        wall_ms = int((time.monotonic() - started) * 1000)
        return Ran(process.returncode, out, err, cut, wall_ms, int(leader.cpu * 1000))

    @dataclass(slots=True)
    class Leader:
        """The first process of a group; `cpu` seconds are known once it is buried."""

        process: "subprocess.Popen[bytes]"
        signal: Kill = os.killpg
        cpu: float = 0.0

        def humble(self) -> None:
            """Let everybody else go first."""
            with suppress(ProcessLookupError):
                os.setpriority(os.PRIO_PROCESS, self.process.pid, _LOWEST)

        def ends(self, until: float) -> bool:
            """Wait for its end, not longer than until then."""
            pause = 0.0005
            while not self._is_dead():
                if time.monotonic() >= until:
                    return False
                time.sleep(pause)
                pause = min(pause * 2, 0.02)
            return True

        def kill(self) -> None:
            """Kill what is left of the group, and bury its leader; Survived if he lives on."""
            with suppress(ProcessLookupError, PermissionError):
                self.signal(self.process.pid, signal.SIGKILL)
            gone = self.process.returncode is not None or self.ends(time.monotonic() + _BURIAL)
            for pipe in (self.process.stdout, self.process.stderr):
                if pipe is not None:
                    pipe.close()
            if not gone:
                self.process.returncode = -signal.SIGKILL  # nor is Python to wait for him
                raise Survived(str(self.process.args), self.process.pid)
            if self.process.returncode is None:
                self.bury()

        def bury(self, flags: int = 0) -> bool:
            """Take its end, if it has ended; waits for it without WNOHANG."""
            pid, status, usage = os.wait4(self.process.pid, flags)
            if pid == 0:
                return False
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu = usage.ru_utime + usage.ru_stime
            return True

        def _is_dead(self) -> bool:
            if sys.platform == "darwin":
                return self.bury(os.WNOHANG)
            else:  # noqa: RET505 - for mypy, to which each system has one half
                flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
                return os.waitid(os.P_PID, self.process.pid, flags) is not None

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

    def _drain(
        process: "subprocess.Popen[bytes]", limit: int, until: float
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
                if any(len(data) > limit for data in got.values()):
                    break
        out, err = (bytes(data[:limit]) for data in got.values())
        return out, err, any(len(data) > limit for data in got.values())

    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise HostError(Why.API_ERROR, "a program was started without pipes")
        return pipe


if sys.platform == "linux":

    def _anonymous(text: str) -> int:
        """A file in memory without a name: nobody else can read it, and it ends with us."""
        handle = os.memfd_create("dentinel")
        data = text.encode(errors="surrogateescape")
        while data:
            data = data[os.write(handle, data) :]
        return handle

elif sys.platform != "win32":

    def _anonymous(text: str) -> int:
        raise HostError(Why.UNSUPPORTED_OS, f"{len(text)} characters cannot be handed over here")
