"""Who may accept a risk in a clinic's name? Its owner: it is the covered entity's decision.

An administrator of the org may where the clinic has delegated it. Whoever asked for a waiver does
not approve it himself, unless the org allows that and there is nobody else who could.
"""

from datetime import datetime

from django.db.models import Q

from controller.errors import NotAllowed
from controller.people.models import Membership, User
from controller.people.roles import Role
from controller.tenants.models import Clinic
from controller.tenants.scope import Place

ANOTHER = "a waiver is approved by another person than the one who asked for it"


def approvers(clinic: Clinic, now: datetime) -> list[User]:
    """Everybody who may approve waivers of a clinic, by name."""
    return _people(clinic, now, [Role.CLINIC_OWNER, *_delegated(clinic)])


def owners(clinic: Clinic, now: datetime) -> list[User]:
    """The owners of a clinic, by name."""
    return _people(clinic, now, [Role.CLINIC_OWNER])


def _delegated(clinic: Clinic) -> list[Role]:
    return [Role.MSP_ADMIN] if clinic.delegates_risk else []


def _people(clinic: Clinic, now: datetime, roles: list[Role]) -> list[User]:
    held = Membership.objects.at(Place(clinic.org_id)).filter(
        Q(clinic__isnull=True) | Q(clinic_id=clinic.id),
        Q(until__isnull=True) | Q(until__gt=now),
        role__in=roles,
        is_emergency=False,
        user__is_active=True,
    )
    people = {one.user_id: one.user for one in held.select_related("user")}
    return sorted(people.values(), key=lambda user: (user.name, user.email))


def require_approver(user: User, clinic: Clinic, now: datetime) -> None:
    """NotAllowed for whoever may not accept a risk in this clinic's name."""
    if user.id not in {one.id for one in approvers(clinic, now)}:
        raise NotAllowed(
            f"accepting a risk of {clinic.name} is its owner's decision",
            help="its owner approves, or delegates it to the administrators on the page Waivers",
        )


def is_self_approval(user: User, asked: object, clinic: Clinic, now: datetime) -> bool:
    """Does somebody approve what he asked for himself? NotAllowed where that must not be."""
    if user.id != asked:
        return False
    others = [one for one in approvers(clinic, now) if one.id != user.id]
    if others:
        names = ", ".join(one.name for one in others)
        raise NotAllowed(ANOTHER, help=f"who can: {names}")
    if not clinic.org.self_approval:
        raise NotAllowed(
            ANOTHER,
            help="let a second person in who may; or, on the server, `dentinel-controller waiver"
            " self-approval on`: every page and export then says that it was self-approved",
        )
    return True
