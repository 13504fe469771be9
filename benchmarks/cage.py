"""What does a piece of work cost in a process of its own, which may grow by so much and no more?

The work is done in a fork, so that what it takes is seen apart from what was there before. Beyond
its limit the process gets no memory (RLIMIT_AS), and Python a MemoryError. Linux only.
"""

import gc
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Row

Json = Any
GROWTH = 64 * 1024 * 1024
SECONDS = 0.200
"""What one hostile input may cost at most (language.md, section 16)."""


@dataclass(frozen=True, slots=True)
class Caged:
    """What came of it; CPU seconds, and the bytes that it grew by at its largest."""

    result: Json
    seconds: float
    grown: int


def caged(work: Callable[[], Json], growth: int) -> Caged:
    """Do the work in a fork that may grow by `growth` bytes; RuntimeError if it died of it."""
    read, write = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(read)
        _report(write, work, growth)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        raise RuntimeError(f"the process died with status {status}")
    return Caged(*json.loads(told))


def extremes(bar: str, what: str, seen: Mapping[str, Caged]) -> list[Row]:
    """A row for the slowest and one for the largest of what was done, by its name."""
    slowest = max(seen, key=lambda name: seen[name].seconds)
    largest = max(seen, key=lambda name: seen[name].grown)
    seconds, grown = seen[slowest].seconds, seen[largest].grown
    named = f"{len(seen)} {what}, the"
    return [
        Row(
            bar,
            f"{named} slowest: {slowest}",
            f"{seconds * 1000:.0f} ms CPU",
            "",
            f"{SECONDS * 1000:.0f} ms",
            seconds <= SECONDS,
        ),
        Row(
            bar,
            f"{named} largest: {largest}",
            f"{grown / 2**20:.1f} MiB more",
            "",
            f"{GROWTH / 2**20:.0f} MiB",
            grown <= GROWTH,
        ),
    ]


def _report(write: int, work: Callable[[], Json], growth: int) -> None:
    """Do the work, tell what it cost, and end without anything of the parent's."""
    status = 1
    try:
        gc.freeze()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before, limit = _memory("VmRSS"), _memory("VmSize") + growth
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        started = time.process_time()
        result = work()
        seconds = time.process_time() - started
        grown = _memory("VmHWM") - before
        with os.fdopen(write, "wb") as pipe:
            pipe.write(json.dumps([result, seconds, max(grown, 0)]).encode())
        status = 0
    finally:
        os._exit(status)


def _memory(field: str) -> int:
    """Bytes of this process as Linux counts them: `VmRSS`, `VmHWM` (the peak), `VmSize`."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"Linux says nothing of {field}")
