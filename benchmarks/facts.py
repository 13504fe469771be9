"""What does it cost to collect the facts of this machine, without the start of Python?

Bars (CPU with children): all cheap facts 100 ms and no child process; all facts, with `patching`
and `software` confirmed by their fingerprints, 0.25 s of CPU, 0.5 s of wall time, 40 MiB of
resident set. Each round is a process of its own that has loaded its collectors already.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from agent.facts.base import About
from agent.facts.gather import gather
from agent.facts.index import collectors
from agent.facts.memory import Memory
from agent.host import clocks
from agent.host.local import LocalHost
from agent.paths import Home
from agent.settings import Settings
from benchmarks.measure import Row, spread
from rules.facts.index import FACTS

ROUNDS = 7
CHEAP, ALL = "cheap", "all"


def rows() -> list[Row]:
    """Cheap facts; then all of them, after a first pass that nothing is measured of."""
    with tempfile.TemporaryDirectory() as home:
        _asked(home, ALL)
        cheap = [_asked(home, CHEAP) for _ in range(ROUNDS)]
        every = [_asked(home, ALL) for _ in range(ROUNDS)]
    children = max(one["spawned"] for one in cheap)
    return [
        _row("all cheap facts, CPU", [one["cpu"] for one in cheap], "s", 0.1),
        Row("facts", "all cheap facts, children", f"{children:.0f}", "", "0", children == 0),
        _row("all facts, patching confirmed, CPU", [one["cpu"] for one in every], "s", 0.25),
        _row("all facts, patching confirmed, wall", [one["wall"] for one in every], "s", 0.5),
        _row("all facts, patching confirmed, RSS", [one["rss"] for one in every], "MiB", 40),
    ]


def _row(what: str, values: list[float], unit: str, limit: float) -> Row:
    digits = 1 if unit == "MiB" else 3
    is_met = median(values) <= limit
    return Row("facts", what, spread(values, unit, digits=digits), "", f"{limit:g} {unit}", is_met)


def _asked(home: str, which: str) -> dict[str, float]:
    words = [sys.executable, "-m", "benchmarks.facts", home, which]
    said = subprocess.run(words, capture_output=True, check=True).stdout
    return {name: float(value) for name, value in json.loads(said).items()}


def collect(home: Path, which: str) -> dict[str, float]:
    """One pass, as a patrol makes it, and what it cost."""
    host = LocalHost()
    collectors(host.os)
    now = clocks.look(host)
    memory = Memory.create(home / "local.sqlite")
    about = About(Settings(), Home(home), memory, now.at, kept=now)
    names = [fact.name for fact in FACTS if which == ALL or fact.cost == CHEAP]
    cpu, wall = _cpu(), time.monotonic()
    readings = gather(host, about, names)
    return {
        "cpu": _cpu() - cpu,
        "wall": time.monotonic() - wall,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "spawned": sum(reading.cost.spawned for reading in readings.values()),
    }


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    print(json.dumps(collect(Path(sys.argv[1]), sys.argv[2])))
