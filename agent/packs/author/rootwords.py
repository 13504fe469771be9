"""What does a root say, and what does it change, in words for who is to sign it?"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tuf.api.metadata import Metadata, Root

from agent.packs.author import roots
from evidence.distribution import ROOT, SNAPSHOT, TARGETS, TIMESTAMP, WARN_DAYS
from rules.counted import counted

_ROLES = {ROOT: "who may sign", TARGETS: "who decides on rules"}


def lines(root: Root, before: Root | None) -> Iterator[str]:
    """The root by itself, and beside the one before."""
    yield f"root {root.version}, until {root.expires:%Y-%m-%d}"
    for role, about in _ROLES.items():
        holders = sorted(roots.holders(root, role).values())
        yield f"  {about} ({role}): {root.roles[role].threshold} of {', '.join(holders)}"
        yield from _moved(root, before, role)
    yield from _online(root, before)


def signatures(signed: Metadata[Root], before: Root | None) -> Iterator[str]:
    """Who has signed, and how many are missing."""
    now = roots.standing(signed, before)
    yield f"  signed by {', '.join(now.signed) or 'nobody yet'}"
    if not now.is_enough:
        yield f"  {now.missing} more must sign; who can: {', '.join(now.unsigned)}"


def alarm(what: str, expires: datetime, now: datetime) -> str | None:
    """A sentence 60, 30 and 7 days before something expires, and after; None before that."""
    left = expires - now
    if left <= timedelta(0):
        return (
            f"{what} expired on {expires:%Y-%m-%d}: machines keep their rules and take no new ones"
        )
    due = [days for days in WARN_DAYS if left <= timedelta(days=days)]
    if not due:
        return None
    urgency = "at once" if min(due) == min(WARN_DAYS) else "soon"
    days = counted(left.days, "day")
    return f"{what} expires on {expires:%Y-%m-%d}, in {days}: sign it again {urgency}"


def _moved(root: Root, before: Root | None, role: str) -> Iterator[str]:
    if before is None:
        return
    old, new = roots.holders(before, role), roots.holders(root, role)
    for keyid in old.keys() - new.keys():
        yield f"    no longer {old[keyid]} (key {keyid[:8]})"
    for keyid in new.keys() - old.keys():
        yield f"    now also {new[keyid]} (key {keyid[:8]})"
    if before.roles[role].threshold != root.roles[role].threshold:
        yield f"    before: {before.roles[role].threshold}"


def _online(root: Root, before: Root | None) -> Iterator[str]:
    new = [root.roles[role].keyids for role in (SNAPSHOT, TIMESTAMP)]
    if before is None:
        return
    if new != [before.roles[role].keyids for role in (SNAPSHOT, TIMESTAMP)]:
        yield "  the controller has new keys for what is newest (snapshot, timestamp)"
