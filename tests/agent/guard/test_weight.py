"""Whoever eats memory where no system bounds it is ended by the guard."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.guard.weight import Bound, Usage, Watch

MEGABYTE = 1024 * 1024
OFTEN = 0.02


def on_linux(pid: int) -> int | None:
    """What a process takes, as Linux says it."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") or None


@pytest.fixture
def eater() -> Iterator[subprocess.Popen[bytes]]:
    """An errand that takes 150 MB once it is told to, and keeps them."""
    code = "import sys; print(flush=True); input(); held = bytearray(150_000_000); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def eat(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()


def test_an_errand_that_eats_memory_is_ended(eater) -> None:
    Watch(
        eater.pid,
        Bound(100 * MEGABYTE, lambda: os.killpg(eater.pid, signal.SIGKILL), on_linux, OFTEN),
    )
    eat(eater)

    assert eater.wait(30) == -signal.SIGKILL


def test_one_that_stays_below_the_bound_is_left_alone(eater) -> None:
    looked: list[int | None] = []

    def weigh(pid: int) -> int | None:
        looked.append(on_linux(pid))
        return looked[-1] if len(looked) < 5 else None

    watch = Watch(eater.pid, Bound(500 * MEGABYTE, eater.kill, weigh, OFTEN))
    eat(eater)
    watch._thread.join(30)

    assert len(looked) == 5
    assert eater.poll() is None


def test_nobody_is_looked_at_once_he_is_buried(eater) -> None:
    killed: list[int] = []
    watch = Watch(eater.pid, Bound(0, lambda: killed.append(1), on_linux, 0.5))
    watch.stop()
    watch._thread.join(30)

    assert killed == []


def test_the_record_of_macos_is_as_its_header_has_it() -> None:
    assert ctypes.sizeof(Usage) == 96
    assert Usage.phys_footprint.offset == 72
