"""Break-glass: how does a named person get an administrator's rights when nobody else is there?

Only at the server's shell, for sixty minutes that nobody can make longer, with a line in the org's
log, and shown on every page of the org while it lasts. It is a role beside the one that the person
has, and ends by itself. Accepting a risk is not among what it allows (controller.people.risk).
"""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from controller.errors import AlreadyDone, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.models import Membership, User
from controller.people.roles import Role
from controller.tenants.models import Org
from controller.tenants.scope import Place

LASTS = timedelta(minutes=60)
_LONGEST_REASON = 200


def break_glass(home: ControllerHome, org: Org, user: User, reason: str, by: By) -> Membership:
    """Give the role; Refusal without a reason, AlreadyDone for who is an administrator."""
    _require_reason(reason)
    until = by.at + LASTS
    with acting(home, by) as books:
        if not user.is_active:
            raise Refusal(f"the account of {user.email} is closed")
        _require_none_yet(org, user, by.at)
        Membership.objects.at(Place(org.id)).filter(user=user, is_emergency=True).delete()
        held = Membership(org=org, user=user, role=Role.MSP_ADMIN, until=until, is_emergency=True)
        held.save(force_insert=True)
        Org.objects.at(Place(org.id)).update(glass_until=until)
        told = {"until": until.isoformat(), "reason": reason.strip()}
        books.record(org.id, None, Act("glass.break", user.email, after=told))
    return held


def in_force(org: Org, now: datetime) -> QuerySet[Membership]:
    """Who has such rights now, by name."""
    held = Membership.objects.at(Place(org.id)).filter(is_emergency=True, until__gt=now)
    return held.select_related("user").order_by("user__name")


def shown(org: Org, now: datetime) -> list[Membership]:
    """What every page of the org says; asks nothing of the database in quiet times."""
    if org.glass_until is None or org.glass_until <= now:
        return []
    return list(in_force(org, now))


def administrators(org: Org, now: datetime) -> list[User]:
    """The administrators of the whole org who are told, by name."""
    held = Membership.objects.at(Place(org.id)).filter(
        clinic__isnull=True, role=Role.MSP_ADMIN, is_emergency=False, user__is_active=True
    )
    held = held.exclude(until__lte=now).select_related("user").order_by("user__name")
    return [one.user for one in held]


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal("say why, in a few words", help="they stand in the audit log of the org")
    if len(reason) > _LONGEST_REASON:
        raise Refusal(f"{_LONGEST_REASON} characters are the most that are kept of this")


def _require_none_yet(org: Org, user: User, now: datetime) -> None:
    held = Membership.objects.at(Place(org.id)).filter(
        user=user, clinic__isnull=True, role=Role.MSP_ADMIN
    )
    for one in held.exclude(until__lte=now):
        until = f" until {one.until:%H:%M} UTC" if one.until else ""
        raise AlreadyDone(f"{user.email} is an administrator{until} already")
