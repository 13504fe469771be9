"""Is the time right, and by whom? The answer for macOS, as far as its settings know it.

They say whether the clock is to be set from the network. That it is, no tool of macOS tells: asking
a time server is not for us, since what reads the machine has no network. That it cannot be is
proven here: the switch is off, or the daemon that sets it (timed) may not start.
"""

from agent.facts.base import About, answers, part
from agent.host import mac
from agent.host.base import Host, output
from agent.host.programs import Program
from agent.readers import macstatus
from rules.facts.base import Unknown, Why
from rules.facts.clock import CLOCK, Clock

_DAEMON = "com.apple.timed"


@answers(CLOCK, on="macos", confidence="derived")
def macos(host: Host, _about: About) -> Clock:
    """From `systemsetup`, and what launchd may not start."""
    wanted = part(lambda: macstatus.network_time(_asked(host)))
    disabled = part(lambda: mac.overrides(host).get(_DAEMON) is True)
    unread = Unknown(Why.NOT_COLLECTED)
    if wanted is False or disabled is True:
        return Clock(synced=False, source="none", offset=None, last_sync=unread)
    for one in (wanted, disabled):
        if isinstance(one, Unknown):
            return Clock(synced=one, source=one, offset=one, last_sync=one)
    return Clock(synced=unread, source="ntp", offset=unread, last_sync=unread)


def _asked(host: Host) -> bytes:
    return output(host, Program.SYSTEMSETUP, "-getusingnetworktime")
