"""P3b: what do the guard and all its children cost over an hour?

Hourly patrols, a heartbeat each five minutes, an X-ray written now and then. Bar: at most 20 s of
CPU an hour. Every process that is started is counted. It takes as long as it says, so `make bench`
leaves it out: `python -m benchmarks guard_hour`, with DENTINEL_BENCH_MINUTES for less than 60.
"""

import os
import time
from pathlib import Path

from benchmarks import guard_idle, measure
from benchmarks.measure import Row
from controller.cli.demo import story

MINUTES = int(os.environ.get("DENTINEL_BENCH_MINUTES", "60"))


def rows() -> list[Row]:
    """CPU seconds and process starts of an enrolled agent over the whole time."""
    with (
        story.throw_away() as folder,
        story.staged(folder) as stage,
        guard_idle.guard(stage.agent_home) as pid,
    ):
        started, starts = time.monotonic(), Starts(pid)
        while time.monotonic() - started < MINUTES * 60:
            starts.look()
            time.sleep(0.05)
        used = measure.cpu_with_children(pid)
    hour = used * 60 / MINUTES
    counted = ", ".join(f"{count} {name}" for name, count in sorted(starts.seen.items()))
    return [
        Row(
            "P3b",
            f"guard and children, {MINUTES} minutes",
            f"{used:.1f} s CPU; processes started: {counted}",
            "",
            "20 s an hour",
            hour <= 20,
        )
    ]


class Starts:
    """Counts the errands that a guard starts, by name."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.known: set[str] = set()
        self.seen: dict[str, int] = {}

    def look(self) -> None:
        """Note children that were not there before."""
        for child in guard_idle.children(self.pid):
            name = errand(child) if child not in self.known else None
            if name is not None:
                self.known.add(child)
                self.seen[name] = self.seen.get(name, 0) + 1


def errand(pid: str) -> str | None:
    """Which errand a process is; None for one that has not begun, or is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except OSError:
        return None
    known = ("patrol", "inspect", "courier")
    return next((word for word in words if word in known), None)
