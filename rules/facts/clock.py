"""Is the time right, and by whom?

`offset` is how far the clock was from its source when it last asked, without sign.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from rules.facts.base import Fact, Maybe


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The clock of this machine."""

    synced: Maybe[bool]
    source: Maybe[Literal["ntp", "domain", "hypervisor", "none", "other"]]
    offset: Maybe[timedelta | None]
    last_sync: Maybe[datetime | None]


CLOCK = Fact(
    "clock",
    Clock,
    asks="Is the time right, and by whom?",
    ttl=timedelta(minutes=15),
    cost="medium",
    since="1.1",
)
