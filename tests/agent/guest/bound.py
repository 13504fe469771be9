"""What the guest's agent sees and does under the restrictions of the guard's own unit.

A service of systemd with every line of packaging/linux/dentinel-guard.service that restricts. It
asks for all facts as the scenes did; then the guard's rounds start a patrol that eats all memory
it can get, and go on with the next. What came of it goes into the agent's folder, the only one
that such a unit may write to.

Started with words it is that patrol: the first eats, the next writes down what it was told.
"""

import json
import mmap
import sys
import time
from pathlib import Path

from agent.guard.rounds import Rounds
from agent.paths import Home
from tests.agent.guest.inside import ask

HOME = Path("/var/lib/dentinel")
FOUND = HOME / "found.json"
_TOLD = HOME / "told"
_EATEN = HOME / "eaten"
_MUCH = 1 << 30
_PATIENCE = 120.0
_HOUR = 3600.0


def patrol(words: list[str]) -> None:
    """Shared pages: the bound of one process's own data does not count them, its unit's does."""
    if _EATEN.exists():
        _TOLD.write_text(json.dumps(words))
        return
    _EATEN.touch()
    eaten = mmap.mmap(-1, _MUCH)
    for page in range(0, _MUCH, mmap.PAGESIZE):
        eaten[page] = 1


def rounds() -> dict[str, object]:
    """A patrol is killed by the system, and the one after it hears of that."""
    going = Rounds(Home(HOME), [sys.executable, "-m", "tests.agent.guest.bound"], network=False)
    now, until = 0.0, time.monotonic() + _PATIENCE
    while not _TOLD.exists() and time.monotonic() < until:
        going.step(now)
        now += 0.0 if going.running else _HOUR
        time.sleep(0.1)
    going.stop()
    return {"told": json.loads(_TOLD.read_text()), **_group()}


def _group() -> dict[str, object]:
    """What the kernel holds this unit to, and whom it has killed for it."""
    name = Path("/proc/self/cgroup").read_text().strip().removeprefix("0::/")
    group = Path("/sys/fs/cgroup") / name
    events = dict(line.split() for line in (group / "memory.events").read_text().splitlines())
    return {
        "most_memory": int((group / "memory.max").read_text()),
        "killed_for_memory": int(events["oom_kill"]),
        "share_of_cpu": int((group / "cpu.weight").read_text()),
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        patrol(sys.argv[1:])
    else:
        facts = ask()
        FOUND.write_text(json.dumps({"facts": facts, "errand": rounds()}))
