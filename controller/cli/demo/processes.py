"""The demo's controller and agent: real processes, started, waited for and stopped together.

Each runs in a session of its own, so that Ctrl-C reaches the demo alone, and the demo ends them
in the right order. What they print goes to a file that is shown if one of them gives up.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_STOP_SECONDS = 20


class DemoStopped(Exception):
    """The demo could not go on; the text says what was waited for and what was printed."""


@dataclass(frozen=True, slots=True)
class Running:
    """A child that is running, and the file with what it prints."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Raise DemoStopped if the child has ended."""
        if self.process.poll() is not None:
            raise DemoStopped(f"the {self.name} ended by itself:\n{tail(self.log)}")


@contextmanager
def running(name: str, command: Sequence[str], folder: Path) -> Iterator[Running]:
    """Start a child, and end it at the close: a polite signal, then a hard one."""
    log = folder / f"{name}.log"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(name, process, log)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def finish(name: str, command: Sequence[str], good: Sequence[int] = (0,)) -> str:
    """Run a short command to its end; its output, or DemoStopped with what it said.

    `good` are the exit codes that are no failure.
    """
    done = subprocess.run(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in good:
        raise DemoStopped(f"{name} did not work:\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def wait_for(
    what: str, ready: Callable[[], bool], children: Sequence[Running], seconds: float
) -> float:
    """Wait until `ready`; the seconds it took, or DemoStopped with what the children printed."""
    begun = time.monotonic()
    while not ready():
        for child in children:
            child.check()
        if time.monotonic() - begun > seconds:
            said = "\n".join(f"{child.name}:\n{tail(child.log)}" for child in children)
            raise DemoStopped(f"waited {seconds:.0f} s for {what}, in vain\n{said}")
        time.sleep(0.1)
    return time.monotonic() - begun


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nothing listens on now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(listener.getsockname()[1]) for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports
