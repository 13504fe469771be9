r"""Is inbound traffic filtered now? The answer for Windows.

Group policy overrules what is set on the machine, profile by profile, value by value ([MS-GPFAS],
2.2). Nothing of it is in force unless the service mpssvc runs.

- Another maker's firewall that registered as on switches that of Windows off, and what it filters
  itself nobody here knows: what would be off is then unknown. Servers keep no such register.

Not yet confirmed on a real Windows.
"""

from dataclasses import replace
from functools import partial
from typing import Literal

from agent.facts.base import About, answers, part
from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import (
    POLICIES,
    SERVICES,
    UNPROBED,
    WINDOWS,
    Opened,
    is_disabled,
    opened,
    switch,
)
from agent.host.services import runs
from agent.readers.probes import security
from rules.facts.base import Items, Maybe, Unknown, Why
from rules.facts.firewall import FIREWALL, Firewall, Profile

_POLICY = rf"{POLICIES}\Microsoft\WindowsFirewall"
_LOCAL = rf"{SERVICES}\SharedAccess\Parameters\FirewallPolicy"
_NAMES: tuple[tuple[Literal["domain", "private", "public"], tuple[str, ...], str], ...] = (
    ("domain", ("DomainProfile",), "DomainProfile"),
    ("private", ("PrivateProfile", "StandardProfile"), "StandardProfile"),
    ("public", ("PublicProfile",), "PublicProfile"),
)
"""A kind of network, its keys in a policy (an older and a newer name), its key on the machine."""

_ON, _INBOUND = "EnableFirewall", "DefaultInboundAction"


@answers(FIREWALL, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> Firewall:
    """From the policies of three kinds of networks, the service that keeps them, and others."""
    profiles = tuple(_profile(host, *names) for names in _NAMES)
    enabled = part(partial(_enabled, host, profiles))
    others = part(partial(_others, host))
    if not isinstance(others, Unknown) and others:
        enabled = _left_to(enabled)
        profiles = tuple(replace(one, enabled=_left_to(one.enabled)) for one in profiles)
    return Firewall(
        enabled=enabled,
        product=others if isinstance(others, Unknown) else next(iter(others), None),
        profiles=Items(profiles),
    )


def _others(host: Host) -> tuple[str, ...]:
    """What other makers' firewalls are on, by the register of the Security Center."""
    if opened(host, WINDOWS).text("InstallationType") != "Client":
        raise HostError(UNPROBED, "a server keeps no register of firewalls")
    found = security.read(probed(host, "firewalls"))
    if not runs(host, "wscsvc"):
        raise HostError(Why.STALE_SOURCE, "the Security Center does not run")
    return tuple(one.name for one in found if one.is_on)


def _left_to(enabled: Maybe[bool]) -> Maybe[bool]:
    """What Windows filters itself, it does; the rest is another's."""
    return Unknown(Why.UNRECOGNISED) if enabled is False else enabled


def _enabled(host: Host, profiles: tuple[Profile, ...]) -> bool:
    """Off is proven by a service that may not start, or by all kinds; on is one that runs."""
    if is_disabled(host, "mpssvc") or all(profile.enabled is False for profile in profiles):
        return False
    return runs(host, "mpssvc")


def _profile(
    host: Host, name: Literal["domain", "private", "public"], policies: tuple[str, ...], local: str
) -> Profile:
    keys = part(lambda: _keys(host, policies, local))
    if isinstance(keys, Unknown):
        return Profile(name=name, enabled=keys, inbound=keys, source=keys)
    return Profile(
        name=name,
        enabled=part(lambda: switch(_first(keys, _ON))),
        inbound=_inbound(keys),
        source="policy" if any(key.has(_ON) for key in keys[:-2]) else "local",
    )


def _keys(host: Host, policies: tuple[str, ...], local: str) -> tuple[Opened, ...]:
    """Policies, then what a device management set, then the machine's own."""
    return (
        *(opened(host, rf"{_POLICY}\{name}") for name in policies),
        opened(host, rf"{_LOCAL}\Mdm\{local}"),
        opened(host, rf"{_LOCAL}\{local}"),
    )


def _first(keys: tuple[Opened, ...], name: str) -> int | None:
    """A policy's value; without one the machine's, if a management's does not contradict it."""
    *policies, managed, local = (key.number(name) for key in keys)
    said = {value for value in policies if value is not None}
    if not said:
        said = {value for value in (managed, local) if value is not None}
    if len(said) > 1:
        raise HostError(Why.CONFLICT, f"{name} is set in two ways")
    return said.pop() if said else None


def _inbound(keys: tuple[Opened, ...]) -> Maybe[Literal["block", "allow"]]:
    """What nobody set is blocked ([MS-FASP], 2.2.37: DEFAULT_INBOUND_ACTION)."""
    blocks = part(lambda: switch(_first(keys, _INBOUND), unset=True))
    if isinstance(blocks, Unknown):
        return blocks
    return "block" if blocks else "allow"
