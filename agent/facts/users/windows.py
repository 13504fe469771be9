r"""Who may sign in here, and when does each screen lock? The answer for Windows.

Whoever has signed in has a profile, and the registry lists those. Accounts that never did, who is
an administrator, switched off or signed in now, only functions of Windows tell: the list is
incomplete. An account is told by its number, never by its name: 500 is the built-in
administrator, 501 the guest, in every language. Not yet confirmed on a real Windows.
"""

import ntpath
from datetime import datetime
from typing import Literal

from agent.facts.base import About, answers, part
from agent.facts.users.idle import Idle
from agent.facts.users.names import is_generic
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.profiles import persons
from agent.host.registry import UNPROBED, WINDOWS, opened
from agent.readers import registry
from agent.readers.errors import ParseError
from rules.facts.base import Items, Maybe, Unknown
from rules.facts.users import USERS, User

_ADMINISTRATOR, _GUEST = "500", "501"
_ENTRA = "S-1-12-1-"


@answers(USERS, on="windows", confidence="derived")
def windows(host: Host, _about: About) -> Items[User]:
    """From the profiles, and what locks each person's screen."""
    idle = Idle(host)
    kind = part(lambda: _kind(host))
    return Items(tuple(_user(host, idle, sid, kind) for sid in persons(host)), UNPROBED)


def _user(host: Host, idle: Idle, sid: str, kind: Maybe[Literal["local"]]) -> User:
    entra, number = sid.startswith(_ENTRA), sid.rpartition("-")[2]
    name = part(lambda: _name(host, sid))
    unread = Unknown(UNPROBED)
    return User(
        name=name,
        id=sid,
        kind="cloud" if entra else kind,
        enabled=unread,
        interactive=True,
        admin=True if number == _ADMINISTRATOR and not entra else unread,
        built_in_admin=number == _ADMINISTRATOR and not entra,
        guest=number == _GUEST and not entra,
        generic_name=name if isinstance(name, Unknown) else is_generic(name),
        signed_in=unread,
        blank_password=unread,
        last_seen=part(lambda: _last_seen(host, sid)),
        lock=idle.of(sid),
    )


def _kind(host: Host) -> Literal["local"]:
    """Where there is no domain every account is the machine's own."""
    if joined(host) in ("domain", "hybrid"):
        raise HostError(UNPROBED, "whose account it is, is not known")
    return "local"


def _name(host: Host, sid: str) -> str:
    """The folder of his profile, which Windows names after the account when it makes it."""
    said = opened(host, rf"{WINDOWS}\ProfileList\{sid}").text("ProfileImagePath") or ""
    name = ntpath.basename(said)
    if not name:
        raise ParseError("a profile without a folder")
    return name


def _last_seen(host: Host, sid: str) -> datetime | None:
    """When his profile was last loaded; null: never, as far as Windows knows."""
    key = opened(host, rf"{WINDOWS}\ProfileList\{sid}")
    high, low = key.number("LocalProfileLoadTimeHigh"), key.number("LocalProfileLoadTimeLow")
    if high is None or low is None:
        raise HostError(UNPROBED, "this Windows does not note when a profile was loaded")
    return registry.instant(high << 32 | low)
