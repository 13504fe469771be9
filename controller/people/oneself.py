"""May somebody give himself a role or a designation? Only where nobody else could.

Who answers for a clinic's security is the covered entity's decision (45 CFR 164.308(a)(2)), and no
decision of one person about himself while there is another to make it. A practice that one person
runs has nobody else: then it is allowed, and every display and export says so until somebody else
has confirmed it.
"""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from controller.errors import NotAllowed
from controller.people.models import Membership, User
from controller.people.roles import MAY, Permission
from controller.tenants.scope import Place

ROLE = "role"
"""The word of `Membership.by_oneself` for the role itself."""
MARK = ":self"
"""What a signature's capacity ends with that its person gave himself."""
SELF_DESIGNATED, SELF_GIVEN = "self-designated", "self-given"


def others(user: UUID, place: Place, now: datetime) -> list[User]:
    """Who else manages people anywhere in a place, by name; an hour by break-glass is not meant."""
    held = Membership.objects.at(Place(place.org)).filter(
        Q(until__isnull=True) | Q(until__gt=now),
        role__in=MAY[Permission.USERS_MANAGE],
        is_emergency=False,
        user__is_active=True,
    )
    if place.clinics is not None:
        held = held.filter(Q(clinic__isnull=True) | Q(clinic_id__in=place.clinics))
    people = {one.user_id: one.user for one in held.exclude(user_id=user).select_related("user")}
    return sorted(people.values(), key=lambda one: (one.name, one.email))


def require_nobody_else(user: UUID, place: Place, what: str, now: datetime) -> None:
    """NotAllowed where somebody else could do it; `what` is what is given, in words."""
    found = others(user, place, now)
    if found:
        names = ", ".join(one.name for one in found)
        raise NotAllowed(
            f"nobody gives himself {what} where somebody else can",
            help=f"who can: {names}; an owner does it in his clinic",
        )
