"""Which alerts are open, and what must be told now?

Pure: the alerts of a place, what troubles it at this moment, and a clock that is passed in, give
the alerts as they stand after this look and the notices that are due. Looked at anew each time
from what is so, never from what was said to have happened: a look that fell out is made good by
the next one.

- One alert a topic, with those that it concerns inside. Critical joins at once; what else a
  machine reports joins when it has held ten minutes and the machine was heard again since.
- Who is clear leaves after ten minutes; a verdict that became unknown is not clear.
- What grows heavier is told again of all whom it concerns.
- What opens again within a day is the same alert. Three flaps within a day, and it speaks once a
  day until it rests; what it did not say is said then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

HOLD = timedelta(minutes=10)
DAY = timedelta(hours=24)
FLAPS = 3
_ASK_AGAIN = timedelta(minutes=1)
SEVERITIES = ("low", "medium", "high", "critical")


class Kind(StrEnum):
    """What an alert is about."""

    RULE = "rule"
    SILENCE = "silence"
    CHAIN = "chain"
    CLONE = "clone"
    EXPIRY = "expiry"
    BACKUP = "backup"
    WAIVER = "waiver"
    ATTESTATION = "attestation"
    INTAKE = "intake"
    ACCESS = "access"


class Event(StrEnum):
    """What a notice says of an alert."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"


class Topic(NamedTuple):
    """One alert is open for each: a rule by its id, or a word of ours for another kind.

    `about` tells several of one name apart: the id of a waiver, 32 hex digits; else empty.
    """

    kind: Kind
    name: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is so now. `subject` is a machine's id, or a word where it is no machine's.

    `heard_at` is when the machine was last heard; None for what the controller knows by itself,
    which needs no second hearing. `is_certain` is false for a verdict that is unknown or in
    error: it keeps open what is open, and opens nothing.
    """

    topic: Topic
    subject: str
    label: str
    severity: str
    since: datetime
    heard_at: datetime | None = None
    is_certain: bool = True

    def ripe_at(self, now: datetime) -> datetime:
        """From when this counts; later than `now` while it does not yet."""
        if self.severity == "critical" or self.heard_at is None:
            return min(self.since, now)
        if now < self.since + HOLD:
            return self.since + HOLD
        return now if self.heard_at > self.since else now + _ASK_AGAIN


@dataclass(frozen=True, slots=True)
class Member:
    """One that an alert concerns; `clear_since` while it seems over, `left_at` when it was."""

    label: str
    joined_at: datetime
    clear_since: datetime | None = None
    left_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it stands; `id` is None until it has been stored.

    `told` are the members that people were told of, None if they were last told that it closed
    or were never told.
    """

    topic: Topic
    severity: str
    opened_at: datetime
    members: Mapping[str, Member] = field(default_factory=dict)
    id: UUID | None = None
    closed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    flaps: tuple[datetime, ...] = ()
    told: frozenset[str] | None = None
    told_at: datetime | None = None

    @property
    def inside(self) -> frozenset[str]:
        """Whom it concerns now."""
        return frozenset(name for name, one in self.members.items() if one.left_at is None)

    @property
    def is_flapping(self) -> bool:
        """Does it come and go so often that it speaks once a day?"""
        return len(self.flaps) >= FLAPS


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell: `subjects` are those that are new in it, or all when it closed."""

    topic: Topic
    event: Event
    subjects: frozenset[str]


@dataclass(frozen=True, slots=True)
class Decided:
    """The alerts after a look, the notices due, and when time alone will change something."""

    alerts: Mapping[Topic, Alert]
    notices: tuple[Notice, ...]
    look_again: datetime | None


def decide(known: Mapping[Topic, Alert], troubles: Iterable[Trouble], now: datetime) -> Decided:
    """What follows from what is so now. `known` are alerts that are open or closed of late."""
    seen: dict[Topic, dict[str, Trouble]] = {}
    for trouble in troubles:
        seen.setdefault(trouble.topic, {})[trouble.subject] = trouble
    alerts: dict[Topic, Alert] = {}
    notices: list[Notice] = []
    for topic in sorted({*known, *seen}):
        after = _after(known.get(topic), seen.get(topic, {}), now)
        if after is None:
            continue
        notice = _due(after, now)
        if notice is not None:
            notices.append(notice)
            after = _told(after, notice, now)
        alerts[topic] = after
    again = min((at for at in _times(alerts, seen, now) if at > now), default=None)
    return Decided(alerts, tuple(notices), again)


def _after(alert: Alert | None, troubles: Mapping[str, Trouble], now: datetime) -> Alert | None:
    if alert is not None and _is_over(alert, now):
        alert = None
    ripe = {name: one for name, one in troubles.items() if one.is_certain and _is_ripe(one, now)}
    if alert is None:
        if not ripe:
            return None
        first = next(iter(ripe.values()))
        alert = Alert(first.topic, first.severity, now)
    members = {name: _stayed(one, troubles.get(name), now) for name, one in alert.members.items()}
    came = {name: one for name, one in ripe.items() if name not in alert.inside}
    members |= {name: Member(one.label, now) for name, one in came.items()}
    flapped = bool(alert.members.keys() & came.keys()) or (bool(came) and alert.closed_at)
    flaps = (*alert.flaps, *([now] if flapped else []))
    severity = _worst(troubles.values()) or alert.severity
    is_heavier = alert.told is not None and weight(severity) > weight(alert.severity)
    after = replace(
        alert,
        told=frozenset() if is_heavier else alert.told,
        members={name: one for name, one in members.items() if not _is_gone(one, now)},
        flaps=tuple(at for at in flaps if now - at < DAY),
        severity=severity,
    )
    return _opened_or_closed(after, now)


def _is_over(alert: Alert, now: datetime) -> bool:
    """Has it been closed so long, and people told so, that the next is another alert?"""
    return alert.closed_at is not None and alert.told is None and now - alert.closed_at >= DAY


def _is_ripe(trouble: Trouble, now: datetime) -> bool:
    return trouble.ripe_at(now) <= now


def _is_gone(member: Member, now: datetime) -> bool:
    return member.left_at is not None and now - member.left_at >= DAY


def _stayed(member: Member, trouble: Trouble | None, now: datetime) -> Member:
    if member.left_at is not None:
        return member
    if trouble is not None:
        return replace(member, label=trouble.label, clear_since=None)
    clear_since = member.clear_since or now
    left_at = now if now - clear_since >= HOLD else None
    return replace(member, clear_since=clear_since, left_at=left_at)


def _worst(troubles: Iterable[Trouble]) -> str | None:
    return max((one.severity for one in troubles), key=weight, default=None)


def weight(severity: str) -> int:
    """0 for low to 3 for critical; what is none of them weighs nothing."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0


def _opened_or_closed(alert: Alert, now: datetime) -> Alert:
    if alert.inside:
        told = alert.told & alert.inside if alert.told is not None else None
        if alert.closed_at is None:
            return replace(alert, told=told)
        return replace(alert, told=told, closed_at=None, opened_at=now, acknowledged_at=None)
    return replace(alert, closed_at=alert.closed_at or now)


def _due(alert: Alert, now: datetime) -> Notice | None:
    """What of an alert is not told yet; None also while it flaps and has spoken today."""
    if alert.is_flapping and alert.told_at is not None and now - alert.told_at < DAY:
        return None
    if alert.closed_at is not None:
        return None if alert.told is None else Notice(alert.topic, Event.CLOSED, alert.told)
    if alert.told is None:
        return Notice(alert.topic, Event.OPENED, alert.inside)
    new = alert.inside - alert.told
    return Notice(alert.topic, Event.UPDATED, new) if new else None


def _told(alert: Alert, notice: Notice, now: datetime) -> Alert:
    told = None if notice.event is Event.CLOSED else alert.inside
    return replace(alert, told=told, told_at=now)


def _times(
    alerts: Mapping[Topic, Alert], seen: Mapping[Topic, Mapping[str, Trouble]], now: datetime
) -> Iterator[datetime]:
    """When does a hold end, or a silence of the alert itself?"""
    for topic, troubles in seen.items():
        inside = alerts[topic].inside if topic in alerts else frozenset()
        yield from (
            one.ripe_at(now)
            for name, one in troubles.items()
            if one.is_certain and name not in inside
        )
    for alert in alerts.values():
        yield from _ends(tuple(alert.members.values()))
        if alert.is_flapping and alert.told_at is not None:
            yield alert.told_at + DAY


def _ends(members: Sequence[Member]) -> Iterator[datetime]:
    for one in members:
        if one.left_at is None and one.clear_since is not None:
            yield one.clear_since + HOLD
