"""How is cost measured here?

CPU seconds of finished processes, proportional memory from `/proc`, medians over interleaved
rounds. Wall time only where waiting is the point. A benchmark is no test: nothing fails on a clock.
"""

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# Children are started from a small process: a child's peak is never below its parent's at fork.
_LAUNCH = """
import os, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss, done.returncode)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process and all its children: CPU seconds, largest resident set in MiB."""

    cpu: float
    rss: float
    rc: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, against what, and the bar."""

    bar: str
    what: str
    measured: str
    peer: str
    limit: str
    met: bool | None

    def line(self) -> str:
        """The row in Markdown; a bar without a peer on this machine is neither met nor missed."""
        met = {True: "met", False: "**missed**", None: "not judged"}[self.met]
        cells = (self.bar, self.what, self.measured, self.peer, self.limit, met)
        return "| " + " | ".join(cells) + " |"


def run(command: Sequence[str], **environment: str) -> Run:
    """Run once and say what it cost, as an installed program runs: its bytecode is there."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCH, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
    )
    cpu, rss, rc = done.stdout.split()
    return Run(float(cpu), int(rss) / 1024, int(rc))


def interleaved(rounds: int, *commands: Sequence[str]) -> list[list[Run]]:
    """A B A B …, after one round that does not count."""
    for command in commands:
        run(command)
    results: list[list[Run]] = [[] for _ in commands]
    for _ in range(rounds):
        for number, command in enumerate(commands):
            results[number].append(run(command))
    return results


def spread(values: Sequence[float], unit: str, scale: float = 1.0, digits: int = 1) -> str:
    """Median, with the least and the most."""
    scaled = [value * scale for value in values]
    middle, least, most = (
        f"{one:.{digits}f}" for one in (median(scaled), min(scaled), max(scaled))
    )
    return f"{middle} {unit} ({least} to {most})"


def pss(pid: int) -> float:
    """Proportional set size in MiB: what would come free if the process ended."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no Pss for {pid}")


def cpu(pid: int) -> float:
    """CPU seconds of a living process itself."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_with_children(pid: int) -> float:
    """CPU seconds of a living process and of all its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def wakeups(pid: int) -> int:
    """How often all threads of a process gave up the processor by themselves."""
    total = 0
    for status in Path(f"/proc/{pid}/task").glob("*/status"):
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                total += int(line.split()[1])
    return total


def machine() -> str:
    """What this was measured on, in one line."""
    memory = resource.getpagesize() * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"CPython {platform.python_version()}"
    )
