"""May somebody without a name come in to what a Windows shares?

As a guest, whose account (number 501) is on; or without saying who he is, where the server does
not refuse that or Everyone is taken to mean him too. Not yet confirmed on a real Windows.
"""

from agent.host.base import Host, HostError
from agent.host.probing import probed
from agent.host.registry import SERVICES, SYSTEM, opened
from agent.readers.probes import accounts
from rules.facts.base import Unknown

_GUEST = 501
"""DOMAIN_USER_RID_GUEST (winnt.h)."""


def comes_in(host: Host) -> bool:
    """Is one of the doors open? HostError, ParseError."""
    return takes_anybody(host) or _is_on(host)


def takes_anybody(host: Host) -> bool:
    """Is nobody asked who he is (a "null session")?"""
    anonymous = opened(host, rf"{SYSTEM}\Control\Lsa").number("EveryoneIncludesAnonymous")
    restricted = opened(host, rf"{SERVICES}\LanmanServer\Parameters").number(
        "RestrictNullSessAccess"
    )
    return anonymous == 1 or restricted == 0


def _is_on(host: Host) -> bool:
    users = accounts.read(probed(host, "accounts")).users
    if isinstance(users, Unknown):
        raise HostError(users.why, "the accounts were not read")
    return any(one.enabled for one in users if one.rid == _GUEST)
