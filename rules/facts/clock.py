"""Is the time right, and by whom?

`offset` is how far the clock was from its source when it last asked, without sign.
"""

from datetime import datetime, timedelta
from typing import Literal

from rules.facts.base import Fact, Maybe
from rules.facts.record import record


@record
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
