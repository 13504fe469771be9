"""How often could the keys of this machine not be read since that was last said?

While they cannot be read nothing can be sealed, so the patrols are counted in a file, and the
first one that can seal again says `key_unreadable` with the count. A copy of a machine counts
nothing: it has no keys to miss.
"""

from contextlib import suppress

from agent import paths
from agent.errors import HomeError
from agent.outbox.seal import Sealer
from agent.paths import Home


def note(home: Home) -> None:
    """One more patrol in vain; where not even that can be written, it is not counted."""
    with suppress(HomeError):
        paths.write(home.unreadable, str(_count(home) + 1).encode())


def tell(home: Home, sealer: Sealer) -> None:
    """Seal it, if there was any."""
    n = _count(home)
    if n:
        sealer.event("key_unreadable", n=n)
        home.unreadable.unlink(missing_ok=True)


def _count(home: Home) -> int:
    try:
        return max(0, int(home.unreadable.read_bytes()[:9]))
    except (OSError, ValueError):
        return 0
