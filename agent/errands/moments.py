"""What time is it on this machine, and has somebody moved its clock?

When the wall clock has gone another way than the kernel's own between two patrols, somebody has
set it.
"""

from datetime import timedelta

from agent.host import clocks
from agent.host.base import Host
from agent.host.clocks import Clocks
from agent.outbox.seal import Moment

_MOVED = timedelta(minutes=5)


def moment(host: Host) -> Moment:
    """The moment that a report is sealed at."""
    now = clocks.look(host)
    return Moment(at=now.at, boot=now.boot, mono_ms=int(now.uptime * 1000))


def moved(before: Clocks | None, now: Clocks) -> int:
    """By how many seconds the wall clock has been set since; 0 if by less than five minutes."""
    if before is None or before.boot != now.boot:
        return 0
    by = (now.at - before.at) - timedelta(seconds=now.uptime - before.uptime)
    return abs(int(by.total_seconds())) if abs(by) >= _MOVED else 0
