"""A thousand passes, each with a child that must be killed, leave nothing behind."""

import gc
import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from agent.facts.base import About, answers
from agent.facts.gather import gather
from agent.host.base import Host, HostError, Ran
from agent.host.local import LocalHost, run_command
from agent.host.programs import Command, Program
from rules.facts.base import Unknown, Why
from rules.facts.clock import CLOCK
from rules.facts.services import SERVICES
from tests.agent.facts.clinic import about

PASSES, WARM = 1000, 1000
"""The first thousand also fill the free lists of the interpreter, once and for all."""

GROWTH = 16 * 1024
"""Bytes in all: a pass that kept a reading would keep a thousand times half a kilobyte."""


class HangingHost(LocalHost):
    """This machine; of its programs one answers, and all others hang until they are killed."""

    def run(self, program: Program, *args: str) -> Ran:
        if program is Program.APT_CONFIG:
            return run_command("/bin/true", (), Command({}, ((),)))
        return run_command("/bin/sleep", ("60",), Command({}, (("60",),), deadline=0.001))


@answers(SERVICES, on="linux")
def well(host: Host, about: About) -> Unknown:
    host.run(Program.APT_CONFIG, "dump")
    return Unknown(Why.DISABLED)


@answers(CLOCK, on="linux")
def hung(host: Host, about: About) -> Unknown:
    host.run(Program.AUDITCTL, "-l")
    raise HostError(Why.CONFLICT, "it hangs, and cannot have answered")


def standing() -> tuple[int, int, int]:
    """Living and dead children, threads, open files."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return len(children), threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def held() -> int:
    """Bytes that are held by what Python made since it was first asked."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.slow
@pytest.mark.live
def test_a_thousand_passes_leave_no_child_no_thread_and_no_memory() -> None:
    host, known = HangingHost(), about()

    def walk(passes: int) -> None:
        for _ in range(passes):
            readings = gather(host, known, ("services", "clock"), (well, hung))
            assert readings["clock"].value == {"$unknown": "timeout"}
            assert readings["services"].value == {"$unknown": "disabled"}

    tracemalloc.start()
    try:
        walk(WARM)
        before, memory = standing(), held()
        walk(PASSES)
        assert standing() == before
        assert held() - memory < GROWTH
    finally:
        tracemalloc.stop()
