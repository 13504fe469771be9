"""What do the files of a copy say of it?

- Its age is that of the newest thing that a finished run left: nothing is asked of the program
  that made it, and nothing of what was copied is opened.
- What is dated later than now says nothing of an age: a clock was wrong.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from agent.host.base import Stat
from rules.facts.base import Maybe, Unknown, Why

Product: TypeAlias = Literal["folder", "restic", "borg"]

_AHEAD = timedelta(minutes=10)
"""By how much the clock of a disk's own machine may differ from ours."""


@dataclass(frozen=True, slots=True)
class Store:
    """A copy as it lies there; `encrypted` is None where its form does not say it.

    `last` is None if nothing was ever finished there. `amount` grows with what it holds; of two of
    the same kind the one with less holds less.
    """

    product: Maybe[Product]
    last: Maybe[datetime | None]
    ok: Maybe[bool]
    encrypted: Maybe[bool] | None
    amount: Maybe[int]


def newest(found: Iterable[Stat], now: datetime) -> Maybe[datetime | None]:
    """When the newest of some files was written; None if there are none."""
    return latest([one.modified_at for one in found], now)


def latest(moments: Collection[datetime], now: datetime) -> Maybe[datetime | None]:
    """The latest of some moments that have been; None if there are none at all."""
    past = [moment for moment in moments if moment <= now + _AHEAD]
    if moments and not past:
        return Unknown(Why.CONFLICT)
    return min(max(past), now) if past else None


def unread(why: Why) -> Store:
    """A copy of which nothing is known, and why."""
    nothing = Unknown(why)
    return Store(nothing, nothing, nothing, None, nothing)
