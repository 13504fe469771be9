"""Is inbound traffic filtered now?

A configuration that is not loaded filters nothing and is off. `product` is a third party's
firewall, null the system's own.
"""

from datetime import timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import PRODUCT_NAME


@record
class Profile:
    """What holds on one kind of network; `all` where the system knows no kinds."""

    name: Maybe[Literal["domain", "private", "public", "all"]]
    enabled: Maybe[bool]
    inbound: Maybe[Literal["block", "allow"]]
    source: Maybe[Literal["policy", "local"]]


@record
class Firewall:
    """The firewall as a whole, and by kind of network."""

    enabled: Maybe[bool]
    product: Maybe[Annotated[str | None, PRODUCT_NAME]]
    profiles: Maybe[Items[Profile]]


FIREWALL = Fact(
    "firewall",
    Firewall,
    asks="Is inbound traffic filtered now?",
    ttl=timedelta(minutes=15),
    cost="medium",
    since="1.1",
)
