"""How far can a listener be reached? By the address that it is bound to, on any system."""

from collections.abc import Iterable, Iterator
from typing import Literal

from agent.readers.sockets import Address
from rules.facts.listeners import Listener


def exposure(address: Address) -> Literal["loopback", "lan", "any"]:
    """Whom an address lets in."""
    if address.is_loopback:
        return "loopback"
    return "any" if address.is_unspecified else "lan"


def once(listeners: Iterable[Listener]) -> Iterator[Listener]:
    """A port that is open on IPv4 and IPv6 alike is one; one on two networks is two."""
    seen = set()
    for one in listeners:
        where = one.address if one.exposure == "lan" else ""
        key = (one.process, one.port, one.transport, one.exposure, where)
        if key not in seen:
            seen.add(key)
            yield one
