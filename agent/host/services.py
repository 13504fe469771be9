"""Does a service of Windows run? Told by the probe `services`, and by the registry what may start.

A service that is in neither state, on its way up or down or paused, is neither running nor not.
"""

from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.readers.probes import services
from agent.readers.probes.services import RUNNING, STOPPED, Service
from rules.facts.base import Why


def known(host: Host) -> dict[str, Service]:
    """All services by their names in small letters; HostError, ParseError."""
    return {one.name.lower(): one for one in services.read(probed(host, "services"))}


def runs(host: Host, *names: str) -> bool:
    """Does one of these services run? One that is not there does not. HostError, ParseError."""
    there = known(host)
    states = {there[name.lower()].state for name in names if name.lower() in there}
    if RUNNING in states:
        return True
    if states <= {STOPPED}:
        return False
    raise HostError(Why.UNRECOGNISED, f"{names[0]} neither runs nor is stopped")
