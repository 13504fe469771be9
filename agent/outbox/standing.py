"""How do things stand between this machine and its controller?

For `status`, `doctor` and the fact `agent`. Reads what is there and makes nothing: a machine that
has not joined, or has not been to its controller yet, stands at nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from agent.errors import IdentityLost, NotEnrolled
from agent.identity.machine import Identity
from agent.outbox.mailbag import Mailbag, Memory
from agent.outbox.store import Outbox, Place
from agent.paths import Home


@dataclass(frozen=True, slots=True)
class Standing:
    """Reports and contact; `said` is the last failure in a sentence, None after an answer.

    `seen_at` is the controller's own time in its newest answer, `next_at` when the courier will
    try again after a failure, `state` what the controller calls this machine.
    """

    waiting: int = 0
    oldest_at: datetime | None = None
    rejected: int = 0
    head: Place | None = None
    seen_at: datetime | None = None
    next_at: datetime | None = None
    state: str | None = None
    said: str | None = None


def read(home: Home) -> Standing:
    """Look at outbox and courier's memory; OutboxError if they are there and cannot be read."""
    try:
        anchor = Identity.load(home).anchor
    except NotEnrolled:
        return Standing()
    except IdentityLost as error:
        return Standing(said=error.message)
    memory = _memory(home.courier, anchor)
    told = Standing(
        seen_at=memory.seen_at, next_at=memory.next_at, state=memory.state, said=memory.said
    )
    return _counted(home.outbox, told) if home.outbox.exists() else told


def _memory(path: Path, anchor: str) -> Memory:
    if not path.exists():
        return Memory()
    with Mailbag(path, anchor, read_only=True) as bag:
        return bag.memory()


def _counted(path: Path, told: Standing) -> Standing:
    with Outbox(path, read_only=True) as outbox:
        oldest = outbox.waiting(1, 0)
        head = outbox.head()
        return replace(
            told,
            waiting=outbox.count("waiting"),
            oldest_at=oldest[0].sealed_at if oldest else None,
            rejected=outbox.count("rejected"),
            head=(head.epoch, head.seq) if head else None,
        )
