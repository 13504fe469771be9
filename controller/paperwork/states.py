"""Does a statement still hold: attested, due or expired, why, and until when?

A pure function of the statement, of what has changed since, and of today in the clinic's zone.
What was never stated is expired, and not just due: unknown is no pass. The spans are the
practice's own policy; the law in force names no interval (45 CFR 164.308(a)(8): "periodic").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from rules.compiled.attestation import Attestation as Kind

REMIND = timedelta(days=30)
ANSWER_WITHIN = timedelta(days=30)
_NANOSECONDS = 86_400 * 1_000_000_000


class State(StrEnum):
    """How a statement stands; the words of the pages."""

    ATTESTED = "attested"
    DUE = "due"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened at a clinic and that statements must answer: a trigger that fired.

    `what` is one of the triggers of rules.compiled.attestation, `about` says it in a few words.
    """

    what: str
    at: datetime
    about: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one statement stands.

    `reason` is `never`, `lapsed`, `rejected`, `changed:<trigger>` or empty. `until` is the last
    day on which it holds, or by which it must be renewed; null: with no end, or never stated.
    """

    state: State
    reason: str = ""
    until: date | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """A day, and in whose zone."""

    day: date
    zone: ZoneInfo

    def of(self, at: datetime) -> date:
        """The day of an instant there."""
        return at.astimezone(self.zone).date()


class Said(Protocol):
    """As much of a statement as decides how it stands."""

    performed_on: date
    valid_until: date | None
    signed_at: datetime
    rejected_at: datetime | None


def standing(kind: Kind, said: Said | None, changes: Iterable[Change], today: Today) -> Standing:
    """How the newest statement of a kind stands."""
    if said is None:
        return Standing(State.EXPIRED, "never")
    if said.rejected_at is not None:
        return Standing(State.EXPIRED, "rejected", today.of(said.rejected_at))
    end = said.valid_until
    if end is not None and today.day > end:
        return Standing(State.EXPIRED, "lapsed", end)
    fired = _fired(kind, said, changes, today)
    if fired:
        return _changed(fired, end, today)
    if end is not None and today.day >= end - remind(kind):
        return Standing(State.DUE, "", end)
    return Standing(State.ATTESTED, "", end)


def remind(kind: Kind) -> timedelta:
    """How long before its end a statement of this kind is due."""
    return REMIND if kind.due_before is None else timedelta(days=kind.due_before // _NANOSECONDS)


def renewed(kind: Kind) -> timedelta | None:
    """For how long a statement of this kind holds at most; None if it is made with each event."""
    return None if kind.renew is None else timedelta(days=kind.renew // _NANOSECONDS)


def _fired(kind: Kind, said: Said, changes: Iterable[Change], today: Today) -> tuple[Change, ...]:
    since = _known_until(said, today)
    ours = (one for one in changes if one.what in kind.changed_by and one.at > since)
    return tuple(sorted(ours, key=lambda one: one.at))


def _known_until(said: Said, today: Today) -> datetime:
    """Until when a statement can have taken in what happened.

    The end of the day on which the thing was done; if it was signed on that very day, or dated
    later than it was signed, the moment of signing.
    """
    done = datetime.combine(said.performed_on, time.max, today.zone)
    return min(done, said.signed_at)


def _changed(fired: tuple[Change, ...], end: date | None, today: Today) -> Standing:
    answer_by = today.of(fired[0].at) + ANSWER_WITHIN
    reason = f"changed:{fired[0].what}"
    if today.day > answer_by:
        return Standing(State.EXPIRED, reason, answer_by, fired)
    return Standing(State.DUE, reason, min(answer_by, end or answer_by), fired)
