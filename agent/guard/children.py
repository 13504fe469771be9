"""How is an errand started, bounded and buried?

- Each errand leads a process group of its own: what outlives its deadline, or its leader, is
  killed with all that it started.
- It runs at the lowest priority, so that a capture program always goes before it.
- A process that survives its kill (it hangs in a dead disk) is left alone; the guard never waits.
- The one place of the guard that starts programs.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from agent.guard.pump import Pump

_MOST_OUTPUT = 64 * 1024
_LAST_READS = 4
_MEMORY = 256 * 1024 * 1024


@dataclass(slots=True)
class Child:
    """A running errand; `deadline` is on the guard's clock, `out` what it has printed so far."""

    name: str
    process: "subprocess.Popen[bytes]"
    deadline: float
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
        _kill_group(self.process)

    def buried(self) -> int | None:
        """Its exit code once it has ended (negative: killed by that signal); None: it lives."""
        if not _has_ended(self.process):
            return None
        _kill_group(self.process)
        for _ in range(_LAST_READS):
            if not self.hear():
                break
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
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
    )
    child = Child(name, process, deadline)
    if sys.platform == "win32":
        child.pump = Pump(child.stdout)
    else:
        os.set_blocking(child.stdout.fileno(), False)
    _humble(process.pid)
    return child


def _read(pipe: IO[bytes]) -> bytes | None:
    """What a pipe holds: None for nothing yet, empty when it has been closed."""
    try:
        return os.read(pipe.fileno(), _MOST_OUTPUT)
    except BlockingIOError:
        return None


def _humble(pid: int) -> None:
    """Let everybody else go first, and bound its memory."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - there is none on Windows

        try:
            os.setpriority(os.PRIO_PROCESS, pid, 19)
            os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
            resource.prlimit(pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        except OSError:
            return  # it has ended already, or we are not allowed: it runs as it is


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


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    if sys.platform == "win32":
        process.kill()
    else:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            return  # the group has ended, or is not ours any more
