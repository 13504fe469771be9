"""Who of this machine has a home whose clients can be asked?

Whose home is not mounted, or encrypted and not open, leaves a doubt.
"""

import re
from collections.abc import Iterator, Mapping

from agent.host.base import Absent, HostError
from agent.imaging.clouds import naming
from agent.imaging.clouds.base import Person, Search
from rules.facts.base import Why

_NAMES = 1 << 17
_NOT_OPEN = "Access-Your-Private-Data.desktop"
"""What eCryptfs leaves in a home that is not mounted (ecryptfs-mount-private(1))."""

_SCRAMBLED = re.compile(r"[A-Za-z0-9+,_-]{22,}")
"""A name below a folder of fscrypt without its key (Documentation/filesystems/fscrypt.rst)."""

_SYSTEMS = re.compile(r"/?$|[^/]|/(s?bin|dev|proc|run|sys|usr|nonexistent|var/run|var/empty)(/|$)")
"""What no client of anybody lies in, though services call it their home."""


def living(search: Search, homes: Mapping[str, bool]) -> Iterator[Person]:
    """Those whose home is open; the flag says whether it must be there: he can sign in to it."""
    for home, must in homes.items():
        if _SYSTEMS.match(home):
            continue
        found = names(search, home)
        if found is not None:
            yield Person(home, found)
        elif must:
            search.doubt(Why.NOT_LOGGED_IN)


def names(search: Search, home: str) -> frozenset[str] | None:
    """What a home holds; None if it is not there, or its settings cannot be looked for."""
    os = search.host.os
    with search.asking():
        try:
            names = [entry.name for entry in search.host.list(home, _NAMES)]
        except Absent:
            return None
        if _NOT_OPEN in names or (names and all(map(_SCRAMBLED.fullmatch, names))):
            raise HostError(Why.LOCKED, f"{home} is encrypted and not open")
        return frozenset(naming.folded(os, name) for name in names)
    return None
