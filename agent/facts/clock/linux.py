"""Is the time right, and by whom? The answer for Linux.

Chrony knows best, where it runs; else the kernel's own flag, that something keeps its clock
(STA_UNSYNC of adjtimex(2), which timedatectl shows), and the stamp of systemd-timesyncd.
"""

from agent.facts.base import About, answers, part
from agent.host.base import Host, output
from agent.host.programs import Program
from agent.readers import chrony, text
from agent.readers.chrony import Tracking
from agent.readers.errors import ParseError
from rules.facts.base import Unknown, Why
from rules.facts.clock import CLOCK, Clock

_STAMP = "/run/systemd/timesync/synchronized"
"""Touched by systemd-timesyncd whenever a server has answered (systemd-timesyncd(8))."""


@answers(CLOCK, on="linux")
def linux(host: Host, _about: About) -> Clock:
    """From chrony, or from the kernel and systemd."""
    tracking = part(lambda: chrony.parse(output(host, Program.CHRONYC, "-c", "tracking")))
    if isinstance(tracking, Tracking):
        return _chrony(tracking)
    synced = part(lambda: _flag(host))
    if isinstance(synced, Unknown):
        return Clock(synced=synced, source=synced, offset=synced, last_sync=synced)
    if not synced:
        return Clock(synced=False, source="none", offset=None, last_sync=None)
    last = part(lambda: host.stat(_STAMP).modified_at)
    return Clock(
        synced=True,
        source="other" if isinstance(last, Unknown) else "ntp",
        offset=Unknown(Why.TOOL_MISSING),
        last_sync=last,
    )


def _flag(host: Host) -> bool:
    said = text.line(output(host, Program.TIMEDATECTL, "show", "-p", "NTPSynchronized"))
    if said not in ("NTPSynchronized=yes", "NTPSynchronized=no"):
        raise ParseError("timedatectl says neither yes nor no")
    return said.endswith("yes")


def _chrony(tracking: Tracking) -> Clock:
    synced = tracking.synced and not tracking.is_local
    return Clock(
        synced=synced,
        source="ntp" if synced else "none",
        offset=tracking.offset if synced else None,
        last_sync=tracking.last,
    )
