"""When was this controller there to listen?

A row a stretch: it begins when the controller begins to serve, and its end moves with each pulse,
in the database that reports are written to. So a stretch ends when nothing could be received any
more, whatever the reason: stopped, killed, asleep, a disk that is full. What lies between two
stretches is the controller's own outage, and counts against nobody.

- Nothing derives it: it is backed up. A database that is restored from a backup has its outage from
  then on, which is what it knows.
- Any cursor, no Django.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.ledger.sql import Cursor, instant, moment

PULSE = timedelta(seconds=30)
OVERLOOKED = timedelta(minutes=3)
"""A restart within this time is no outage: an agent that missed it tries again in a minute."""


@dataclass(frozen=True, slots=True)
class Away:
    """Nobody listened from when to when."""

    since: datetime
    until: datetime

    @property
    def span(self) -> tuple[datetime, datetime]:
        """As controller.fleet.silence reckons with it."""
        return self.since, self.until


def last_listened(cursor: Cursor, org: str) -> datetime | None:
    """The last pulse; None before the first."""
    cursor.execute("SELECT max(to_at) FROM watch WHERE org_id = %s", (org,))
    (last,) = cursor.fetchone()
    return instant(last) if last else None


def listen(cursor: Cursor, org: str, now: datetime, heard: datetime | None = None) -> Away | None:
    """Say that somebody listens now; the outage that this ends, if there was one.

    `heard` is when any machine was heard last: where the pulse stood still and machines were heard,
    somebody listened. A clock that was set back moves nothing.
    """
    last = last_listened(cursor, org)
    if last is None:
        _begin(cursor, org, now)
        return None
    since = max(last, heard) if heard and heard <= now else last
    if now - since <= OVERLOOKED:
        _go_on(cursor, org, max(now, last))
        return None
    _go_on(cursor, org, since)
    _begin(cursor, org, now)
    return Away(since, now)


def away(cursor: Cursor, org: str, since: datetime, until: datetime) -> tuple[Away, ...]:
    """The outages that reach into a time, in order."""
    cursor.execute(
        "SELECT to_at, next_at FROM (SELECT to_at, lead(from_at) OVER (ORDER BY from_at) AS next_at"
        " FROM watch WHERE org_id = %s) AS stretch"
        " WHERE next_at > %s AND to_at < %s AND next_at > to_at ORDER BY to_at",
        (org, moment(since), moment(until)),
    )
    return tuple(Away(instant(left), instant(back)) for left, back in cursor.fetchall())


def _begin(cursor: Cursor, org: str, now: datetime) -> None:
    cursor.execute(
        "INSERT INTO watch (org_id, from_at, to_at) VALUES (%s, %s, %s)"
        " ON CONFLICT (org_id, from_at) DO NOTHING",
        (org, moment(now), moment(now)),
    )


def _go_on(cursor: Cursor, org: str, now: datetime) -> None:
    cursor.execute(
        "UPDATE watch SET to_at = %s WHERE org_id = %s AND from_at ="
        " (SELECT max(from_at) FROM watch WHERE org_id = %s)",
        (moment(now), org, org),
    )
