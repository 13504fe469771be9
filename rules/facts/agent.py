"""Is the agent itself healthy?"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import Open, Version


@record
class Agent:
    """The agent's own state; `memory` in bytes, `cpu_day` CPU time in the last 24 hours."""

    version: Maybe[Version]
    elevated: Maybe[bool]
    rules_state: Maybe[Literal["builtin", "fresh", "stale", "expired"]]
    pack_version: Maybe[Version | None]
    controller_seen: Maybe[datetime | None]
    outbox_waiting: Maybe[int]
    outbox_oldest: Maybe[datetime | None]
    facts_unknown: Maybe[int]
    over_budget: Maybe[Items[Annotated[str, Open(r"[a-z_]{1,32}")]]]
    cpu_day: Maybe[timedelta]
    memory: Maybe[int]
    full_disk_access: Maybe[bool | None]


AGENT = Fact(
    "agent",
    Agent,
    asks="Is the agent itself healthy?",
    ttl=timedelta(minutes=5),
    cost="cheap",
)
