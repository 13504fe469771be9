"""When did this person last look at the fleet?

A visit ends with half an hour without an act. What changed since the visit before this one is
shown for as long as the visit lasts, however often the page is opened again.
"""

from datetime import datetime, timedelta
from uuid import UUID

from controller.findings.models import Look
from controller.tenants.scope import Place

VISIT = timedelta(minutes=30)
FIRST = timedelta(hours=24)
"""So much is shown to somebody who never looked before."""
_GRAIN = timedelta(minutes=1)


def since(place: Place, user: UUID) -> datetime | None:
    """Since when a person has not seen what changed; None if he never looked."""
    held = Look.objects.at(Place(place.org)).filter(user_id=user).first()
    return held.since if held else None


def look(place: Place, user: UUID, now: datetime) -> datetime:
    """A person looks now; since when he has not seen what changed."""
    held = Look.objects.at(Place(place.org)).filter(user_id=user).first()
    if held is None:
        held = Look(org_id=place.org, user_id=user, since=now - FIRST, last_at=now)
        held.save(force_insert=True)
    elif now - held.last_at >= VISIT:
        held.since, held.last_at = held.last_at, now
        held.save(update_fields=["since", "last_at"])
    elif now - held.last_at >= _GRAIN:
        held.last_at = now
        held.save(update_fields=["last_at"])
    return held.since
