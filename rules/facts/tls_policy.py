"""Which is the weakest TLS that this machine's own settings allow?

Null: the system sets none, and each program decides. `fips_mode` is a switch of the system; it
says nothing about a validation, and nobody may print that it does.
"""

from datetime import timedelta

from rules.facts.base import Fact, Maybe
from rules.facts.record import record
from rules.facts.types import Version


@record
class TlsPolicy:
    """What programs that follow the system may speak; SSL 3.0 is version 0.3."""

    client_minimum: Maybe[Version | None]
    server_minimum: Maybe[Version | None]
    fips_mode: Maybe[bool]


TLS_POLICY = Fact(
    "tls_policy",
    TlsPolicy,
    asks="Which is the weakest TLS that this machine's own settings allow?",
    ttl=timedelta(hours=1),
    cost="cheap",
    since="1.1",
)
