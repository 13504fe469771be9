"""Does the walk of the storage stay cheap on a machine with far more of it than a practice has?

A server of containers as a tree: 500 block devices (20 disks of 10 partitions, half of them under
LUKS, logical volumes over those), 2,000 mounts. Bar: the fact `volumes` at most 0.3 s CPU.
"""

import time
from datetime import UTC, datetime
from pathlib import Path

from agent.facts.base import About
from agent.facts.memory import Memory
from agent.facts.volumes import linux as volumes
from agent.host.base import Host
from agent.paths import Home
from agent.settings import RootSetting, Settings
from benchmarks.measure import Row, spread
from tests.agent.storage.machine import Machine

ROUNDS = 7
DISKS, PARTITIONS, VAULTS, VOLUMES = 20, 10, 100, 180
MOUNTS = 2000
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def server() -> Host:
    """500 block devices under 2,000 mounts: volumes, their binds, and layers of containers."""
    machine = Machine()
    disks = [machine.disk(f"sd{n:02}", f"8:{n * 16}") for n in range(DISKS)]
    parts = [
        machine.partition(disk, f"{disk}{part:02}") for disk in disks for part in range(PARTITIONS)
    ]
    vaults = [machine.crypt(f"vault{n}", part) for n, part in enumerate(parts[:VAULTS])]
    spread_over = [(vaults[n % VAULTS], vaults[(n * 7 + 1) % VAULTS]) for n in range(VOLUMES)]
    logical = [machine.mapped(f"vg-{n}", f"LVM-{n}", *two) for n, two in enumerate(spread_over)]
    for n, number in enumerate([*logical, *parts[VAULTS:]]):
        machine.mount(number, f"/srv/{n}", source=f"/dev/mapper/vg-{n}")
    left = MOUNTS - 1 - len(machine.mounts)
    for n in range(left):
        if n % 3 == 0:
            machine.mount(logical[n % VOLUMES], f"/run/bind/{n}", root=f"/images/{n}")
        else:
            kind = "overlay" if n % 3 == 1 else "tmpfs"
            machine.mount(f"0:{100 + n}", f"/var/lib/containers/{n}/merged", kind, kind)
    return machine.host()


def rows() -> list[Row]:
    """CPU of the walk; making the tree does not count."""
    roots = [RootSetting(label=f"r{n}", path=Path(f"/srv/{n}/x"), role="store") for n in range(4)]
    about = About(Settings(roots=tuple(roots)), Home(Path("/nowhere")), Memory.none(), _NOW)
    used = []
    for _ in range(ROUNDS):
        host = server()
        started = time.process_time()
        found = volumes.linux(host, about)
        used.append(time.process_time() - started)
        assert len(found.items) == VOLUMES + PARTITIONS * DISKS - VAULTS
    what = f"volumes, 500 devices and {MOUNTS} mounts, CPU"
    return [Row("facts", what, spread(used, "s", digits=2), "", "0.3 s", max(used) <= 0.3)]
