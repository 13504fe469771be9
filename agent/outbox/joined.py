"""How do things stand between a machine that has joined and its controller?"""

from dataclasses import replace
from pathlib import Path

from agent.errors import IdentityLost, NotEnrolled
from agent.identity.machine import Identity
from agent.outbox.contact import Standing
from agent.outbox.mailbag import Mailbag, Memory
from agent.outbox.store import Outbox
from agent.paths import Home


def read(home: Home) -> Standing:
    """Look at outbox and courier's memory; OutboxError if they are there and cannot be read."""
    try:
        identity = Identity.load(home)
    except NotEnrolled:
        return Standing()
    except IdentityLost as error:
        return Standing(said=error.message)
    memory = _memory(home.courier, identity.anchor)
    state = memory.state or identity.enrolled.state
    told = Standing(
        seen_at=memory.seen_at,
        next_at=memory.next_at,
        state=state,
        said=memory.said,
        alarm=memory.alarm,
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
