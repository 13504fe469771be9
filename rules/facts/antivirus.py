"""Is an antivirus on, in real time, with fresh signatures?

`signatures` is the instant of the newest definitions; null: the product tells none. `passive` and
`edr_block` watch without stopping a file that is opened.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import PRODUCT_NAME


@record
class Product:
    """One antivirus that is installed."""

    name: Maybe[Annotated[str, PRODUCT_NAME]]
    enabled: Maybe[bool]
    realtime: Maybe[bool]
    signatures: Maybe[datetime | None]
    mode: Maybe[Literal["active", "passive", "edr_block"]]
    tamper_protection: Maybe[bool | None]


@record
class Antivirus:
    """All that are installed."""

    products: Maybe[Items[Product]]


ANTIVIRUS = Fact(
    "antivirus",
    Antivirus,
    asks="Is an antivirus on, in real time, with fresh signatures?",
    ttl=timedelta(minutes=15),
    cost="medium",
    since="1.1",
)
