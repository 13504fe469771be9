"""Is inbound traffic filtered now? The answer for macOS, by its application firewall.

From macOS 15 on, com.apple.alf.plist is gone, and `system_profiler` tells the state; before, the
`globalstate` of that file does: 0 off, 1 on, 2 all but essential services blocked. "Allow all" is
off by another name. Packet filters of others (pf, network extensions) are not read: a Mac that
has nothing but them is told to be unfiltered.
"""

from typing import Literal, TypeAlias

from agent.facts.base import About, answers
from agent.host import mac
from agent.host.base import Host, HostError, output
from agent.host.programs import Program
from agent.readers import plist, profiler
from agent.readers.errors import ParseError
from rules.facts.base import Items, Why
from rules.facts.firewall import FIREWALL, Firewall, Profile

_ALF = "/Library/Preferences/com.apple.alf.plist"
_MANAGED = "/Library/Managed Preferences/com.apple.security.firewall.plist"
_STATES = {
    "spfirewall_globalstate_limit_connections": True,
    "spfirewall_globalstate_block_all": True,
    "spfirewall_globalstate_allow_all": False,
    "spfirewall_globalstate_off": False,
}
_GLOBAL_STATES = {0: False, 1: True, 2: True}

_Source: TypeAlias = Literal["policy", "local"]


@answers(FIREWALL, on="macos", pace="heavy")
def macos(host: Host, _about: About) -> Firewall:
    """From the source that this release has; an absent one is never taken for off or on."""
    enabled = _reported(host) if mac.release(host).numbers[0] >= 15 else _written(host)
    profile = Profile(
        name="all",
        enabled=enabled,
        inbound="block" if enabled else "allow",
        source=_source(host, enabled=enabled),
    )
    return Firewall(enabled=enabled, product=None, profiles=Items((profile,)))


def _reported(host: Host) -> bool:
    said = output(host, Program.SYSTEM_PROFILER, "-json", "SPFirewallDataType")
    state = profiler.text(profiler.only(said, "SPFirewallDataType"), "spfirewall_globalstate")
    if state not in _STATES:
        raise ParseError("a state of the firewall that is not known")
    return _STATES[state]


def _written(host: Host) -> bool:
    settings = mac.settings(host, _ALF)
    if settings is None:
        raise HostError(Why.TOOL_MISSING, "the firewall has written no settings")
    state = plist.number(settings, "globalstate")
    if state not in _GLOBAL_STATES:
        raise ParseError("a globalstate that is not known")
    return _GLOBAL_STATES[state]


def _source(host: Host, *, enabled: bool) -> _Source:
    """A profile that turns it on is the source of its being on."""
    managed = mac.settings(host, _MANAGED) or {}
    return "policy" if enabled and plist.flag(managed, "EnableFirewall") is True else "local"
