"""What did the probe `accounts` print: the accounts that a Windows keeps, and its administrators?

Numbers: lmaccess.h (UF_…), winnt.h (SID_NAME_USE). An account is told by its number, never by its
name, which differs from language to language.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.readers.probes.document import Document
from agent.readers.probes.sids import sid
from rules.facts.base import Maybe

_DISABLED, _NO_PASSWORD_ASKED, _SMARTCARD = 0x2, 0x20, 0x40000
"""UF_ACCOUNTDISABLE, UF_PASSWD_NOTREQD, UF_SMARTCARD_REQUIRED."""

_PERSON, _DELETED, _WELL_KNOWN = 1, 6, 5
"""SidTypeUser, SidTypeDeletedAccount, SidTypeWellKnownGroup."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `online`: it is tied to one of Microsoft's, whose password it has."""

    name: str
    rid: int
    flags: int
    last_logon: datetime | None
    online: Maybe[bool]

    @property
    def enabled(self) -> bool:
        """May anybody sign in with it?"""
        return not self.flags & _DISABLED

    @property
    def may_be_blank(self) -> bool:
        """May its password be empty, whatever the policy asks for?"""
        return bool(self.flags & _NO_PASSWORD_ASKED)

    @property
    def by_card(self) -> bool:
        """Does it ask for a card, and keep a password that nobody knows?"""
        return bool(self.flags & _SMARTCARD)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the administrators: a person, or a group with all that are in it."""

    sid: str
    use: int
    name: str

    @property
    def is_person(self) -> bool:
        """Is it one account?"""
        return self.use == _PERSON

    @property
    def is_foreign(self) -> bool:
        """Is it a group that another keeps, or something that only another can tell?"""
        return self.use not in (_PERSON, _DELETED, _WELL_KNOWN)


@dataclass(frozen=True, slots=True)
class Accounts:
    """All that the machine keeps of its own."""

    machine_sid: Maybe[str]
    users: Maybe[tuple[Account, ...]]
    administrators: Maybe[tuple[Member, ...]]


def read(document: Document) -> Accounts:
    """From the document of the probe; ParseError."""
    return Accounts(
        document.leaf("machine_sid", sid),
        document.leaf("users", lambda all_, name: tuple(map(_account, all_.records(name)))),
        document.leaf("administrators", lambda all_, name: tuple(map(_member, all_.records(name)))),
    )


def _account(one: Document) -> Account:
    last = one.number("last_logon")
    return Account(
        name=one.text("name"),
        rid=one.number("rid"),
        flags=one.number("flags"),
        last_logon=_EPOCH + timedelta(seconds=last) if last else None,
        online=one.leaf("online", Document.flag),
    )


def _member(one: Document) -> Member:
    return Member(sid(one, "sid"), one.number("use"), one.text("name"))
