r"""Which people does a Windows know, and what does it know of each?

Asked once for all: the accounts that it keeps, its administrators, who is signed in, and whose
profiles lie on it. What was not read is said by `missing`, and by each answer that needs it.
"""

import ntpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from agent.facts.base import part
from agent.host.base import Host, HostError
from agent.host.membership import joined
from agent.host.probing import probed
from agent.host.profiles import persons
from agent.host.registry import SYSTEM, UNPROBED, WINDOWS, opened
from agent.readers import registry
from agent.readers.errors import ParseError
from agent.readers.probes import accounts, sessions
from agent.readers.probes.accounts import Account, Member
from agent.readers.probes.sessions import Session
from rules.facts.base import Maybe, Unknown, Why

BUILT_IN, GUEST = 500, 501
"""DOMAIN_USER_RID_ADMIN, DOMAIN_USER_RID_GUEST (winnt.h)."""

_ENTRA = "S-1-12-1-"
_ADMINISTRATORS = "S-1-5-32-544"
_EVERYBODY = frozenset({"S-1-1-0", "S-1-5-4", "S-1-5-11", "S-1-5-32-545"})
"""Everyone, Interactive, Authenticated Users, Users."""

_CONTROLLER = "LanmanNT"
"""ProductType of a domain's controller, whose accounts are the domain's."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in: by an account that is kept here, or by a profile, or by name."""

    sid: str
    account: Account | None = None
    has_profile: bool = False
    called: str = ""

    def is_numbered(self, rid: int) -> bool:
        """Has the account this number? Those of Entra ID have none."""
        return not self.sid.startswith(_ENTRA) and self.sid.endswith(f"-{rid}")


@dataclass(slots=True)
class People:
    """All people of one Windows."""

    host: Host
    _machine: Maybe[str] = field(init=False)
    _accounts: Maybe[tuple[Account, ...]] = field(init=False)
    _admins: Maybe[tuple[Member, ...]] = field(init=False)
    _sessions: Maybe[tuple[Session, ...]] = field(init=False)
    _profiles: Maybe[tuple[str, ...]] = field(init=False)
    _domains: Maybe[bool] = field(init=False)

    def __post_init__(self) -> None:
        said = part(lambda: accounts.read(probed(self.host, "accounts")))
        if isinstance(said, Unknown):
            self._machine = self._accounts = self._admins = said
        else:
            self._machine, self._accounts = said.machine_sid, said.users
            self._admins = said.administrators
        self._sessions = part(lambda: sessions.read(probed(self.host, "sessions")))
        self._profiles = part(lambda: persons(self.host))
        self._domains = part(lambda: _keeps_a_domain(self.host))

    @property
    def unread(self) -> Unknown | None:
        """Why it is not known which accounts the machine keeps."""
        for one in (self._machine, self._accounts):
            if isinstance(one, Unknown):
                return one
        return None

    def missing(self) -> Why | None:
        """Why there may be more people than are known."""
        for one in (self._machine, self._accounts, self._profiles, self._admins):
            if isinstance(one, Unknown):
                return one.why
        return None

    def all(self) -> Iterator[Person]:
        """Everybody, each once."""
        profiles = () if isinstance(self._profiles, Unknown) else self._profiles
        own = self._own()
        for sid, account in own.items():
            yield Person(sid, account, has_profile=sid in profiles)
        others = [sid for sid in profiles if sid not in own and not self._is_gone(sid)]
        for sid in others:
            yield Person(sid, has_profile=True)
        for member in self._members():
            if member.is_person and member.sid not in own and member.sid not in others:
                yield Person(member.sid, called=member.name.rpartition("\\")[2])

    def groups(self) -> Iterator[Member]:
        """Administrators that are many, and known elsewhere."""
        profiles = () if isinstance(self._profiles, Unknown) else self._profiles
        return (one for one in self._members() if one.is_foreign and one.sid not in profiles)

    def _own(self) -> dict[str, Account]:
        if isinstance(self._machine, Unknown) or isinstance(self._accounts, Unknown):
            return {}
        return {f"{self._machine}-{one.rid}": one for one in self._accounts}

    def _members(self) -> tuple[Member, ...]:
        return () if isinstance(self._admins, Unknown) else self._admins

    def _is_gone(self, sid: str) -> bool:
        """Was it an account of this machine, of which only the profile is left?"""
        return self.unread is None and self._is_own(sid)

    def _is_own(self, sid: str) -> bool:
        return isinstance(self._machine, str) and sid.rpartition("-")[0] == self._machine

    def kind(self, sid: str) -> Maybe[Literal["local", "domain", "cloud"]]:
        """Who keeps the account."""
        if sid.startswith(_ENTRA):
            return "cloud"
        if isinstance(self._machine, Unknown):
            return part(lambda: _of_none(self.host))
        if isinstance(self._domains, Unknown) or not self._is_own(sid):
            return self._domains if isinstance(self._domains, Unknown) else "domain"
        return "domain" if self._domains else "local"

    def name(self, person: Person) -> Maybe[str]:
        """What the account is called; of a profile, the folder that was made for it."""
        if person.account is not None:
            return person.account.name
        return person.called or part(lambda: _folder(self.host, person.sid))

    def is_signed_in(self, sid: str) -> Maybe[bool]:
        """Is one of the sessions his?"""
        if isinstance(self._sessions, Unknown):
            return self._sessions
        if any(one.sid == sid for one in self._sessions):
            return True
        return next((one.sid for one in self._sessions if isinstance(one.sid, Unknown)), False)

    def is_admin(self, sid: str) -> Maybe[bool]:
        """Named so, or by his token; who is in a group of another, nobody here can tell."""
        if self._is_own(sid) and sid.endswith(f"-{BUILT_IN}"):
            return True
        of_token = self._token(sid)
        if isinstance(self._admins, Unknown):
            return True if of_token is True else self._admins
        named = {one.sid for one in self._admins}
        if of_token is True or sid in named or named & _EVERYBODY:
            return True
        foreign = any(one.is_foreign for one in self._admins)
        own = self._is_own(sid) and self._domains is False
        return False if own or not foreign or of_token is False else Unknown(Why.NOT_LOCAL)

    def _token(self, sid: str) -> bool | None:
        """Do the groups with which he signed in say so? None if he has none here."""
        if isinstance(self._sessions, Unknown):
            return None
        groups = [one.groups for one in self._sessions if one.sid == sid]
        told = [_ADMINISTRATORS in one for one in groups if not isinstance(one, Unknown)]
        return any(told) if told else None

    def last_seen(self, person: Person) -> Maybe[datetime | None]:
        """When his profile was last loaded, or he last signed in; null: never, as it is known."""
        signed_in = person.account.last_logon if person.account else None
        if not person.has_profile:
            return signed_in
        loaded = part(lambda: _loaded_at(self.host, person.sid))
        if signed_in is None:
            return loaded
        return max(loaded, signed_in) if isinstance(loaded, datetime) else signed_in


def _keeps_a_domain(host: Host) -> bool:
    said = opened(host, rf"{SYSTEM}\Control\ProductOptions").text("ProductType")
    return said == _CONTROLLER


def _of_none(host: Host) -> Literal["local"]:
    """Where there is no domain every account is the machine's own."""
    if joined(host) in ("domain", "hybrid"):
        raise HostError(UNPROBED, "whose account it is, is not known")
    return "local"


def _folder(host: Host, sid: str) -> str:
    """The folder of his profile, which Windows names after the account when it makes it."""
    said = opened(host, rf"{WINDOWS}\ProfileList\{sid}").text("ProfileImagePath") or ""
    name = ntpath.basename(said)
    if not name:
        raise ParseError("a profile without a folder")
    return name


def _loaded_at(host: Host, sid: str) -> datetime | None:
    """When his profile was last loaded; null: never, as far as Windows knows."""
    key = opened(host, rf"{WINDOWS}\ProfileList\{sid}")
    high, low = key.number("LocalProfileLoadTimeHigh"), key.number("LocalProfileLoadTimeLow")
    if high is None or low is None:
        raise HostError(UNPROBED, "this Windows does not note when a profile was loaded")
    return registry.instant(high << 32 | low)
