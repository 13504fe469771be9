"""An errand goes last, to the processor and to the disk."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from agent.errands import humble

SAY = """
import os, psutil
from agent.errands import humble
humble.stand_back()
print(os.nice(0), int(psutil.Process().ionice().ioclass))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="asks this machine")
def test_on_linux_it_is_idle_for_processor_and_disk() -> None:
    ran = subprocess.run([sys.executable, "-c", SAY], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["19", "3"]


class Process:
    """A process of Windows, as psutil gives it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []

    def ionice(self, value: int) -> None:
        self.asked.append(("ionice", value))

    def nice(self, value: int) -> None:
        self.asked.append(("nice", value))


def test_on_windows_it_takes_the_idle_class_and_the_lowest_priority_of_disk() -> None:
    process = Process()
    humble.yield_to_all(SimpleNamespace(IOPRIO_VERYLOW=0, IDLE_PRIORITY_CLASS=64), process)
    assert process.asked == [("ionice", 0), ("nice", 64)]


def test_what_a_system_refuses_is_done_without() -> None:
    def refuse(_: int) -> None:
        raise PermissionError

    humble.yield_to_all(SimpleNamespace(IOPRIO_VERYLOW=0), SimpleNamespace(ionice=refuse))
