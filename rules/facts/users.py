"""Who may sign in, who is an administrator, and when does each person's screen lock?

`lock.after` is the time after which an idle console is locked at the latest; null is never. A
display that goes dark without a lock counts nowhere.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from rules.facts.base import Fact, Items, Maybe
from rules.facts.record import record
from rules.facts.types import KEYED, NUMBERED


@record
class Lock:
    """When and how one person's screen locks; `on_wake`: waking asks for a sign-in."""

    after: Maybe[timedelta | None]
    asks_password: Maybe[bool]
    on_wake: Maybe[bool | None]
    enforced: Maybe[bool]
    source: Maybe[Literal["machine_policy", "user_policy", "mdm", "preference", "default", "shell"]]


@record
class User:
    """One account; `interactive`: a person's, that may use the console."""

    name: Maybe[Annotated[str, NUMBERED]]
    id: Maybe[Annotated[str, KEYED]]
    kind: Maybe[Literal["local", "domain", "cloud", "service"]]
    enabled: Maybe[bool]
    interactive: Maybe[bool]
    admin: Maybe[bool]
    built_in_admin: Maybe[bool]
    guest: Maybe[bool]
    generic_name: Maybe[bool]
    signed_in: Maybe[bool]
    blank_password: Maybe[bool | None]
    last_seen: Maybe[datetime | None]
    lock: Maybe[Lock]


USERS = Fact(
    "users",
    Items[User],
    asks="Who may sign in, who is an administrator, when does each screen lock?",
    ttl=timedelta(minutes=15),
    cost="cheap",
)
