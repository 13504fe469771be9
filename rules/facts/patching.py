"""Which security patches are missing, since when, and when were they last looked for?

`released` is the vendor's date, null where the source has none. `waiting_since` is that date, else
when an agent here first saw the patch: a lower bound of its age, which proves a failure and
flatters a new agent for its first weeks. A stale source never gives an empty list.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import Open


@record
class Patch:
    """One update that is offered and not installed."""

    id: Maybe[Annotated[str, Open(r"[A-Za-z0-9][A-Za-z0-9._+:~-]{0,63}")]]
    title: Maybe[Annotated[str, Open(r"[A-Za-z0-9][A-Za-z0-9 ._+:~()/,-]{0,63}")]]
    security: Maybe[bool]
    severity: Maybe[Literal["critical", "high", "medium", "low", "unrated"]]
    released: Maybe[datetime | None]
    waiting_since: Maybe[datetime]


@record
class Patching:
    """The state of updates as a whole; `supported`: the vendor still mends this release."""

    supported: Maybe[bool]
    support_ends: Maybe[datetime | None]
    extended_support: Maybe[bool | None]
    automatic: Maybe[Literal["on", "notify", "off", "managed"]]
    last_scan: Maybe[datetime | None]
    last_security_install: Maybe[datetime | None]
    reboot_required: Maybe[bool]
    reboot_since: Maybe[datetime | None]
    kernel_current: Maybe[bool | None]
    pending: Maybe[Items[Patch]]


PATCHING = Fact(
    "patching",
    Patching,
    asks="Which security patches are missing, since when, when were they last looked for?",
    ttl=timedelta(hours=6),
    cost="medium",
)
