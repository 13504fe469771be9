"""Has somebody tried too many passwords?

Ten wrong ones for an account from one address, or thirty from an address, within fifteen minutes
(`LOCKOUT_SECONDS`): then no password is looked at, right or wrong, until the oldest of them is that
old, or an administrator forgives. Of IPv6 a whole /64 is one address: whoever has one line has all
of those (RFC 6177). Kept in memory: one process serves the pages, and a restart
forgives everybody.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings

WINDOW_SECONDS = settings.LOCKOUT_SECONDS
OF_AN_ACCOUNT = 10
OF_AN_ADDRESS = 30
_MOST_KEYS = 10_000
_LINE_BITS = 64

Key = tuple[str, ...]


@dataclass(slots=True)
class Throttle:
    """Wrong passwords of the last fifteen minutes, by account and address; `now` in seconds."""

    _wrong: OrderedDict[Key, deque[float]] = field(default_factory=OrderedDict)

    def is_over(self, email: str, address: str, now: float) -> bool:
        """Must this account at this address wait?"""
        return any(self._count(key, now) >= limit for key, limit in _limits(email, address))

    def wrong(self, email: str, address: str, now: float) -> None:
        """Note a wrong password."""
        for key, limit in _limits(email, address):
            self._wrong.setdefault(key, deque(maxlen=limit)).append(now)
            self._wrong.move_to_end(key)
        while len(self._wrong) > _MOST_KEYS:
            self._wrong.popitem(last=False)

    def right(self, email: str, address: str) -> None:
        """Forget what this account got wrong at this address."""
        self._wrong.pop((email, line(address)), None)

    def is_locked(self, email: str, now: float) -> bool:
        """Must this account wait at any address from which its password was tried?"""
        return any(self.is_over(email, key[1], now) for key in self._of(email))

    def forgive(self, email: str) -> None:
        """Forget what was got wrong for this account, and by the addresses that tried it."""
        for key in self._of(email):
            self._wrong.pop(key)
            self._wrong.pop(key[1:], None)

    def _of(self, email: str) -> list[Key]:
        return [key for key in self._wrong if len(key) > 1 and key[0] == email]

    def _count(self, key: Key, now: float) -> int:
        return sum(at > now - WINDOW_SECONDS for at in self._wrong.get(key, ()))


def line(address: str) -> str:
    """Whose line an address is on: itself, or of IPv6 the /64; any other text as it is."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, _LINE_BITS), strict=False))


def _limits(email: str, address: str) -> tuple[tuple[Key, int], tuple[Key, int]]:
    address = line(address)
    return ((email, address), OF_AN_ACCOUNT), ((address,), OF_AN_ADDRESS)
