"""What did the probe `passwords` print: what does a Windows ask of passwords?

For ever is None, and so is a lockout that never comes; a lockout without an end is None too, and
stricter than any time. Numbers: lmaccess.h, "USER_MODALS_INFO_0" and "_3"; [MS-SAMR] 2.2.3.5.
"""

from dataclasses import dataclass
from datetime import timedelta

from agent.readers.probes.document import Document
from rules.facts.base import Maybe

_FOR_EVER = 0xFFFFFFFF
"""TIMEQ_FOREVER."""

_COMPLEX = 1
"""DOMAIN_PASSWORD_COMPLEX."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a new password must be, and how long it may be used."""

    min_length: int
    history: int
    max_age: timedelta | None


@dataclass(frozen=True, slots=True)
class Lockout:
    """After how many failures an account is locked, and how long."""

    after: int | None
    lasts: timedelta | None


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for the accounts that the machine keeps."""

    asked: Maybe[Asked]
    lockout: Maybe[Lockout]
    complexity: Maybe[bool]


def read(document: Document) -> Policy:
    """From the document of the probe; ParseError."""
    return Policy(
        document.leaf("passwords", lambda all_, name: _asked(all_.record(name))),
        document.leaf("lockout", lambda all_, name: _lockout(all_.record(name))),
        document.leaf("properties", lambda all_, name: bool(all_.number(name) & _COMPLEX)),
    )


def _asked(one: Document) -> Asked:
    age = _time(one.number("max_age"))
    return Asked(one.number("min_length", 1024), one.number("history", 1024), age)


def _lockout(one: Document) -> Lockout:
    return Lockout(one.number("after", 1 << 16) or None, _time(one.number("for")))


def _time(seconds: int) -> timedelta | None:
    return None if seconds == _FOR_EVER else timedelta(seconds=seconds)
