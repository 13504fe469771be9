"""Forty SIGKILLs of the guard: what it leaves can be read, and the next one misses no file.

The guard alone is killed, as a fault or the system's killer of processes would; its errands are
stand-ins that write down what they were asked.
"""

import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agent.guard import state
from tests.agent.errands.nursery import KILLS, nursery
from tests.agent.guard.conftest import STANDIN, Practice


@pytest.fixture
def python(tmp_path: Path) -> str:
    """What the guard takes for Python: whatever it starts is the stand-in."""
    script = tmp_path / "python"
    script.write_text(f'#!/bin/sh\nshift 3\nexec {sys.executable} -I {STANDIN} "$@"\n')
    script.chmod(0o755)
    return str(script)


def alive(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.slow
@pytest.mark.threat("power-loss")
def test_forty_kills_leave_a_state_that_can_be_read_and_no_file_unasked(
    practice: Practice, python: str
) -> None:
    with nursery(practice.home.root, "agent.guard.start", python=python) as guards:
        killed = 0
        while killed < KILLS:
            guard = guards.begin("run")
            (practice.images / f"{killed}.dcm").write_bytes(b"x")
            time.sleep(guards.dice.uniform(0.0, 0.4))
            killed += guard.kill()
            assert practice.home.guard.exists() == (state.read(practice.home) is not None)
            # (What it was just starting holds its lock until it has begun.)
            practice.until(lambda: not state.is_running(practice.home))

    before = len(practice.sweeps())
    practice.start()
    practice.until(lambda: practice.state()["pid"] == practice.process.pid and practice.is_calm())
    practice.until(lambda: None in practice.sweeps()[before:])
    (practice.images / "last.dcm").write_bytes(b"x")
    practice.until(lambda: any(file.endswith("last.dcm") for file in practice.files()))
    inspects = {note["pid"] for note in practice.noted() if "asked" in note}
    practice.until(lambda: sum(map(alive, inspects)) == 1)
