"""How long must passwords be, when is an account locked, who is signed in without being asked?

`lockout_after` counts failed attempts, null is never; `lockout_for` null: until an administrator
unlocks, which is stricter than any time. `max_age` null: passwords do not expire.
`auto_logon_secret`: a password for automatic sign-in lies on the machine; its text is never read.
"""

from datetime import timedelta
from typing import Literal

from rules.facts.base import Fact, Maybe
from rules.facts.record import record


@record
class PasswordPolicy:
    """What holds for the accounts of this machine."""

    min_length: Maybe[int]
    history: Maybe[int]
    max_age: Maybe[timedelta | None]
    lockout_after: Maybe[int | None]
    lockout_for: Maybe[timedelta | None]
    complexity: Maybe[bool | None]
    blank_allowed: Maybe[bool]
    auto_logon: Maybe[bool]
    auto_logon_secret: Maybe[bool]
    source: Maybe[Literal["local", "domain", "mdm", "pam"]]


PASSWORD_POLICY = Fact(
    "password_policy",
    PasswordPolicy,
    asks="How long must passwords be, when is an account locked, who is signed in unasked?",
    ttl=timedelta(hours=1),
    cost="cheap",
    since="1.1",
)
