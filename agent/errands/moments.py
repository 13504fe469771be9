"""What time is it on this machine, and has somebody moved its clock?

The kernel's count since the machine started cannot be set, and goes on while it sleeps: when the
wall clock has gone another way than that between two patrols, somebody has set it.
"""

import time
from datetime import UTC, datetime, timedelta

from agent.errands.results import Clocks
from agent.host.base import Host, HostFault
from agent.outbox.seal import Moment

_BOOT = "/proc/sys/kernel/random/boot_id"
_UPTIME = "/proc/uptime"
_MOVED = timedelta(minutes=5)


def clocks(host: Host) -> Clocks:
    """Both clocks, looked at together; a machine that does not tell has boot zero."""
    try:
        boot = host.read(_BOOT).decode("ascii").replace("-", "")[:16]
        uptime = float(host.read(_UPTIME).split()[0])
    except (HostFault, ValueError, IndexError):
        boot, uptime = "0" * 16, time.monotonic()
    return Clocks(datetime.now(UTC), boot, uptime)


def moment(host: Host) -> Moment:
    """The moment that a report is sealed at."""
    now = clocks(host)
    return Moment(at=now.at, boot=now.boot, mono_ms=int(now.uptime * 1000))


def moved(before: Clocks | None, now: Clocks) -> int:
    """By how many seconds the wall clock has been set since; 0 if by less than five minutes."""
    if before is None or before.boot != now.boot:
        return 0
    by = (now.at - before.at) - timedelta(seconds=now.uptime - before.uptime)
    return abs(int(by.total_seconds())) if abs(by) >= _MOVED else 0
