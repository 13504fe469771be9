r"""Is the time right, and by whom? The answer for Windows, as far as the registry knows it.

It says from whom the time should come. That it comes only a function of Windows tells; that it
cannot come is proven here. Not yet confirmed on a real Windows.
"""

from typing import Literal, TypeAlias

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.registry import POLICIES, SERVICES, UNPROBED, is_disabled, opened
from rules.facts.base import Unknown, Why
from rules.facts.clock import CLOCK, Clock

By: TypeAlias = Literal["ntp", "domain", "none", "other"]

_TYPES: dict[str, By] = {"ntp": "ntp", "nt5ds": "domain", "allsync": "other", "nosync": "none"}
"""W32Time's Type ("Windows Time service tools and settings", Microsoft)."""


@answers(CLOCK, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> Clock:
    """From the settings of the Windows Time service, policy over local."""
    source = part(lambda: _source(host))
    if source == "none":
        return Clock(synced=False, source="none", offset=None, last_sync=Unknown(UNPROBED))
    unread = Unknown(UNPROBED)
    return Clock(synced=unread, source=source, offset=unread, last_sync=unread)


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
