"""Where may a person go, and who is there?"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from controller.errors import NotThere, Refusal
from controller.people.models import Membership, User
from controller.people.roles import Permission, Role
from controller.people.second_factor import FACTORS
from controller.tenants.models import Org
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class Reach:
    """An org and what of it a person may see."""

    org: Org
    place: Place


def reaches(user: User) -> list[Reach]:
    """Every org that a person belongs to, by name, with the clinics that he may see there."""
    held = user.memberships()
    orgs = {one.org_id: one.org for one in held}
    return [
        Reach(org, _place([one for one in held if one.org_id == org.id]))
        for org in sorted(orgs.values(), key=lambda org: org.name)
    ]


def reach(user: User, org_slug: str) -> Reach:
    """One org by the name in its address; NotThere for a stranger as for a wrong name."""
    for one in reaches(user):
        if one.org.slug == org_slug:
            return one
    raise NotThere(f"there is no practice {org_slug!r} here")


def _place(held: list[Membership]) -> Place:
    clinics = {one.clinic_id for one in held}
    return Place(held[0].org_id, None if None in clinics else frozenset(filter(None, clinics)))


def members(place: Place) -> QuerySet[Membership]:
    """Who is what in a place, by name. One clinic's list leaves out who is in all of them."""
    over = {"is_emergency": True, "until__lte": timezone.now()}
    rows = Membership.objects.at(place).exclude(**over).select_related("user", "clinic")
    return rows.order_by("user__name", "id")


def everywhere(place: Place) -> QuerySet[Membership]:
    """Who is something in all clinics of the place's org, by name."""
    whole = Membership.objects.at(Place(place.org)).filter(clinic__isnull=True)
    return whole.select_related("user").order_by("user__name")


def roles_at(user: User, place: Place) -> frozenset[Role]:
    """What a person is in all of a place: in the org, or in each of the clinics it names."""
    held = [one for one in user.memberships() if one.org_id == place.org]
    if place.clinics is None:
        held = [one for one in held if one.clinic_id is None]
    elif place.clinics:
        ours = [{one.role for one in held if one.clinic_id in (None, c)} for c in place.clinics]
        return frozenset(Role(role) for role in set.intersection(*ours))
    return frozenset(Role(one.role) for one in held)


def held_at(user: User, place: Place) -> list[Membership]:
    """The memberships that hold in all of a place: those of the org, and of its one clinic."""
    held = [one for one in user.memberships() if one.org_id == place.org]
    only = next(iter(place.clinics), None) if place.clinics and len(place.clinics) == 1 else None
    return [one for one in held if one.clinic_id is None or one.clinic_id == only]


def factors(place: Place) -> dict[UUID, bool]:
    """Who is something in a place, and has each of them set up a second factor?"""
    theirs = Authenticator.objects.filter(user_id=OuterRef("user_id"), type__in=FACTORS)
    rows = Membership.objects.at(place).annotate(has_one=Exists(theirs))
    return dict(rows.values_list("user_id", "has_one"))


def with_second_factor(users: Iterable[UUID]) -> frozenset[UUID]:
    """Who of these has set one up."""
    found = Authenticator.objects.filter(user_id__in=set(users), type__in=FACTORS)
    return frozenset(found.values_list("user_id", flat=True))


def by_email(email: str) -> User:
    """One account; NotThere if nobody signs in with that e-mail."""
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        raise NotThere(f"nobody signs in as {email}", help="`dentinel-controller user list`")
    return user


def requester(email: str, place: Place) -> User:
    """The account in whose name a waiver of a place is asked for; Refusal if it may not ask."""
    user = by_email(email)
    if not user.has_perm(Permission.WAIVERS_REQUEST, place):
        raise Refusal(f"{email} may not ask for waivers there", help="`user list` shows roles")
    return user
