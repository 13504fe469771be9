"""Is this the computer that joined, or a copy of its disk that runs on another one?

Asked at each start of the agent and when the controller says that the chain has forked. Two of
the three values of agent.identity.binding that changed make a copy: then the keys that came with
the disk are destroyed, and the copy judges on without reporting until it has joined by itself. The
computer that it was made from is not touched by it.

- One changed value is a repair: a board or a disk was replaced. What is known is brought up to
  date, so that a board this year and a disk the next are not taken for a copy.
- `identity/copied` names the enrolment that is not this computer's, and is written before a key is
  destroyed: a crash in between leaves no key that is used again.
"""

from contextlib import suppress

from agent import paths
from agent.errors import CloneReset
from agent.identity import keyfile
from agent.identity.binding import Binding
from agent.paths import Home

MOST = 1
"""So many values may change at once in one and the same computer."""


def check(home: Home, anchor: str, now: Binding) -> bool:
    """Compare, and destroy the keys of a copy; True if it is one. HomeError if that fails."""
    before = Binding.load(home.binding)
    if before.changes(now) > MOST:
        paths.write(home.copied, anchor.encode(), mode=0o640, shared=True)
        _destroy(home)
        return True
    after = before.renewed(now)
    if after != before and before != Binding():
        after.save(home.binding)
    return False


def is_of(home: Home, anchor: str) -> bool:
    """Does this computer only hold a copy of this enrolment?"""
    try:
        return home.copied.read_bytes() == anchor.encode()
    except OSError:
        return False


def told(home: Home) -> CloneReset:
    """What to say of it. What a crash left of the keys is destroyed now, if that is allowed."""
    with suppress(PermissionError):
        _destroy(home)
    return CloneReset(
        "this computer is a copy of one that had joined, so the keys that came with it were "
        "destroyed",
        "let it join by itself: dentinel enroll JOIN; run dentinel seal before a disk is imaged",
    )


def _destroy(home: Home) -> None:
    for path in (home.report_key, home.courier_key):
        keyfile.destroy(path)
    home.rotating.unlink(missing_ok=True)
