"""Are the rules those that were signed, and are they fresh?"""

from collections.abc import Iterator

from agent.cli.checks.base import Seen, Told
from agent.cli.signed import Signed
from agent.errands import results
from agent.errors import IdentityError
from agent.identity.trust import Trust


def rules(seen: Seen) -> Iterator[Told]:
    """Are signed rules in force, fresh, and none refused? By the record of their installation."""
    signed = Signed.of(seen.home, results.load(seen.home).policy, seen.now)
    if signed.fault is not None:
        yield f"{signed.said}; {signed.fault}", "see docs/operate.md, on signed rules"
    elif seen.home.packs_wanted.exists() and not _knows_root(seen):
        yield (
            f"{signed.said}; the controller has signed rules, and this machine joined before",
            "join again, keys and chain stay: dentinel enroll JOIN",
        )
    else:
        yield signed.said, None


def _knows_root(seen: Seen) -> bool:
    try:
        return bool(Trust.load(seen.home.trust).tuf_root)
    except IdentityError:
        return True  # `keys` has said it
