"""How is an errand started, bounded and buried?

- Each errand leads a process group of its own, on Windows a job: what outlives its deadline, or its
  leader, is killed with all that it started.
- It runs at low priority, so that a capture program always goes before it, with bounded memory: by
  the system on Linux and Windows, where it keeps no more than one processor busy; on macOS by us.
- A process that survives its kill (it hangs in a dead disk) is left alone; the guard never waits.
- The one place of the guard that starts programs.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from agent import jobs
from agent.guard import weight
from agent.guard.pump import Pump

_MOST_OUTPUT = 64 * 1024
_LAST_READS = 4
_MEMORY = 256 * 1024 * 1024
_LIMITS = jobs.Limits(priority=jobs.BELOW_NORMAL, each=_MEMORY, processors=1.0)


class Group(Protocol):
    """A process and all that it has started."""

    def kill(self) -> None:
        """End all of it."""
        ...

    def close(self) -> None:
        """Nobody asks for it any more."""
        ...


@dataclass(slots=True)
class Child:
    """A running errand; `deadline` is on the guard's clock, `out` what it has printed so far."""

    name: str
    process: "subprocess.Popen[bytes]"
    deadline: float
    group: "Group"
    out: bytearray = field(default_factory=bytearray)
    pump: Pump | None = None

    @property
    def pid(self) -> int:
        """The process, which is also its group."""
        return self.process.pid

    @property
    def stdout(self) -> IO[bytes]:
        """What it prints; never blocks."""
        if self.process.stdout is None:
            raise ValueError("an errand is always started with a pipe for its output")
        return self.process.stdout

    def hear(self) -> bool:
        """Take in what it has printed; False when it has closed its output."""
        data = self.pump.read() if self.pump else _read(self.stdout)
        if data is None:
            return True
        self.out += data
        del self.out[:-_MOST_OUTPUT]
        return bool(data)

    def lines(self) -> list[bytes]:
        """Take out the lines that are whole."""
        whole, newline, rest = bytes(self.out).rpartition(b"\n")
        self.out[:] = rest
        return whole.split(b"\n") if newline else []

    def tell(self, data: bytes) -> bool:
        """Write to its input; False if it listens no more."""
        if self.process.stdin is None:
            return False
        try:
            self.process.stdin.write(data)
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """Kill it and all that it started."""
        self.group.kill()

    def buried(self) -> int | None:
        """Its exit code once it has ended (negative: killed by that signal); None: it lives."""
        if not _has_ended(self.process):
            return None
        self.group.kill()
        for _ in range(_LAST_READS):
            if not self.hear():
                break
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.group.close()
        return self.process.wait()


def start(name: str, command: Sequence[str], *, deadline: float, asked: bool = False) -> Child:
    """Start an errand; with `asked` it gets questions by a pipe. OSError if it cannot start."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE if asked else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        bufsize=0,
        cwd=Path(sys.executable).anchor,
        start_new_session=True,
        creationflags=_FLAGS,
    )
    child = Child(name, process, deadline, _kept(process))
    if sys.platform == "win32":
        child.pump = Pump(child.stdout)
    else:
        os.set_blocking(child.stdout.fileno(), False)
    return child


def _read(pipe: IO[bytes]) -> bytes | None:
    """What a pipe holds: None for nothing yet, empty when it has been closed."""
    try:
        return os.read(pipe.fileno(), _MOST_OUTPUT)
    except BlockingIOError:
        return None


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    """Leaves a dead leader unburied on Linux: until then nobody else can get its group's number."""
    if sys.platform == "linux":
        try:
            found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True  # somebody else has buried it
        return found is not None
    else:  # noqa: RET505 - type checkers skip the branch of the other system
        return process.poll() is not None


if sys.platform == "win32":
    _FLAGS = jobs.ASLEEP | jobs.BELOW_NORMAL | jobs.NO_WINDOW

    def _kept(process: "subprocess.Popen[bytes]") -> Group:
        """Into a job, then awake. Without a job it would outlive us: then it does not run."""
        handle = int(process._handle)  # type: ignore[attr-defined]  # noqa: SLF001 - it has no other name
        try:
            job = jobs.Job(_LIMITS)
            job.take(handle)
            jobs.wake(handle)
        except OSError:
            process.kill()
            raise
        return job

else:
    _FLAGS = 0

    @dataclass(frozen=True, slots=True)
    class _Session:
        """The process group that an errand leads."""

        leader: int

        def kill(self) -> None:
            with suppress(OSError):  # the group has ended, or is not ours any more
                os.killpg(self.leader, signal.SIGKILL)

        def close(self) -> None:
            """A number needs nothing."""

    @dataclass(frozen=True, slots=True)
    class _Weighed(_Session):
        """One whose memory no system bounds."""

        watch: weight.Watch

        def close(self) -> None:
            """Its number may soon be another's."""
            self.watch.stop()

    def _kept(process: "subprocess.Popen[bytes]") -> Group:
        _humble(process.pid)
        session = _Session(process.pid)
        if sys.platform == "darwin":
            watch = weight.Watch(process.pid, weight.Bound(_MEMORY, session.kill))
            return _Weighed(process.pid, watch)
        else:  # noqa: RET505 - type checkers skip the branch of the other system
            return session

    def _humble(pid: int) -> None:
        """Let everybody else go first, and bound its memory where the system does that."""
        with suppress(OSError):  # it has ended already, or we are not allowed
            os.setpriority(os.PRIO_PROCESS, pid, 19)
            if sys.platform == "linux":
                import resource  # noqa: PLC0415 - there is none on Windows

                os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
                resource.prlimit(pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
