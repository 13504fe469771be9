"""A program that threads drain ends with all that it started, whatever it does."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agent.host.base import HostError, Ran
from agent.host.holding import run_held
from agent.host.jobs import LIMITS, environment
from agent.host.running import Leader
from rules.facts.base import Why


@dataclass
class Group:
    """A process group in the place of a Job Object."""

    pids: list[int] = field(default_factory=list)

    def start(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        pipe = subprocess.PIPE
        process = subprocess.Popen(words, stdout=pipe, stderr=pipe, start_new_session=True)
        self.pids.append(process.pid)
        return process

    def kill(self) -> None:
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)

    def cpu(self) -> float:
        return 0.25


def shell(script: str, *, seconds: float = 20.0, limit: int = 1 << 20) -> Ran:
    return run_held(["/bin/sh", "-c", script], Group(), limit, seconds)


def test_both_pipes_are_drained_together() -> None:
    ran = shell(
        "i=0; while [ $i -lt 40 ]; do head -c 8192 /dev/zero >&2; echo $i; i=$((i+1)); done"
    )
    assert len(ran.err) == 40 * 8192
    assert ran.out.endswith(b"39\n")
    assert ran.rc == 0


def test_the_time_of_all_that_ran_is_told() -> None:
    assert shell("true").cpu_ms == 250


def test_what_takes_too_long_is_killed_with_all_that_it_started(tmp_path) -> None:
    mark = tmp_path / "alive"
    with pytest.raises(HostError) as error:
        shell(f"(sleep 1; touch {mark}) & sleep 60", seconds=0.2)
    assert error.value.why is Why.TIMEOUT
    time.sleep(1.2)
    assert not mark.exists()


def test_what_closes_its_pipes_and_stays_is_timeout_too() -> None:
    with pytest.raises(HostError) as error:
        shell("exec >&- 2>&-; sleep 60", seconds=0.2)
    assert error.value.why is Why.TIMEOUT


def test_who_writes_too_much_is_cut_and_said_to_be() -> None:
    ran = shell("while :; do echo 0123456789; done", limit=1000)
    assert ran.cut
    assert len(ran.out) == 1000


def test_a_return_code_is_no_error_and_is_told() -> None:
    ran = shell("echo no; exit 7")
    assert (ran.rc, ran.out, ran.cut) == (7, b"no\n", False)


def test_no_handle_is_left_behind() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        shell("true")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_does_not_start_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        run_held(["/no/such/program"], Group(), 1000, 1.0)


def test_a_program_on_windows_is_given_what_the_system_needs_and_no_more() -> None:
    given = environment("D:\\Windows")
    assert given["SystemDrive"] == "D:"
    assert given["TEMP"] == "D:\\Windows\\Temp"
    assert all(value.startswith("D:") for value in given.values())


def test_a_job_dies_with_its_handle_at_idle_priority() -> None:
    wanted = LIMITS.of_memory().BasicLimitInformation
    assert wanted.LimitFlags == 0x2020
    assert wanted.PriorityClass == 0x40


def test_a_leader_may_be_buried_before_its_group_is_killed() -> None:
    """As on macOS, where nobody can see that it is dead without burying it."""
    process = subprocess.Popen(["/bin/sh", "-c", "exit 3"], start_new_session=True)
    leader = Leader(process)
    while not leader.bury(os.WNOHANG):
        time.sleep(0.01)
    leader.kill()
    assert process.returncode == 3
