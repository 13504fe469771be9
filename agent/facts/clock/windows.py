r"""Is the time right, and by whom? The answer for Windows.

The registry says from whom the time should come, and proves where it cannot come. That it comes is
told by the service's own counters: it runs, and a source answers it. A service that does not run
now may have set the clock this morning (that of a machine in no domain is started now and then):
neither right nor wrong.

Not yet confirmed on a real Windows.
"""

from datetime import timedelta
from typing import Literal, TypeAlias

from agent.facts.base import About, answers, known, part
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.probing import probed
from agent.host.registry import POLICIES, SERVICES, UNPROBED, is_disabled, opened
from agent.host.services import runs
from agent.readers.probes import clock
from rules.facts.base import Unknown, Why
from rules.facts.clock import CLOCK, Clock

By: TypeAlias = Literal["ntp", "domain", "none", "other"]

_OF_HYPERVISOR = "vmictimesync"
"""The service of Hyper-V's guests that hands over the time of their host."""

_TYPES: dict[str, By] = {"ntp": "ntp", "nt5ds": "domain", "allsync": "other", "nosync": "none"}
"""W32Time's Type ("Windows Time service tools and settings", Microsoft)."""


@answers(CLOCK, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> Clock:
    """From the settings of the Windows Time service, policy over local, and its counters."""
    source = part(lambda: _source(host))
    if source == "none":
        return Clock(synced=False, source="none", offset=None, last_sync=Unknown(UNPROBED))
    return Clock(
        synced=part(lambda: _is_synced(host)),
        source=source,
        offset=part(lambda: _offset(host)),
        last_sync=Unknown(UNPROBED),
    )


def _is_synced(host: Host) -> bool:
    """Does a source answer? None that does leaves nobody to keep the clock right."""
    if not runs(host, "W32Time"):
        raise HostError(Why.NOT_COLLECTED, "the Windows Time service does not run now")
    if known(clock.read(probed(host, "clock")).sources):
        return True
    if runs(host, _OF_HYPERVISOR):
        raise HostError(Why.UNRECOGNISED, "the hypervisor may keep the clock, which is not counted")
    return False


def _offset(host: Host) -> timedelta:
    """As it was when a source last answered."""
    if not _is_synced(host):
        raise HostError(Why.UNREACHABLE, "no source of time answers")
    return known(clock.read(probed(host, "clock")).offset)


def _source(host: Host) -> By:
    """None: the service may not start, asks nobody, or asks the domain of a machine in none."""
    if is_disabled(host, "W32Time"):
        return "none"
    keys = (rf"{POLICIES}\Microsoft\W32Time\Parameters", rf"{SERVICES}\W32Time\Parameters")
    said = next((text for key in keys if (text := opened(host, key).text("Type"))), "")
    source = _TYPES.get(said.lower())
    if source is None:
        raise HostError(Why.UNRECOGNISED, f"W32Time is of type {said[:20]!r}")
    if source == "domain" and joined(host) not in ("domain", "hybrid"):
        return "none"
    return source
