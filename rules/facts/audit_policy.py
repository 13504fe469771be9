"""What is logged here, and how far back does the log reach?

`oldest_record` is the log's real reach, whatever its size; `last_cleared` null: no clearing is on
record. `forwarded`: records go to another machine as they are made.
"""

from datetime import datetime, timedelta
from typing import Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record


@record
class Category:
    """One kind of event; the names are those of Windows' advanced audit policy."""

    name: Maybe[
        Literal[
            "account_logon",
            "account_management",
            "detailed_tracking",
            "logon_logoff",
            "object_access",
            "policy_change",
            "privilege_use",
            "system",
        ]
    ]
    success: Maybe[bool]
    failure: Maybe[bool]


@record
class AuditPolicy:
    """The security log of this machine; `log_max_size` in bytes."""

    running: Maybe[bool]
    categories: Maybe[Items[Category]]
    log_max_size: Maybe[int]
    oldest_record: Maybe[datetime | None]
    last_cleared: Maybe[datetime | None]
    forwarded: Maybe[bool | None]


AUDIT_POLICY = Fact(
    "audit_policy",
    AuditPolicy,
    asks="What is logged here, and how far back does the log reach?",
    ttl=timedelta(hours=1),
    cost="medium",
    since="1.1",
)
