"""How long ago was that, also if somebody has set the clock meanwhile?

The kernel's count since the machine started cannot be set, and goes on while it sleeps; with the
wall clock it tells an age that nobody can shorten.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.host.base import Host, HostFault

_BOOT = "/proc/sys/kernel/random/boot_id"
_UPTIME = "/proc/uptime"


@dataclass(frozen=True, slots=True)
class Clocks:
    """The wall clock and the seconds since the machine started, looked at together."""

    at: datetime
    boot: str
    uptime: float

    def age(self, then: "Clocks") -> timedelta | None:
        """How long ago `then` was, by the clock that says more; None if that cannot be told.

        It cannot after a restart, nor of a moment that has not come yet.
        """
        counted = timedelta(seconds=self.uptime - then.uptime)
        by_wall = self.at - then.at
        if self.boot != then.boot or min(counted, by_wall) < timedelta(0):
            return None
        return max(counted, by_wall)


def look(host: Host) -> Clocks:
    """Both clocks of a machine; one that does not tell has boot zero."""
    try:
        boot = host.read(_BOOT).decode("ascii").replace("-", "")[:16]
        uptime = float(host.read(_UPTIME).split()[0])
    except (HostFault, ValueError, IndexError):
        boot, uptime = "0" * 16, time.monotonic()
    return Clocks(datetime.now(UTC), boot, uptime)
