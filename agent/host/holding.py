"""How is a program run where pipes cannot be waited for together, as on Windows?

A thread a pipe drains both at once; whoever holds the program ends it, with all that it started,
when it has ended, has written too much, or its time is up.

- What survives its kill is left alone, as are its pipes: nobody waits for it, and it is `timeout`.
"""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Protocol

from agent.host.base import HostError, Ran
from agent.host.survivors import Survived
from rules.facts.base import Why

_BURIAL = 2.0
"""Seconds for a process that was killed to be gone, and for its pipes to end."""


class Holder(Protocol):
    """What keeps a program and all that it starts together, from the first instant on."""

    def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        """Start it, with pipes for what it writes; OSError."""
        ...

    def kill(self) -> None:
        """End what is left of it."""
        ...

    def cpu(self) -> float:
        """CPU seconds of all that ran."""
        ...


@dataclass(slots=True)
class Drain:
    """What comes out of pipes, each up to a limit in bytes."""

    limit: int
    _got: list[bytearray] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _open: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def take(self, pipe: IO[bytes]) -> bytearray:
        """Drain one more pipe, into what is returned."""
        got = bytearray()
        self._got.append(got)
        self._open += 1
        thread = threading.Thread(target=self._read, args=(pipe, got), daemon=True)
        self._threads.append(thread)
        thread.start()
        return got

    @property
    def is_full(self) -> bool:
        """Has a pipe given more than the limit?"""
        return any(len(got) > self.limit for got in self._got)

    def wait(self, until: float) -> None:
        """Until all pipes have ended, one has given too much, or time is up."""
        with self._changed:
            while self._open and not self.is_full and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)

    def end(self) -> bool:
        """Have all threads come to their end? Asked after the kill."""
        until = time.monotonic() + _BURIAL
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _read(self, pipe: IO[bytes], got: bytearray) -> None:
        while len(got) <= self.limit and (part := os.read(pipe.fileno(), 1 << 16)):
            got += part
        with self._changed:
            self._open -= 1
            self._changed.notify()


def run_held(words: Sequence[str], holder: Holder, limit: int, seconds: float) -> Ran:
    """Run a program to its end; HostError if it takes longer, OSError if it does not start."""
    started = time.monotonic()
    until = started + seconds
    process = holder.start(words)
    drain = Drain(limit)
    try:
        out, err = (drain.take(pipe) for pipe in _pipes(process))
        drain.wait(until)
        ended = drain.is_full or _ends(process, until)
    finally:
        cpu = holder.cpu()
        holder.kill()
        gone = _ends(process, time.monotonic() + _BURIAL)
        if drain.end():
            for pipe in _pipes(process):
                pipe.close()
    if not gone:
        raise Survived(words[0], process.pid)
    if not ended:
        raise HostError(Why.TIMEOUT, f"{words[0]} took longer than {seconds:g} s")
    wall_ms = int((time.monotonic() - started) * 1000)
    parts = bytes(out[:limit]), bytes(err[:limit])
    return Ran(process.returncode, *parts, drain.is_full, wall_ms, int(cpu * 1000))


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    if process.stdout is None or process.stderr is None:
        raise HostError(Why.API_ERROR, "a program was started without pipes")
    return process.stdout, process.stderr


def _ends(process: "subprocess.Popen[bytes]", until: float) -> bool:
    try:
        process.wait(max(0.0, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        return False
    return True
