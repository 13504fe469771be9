"""Which services run, or may start?"""

from datetime import timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import Open


@record
class Service:
    """One service; names are compared without case, as Windows does."""

    name: Maybe[Annotated[str, Open(r"[A-Za-z0-9][A-Za-z0-9 ._@\\:$-]{0,63}", caseless=True)]]
    state: Maybe[Literal["running", "stopped", "other"]]
    start: Maybe[Literal["auto", "manual", "disabled", "other"]]


SERVICES = Fact(
    "services",
    Items[Service],
    asks="Which services run, or may start?",
    ttl=timedelta(minutes=15),
    cost="medium",
    since="1.1",
)
