"""When did this person last look at the fleet?

A visit ends with half an hour without an act. What changed since the visit before this one is
shown for as long as the visit lasts, however often the page is opened again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Subquery

from controller.findings.day_models import Look
from controller.tenants.scope import Place

VISIT = timedelta(minutes=30)
FIRST = timedelta(hours=24)
"""So much is shown to somebody who never looked before."""
_GRAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """The visit before this one, and the last act of this one; both null if he never looked."""

    since: datetime | None
    last_at: datetime | None


def columns(place: Place, user: UUID) -> dict[str, Subquery]:
    """What `seen_in` reads, as columns of whatever query a page makes anyway."""
    rows = Look.objects.at(Place(place.org)).filter(user_id=user)
    return {name: Subquery(rows.values(name)[:1]) for name in ("since", "last_at")}


def seen_in(row: Mapping[str, Any]) -> Seen:
    """When a person looked, of a row with these columns."""
    return Seen(row["since"], row["last_at"])


def look(place: Place, user: UUID, seen: Seen, now: datetime) -> datetime:
    """A person looks now; since when he has not seen what changed.

    Two first looks at once are one.
    """
    rows = Look.objects.at(Place(place.org)).filter(user_id=user)
    if seen.since is None or seen.last_at is None:
        made = Look(org_id=place.org, user_id=user, since=now - FIRST, last_at=now)
        rows.bulk_create([made], ignore_conflicts=True)
        return made.since
    if now - seen.last_at >= VISIT:
        rows.update(since=seen.last_at, last_at=now)
        return seen.last_at
    if now - seen.last_at >= _GRAIN:
        rows.update(last_at=now)
    return seen.since
