"""What listens beyond loopback, and is DICOM spoken in clear?

`exposure` is the widest address that the socket is bound to. `dicom` and `tls_version` are what a
probe of the machine's own ports was answered: `not_probed` was not asked.
"""

from datetime import timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import LOCAL, Open, Version


@record
class Listener:
    """One port that takes connections or datagrams."""

    process: Maybe[Annotated[str, Open(r"[A-Za-z0-9][A-Za-z0-9 ._+@-]{0,63}")]]
    address: Maybe[Annotated[str, LOCAL]]
    port: Maybe[int]
    transport: Maybe[Literal["tcp", "udp"]]
    exposure: Maybe[Literal["loopback", "lan", "any"]]
    dicom: Maybe[Literal["plain", "tls", "mutual_tls", "no", "not_probed"]]
    tls_version: Maybe[Version | None]


LISTENERS = Fact(
    "listeners",
    Items[Listener],
    asks="What listens beyond loopback, and is DICOM spoken in clear?",
    ttl=timedelta(minutes=5),
    cost="cheap",
    since="1.1",
)
