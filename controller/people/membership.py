"""How does somebody get a role here, what is he designated as, and how does it end?

What is done here is done through pages, by people who manage people: no more than they could see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controller.errors import NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.actions import PASSWORD_LINK_LASTS, Grant, add_user, give_role, make_link
from controller.people.models import Membership, Purpose, User
from controller.people.roles import DESIGNATIONS, Role
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class LetIn:
    """Who came in, and the secret of his link for a first password if the account is new."""

    user: User
    secret: str | None


def let_in(home: ControllerHome, email: str, name: str, grant: Grant, by: By) -> LetIn:
    """Give somebody a role, with an account if there is none. Refusal as `add_user`, `give_role`.

    A link goes to a new account, and again to one that nobody ever opened and that has roles in
    this very place alone: who manages one clinic gets no link of an administrator of all.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email.strip().lower()).first()
        user = user or add_user(email, name or email.partition("@")[0])
        is_theirs = not user.has_usable_password() and _belongs_only_to(user, grant.place)
        give_role(home, user, grant, by)
    if not is_theirs:
        return LetIn(user, None)
    return LetIn(user, make_link(user, Purpose.PASSWORD, home.root, PASSWORD_LINK_LASTS))


def designate(
    home: ControllerHome, place: Place, membership: UUID, words: Iterable[str], by: By
) -> Membership:
    """Name somebody for tasks beside the role, such as security official (45 CFR 164.308(a)(2)).

    NotThere elsewhere; Refusal for a word that is none, and for an auditor: he signs nothing.
    """
    named = sorted(set(words))
    if not set(named) <= DESIGNATIONS.keys():
        raise Refusal("there is no such designation", help=", ".join(DESIGNATIONS.values()))
    with acting(home, by) as books:
        held = Membership.objects.at(place).filter(pk=membership).select_related("user").first()
        if held is None:
            raise NotThere("there is no such role here")
        if named and held.role == Role.AUDITOR:
            raise Refusal("an auditor signs no statement", help="designate somebody of the clinic")
        before, held.designations = held.designations, named
        held.save(update_fields=["designations"])
        act = Act("role.designate", held.user.email, before, named)
        books.record(place.org, held.clinic_id, act)
    return held


def end_role(home: ControllerHome, place: Place, membership: UUID, by: By) -> None:
    """Take one role away, at once. NotThere elsewhere; Refusal for the last administrator."""
    with acting(home, by) as books:
        held = Membership.objects.at(place).filter(pk=membership).select_related("user").first()
        if held is None:
            raise NotThere("there is no such role here")
        if _is_last_administrator(held):
            raise Refusal(
                "this is the last administrator",
                help="let another administrator in first; then this role can end",
            )
        held.delete()
        books.record(place.org, held.clinic_id, Act("role.end", held.user.email, held.role))


def _belongs_only_to(user: User, place: Place) -> bool:
    held = Membership.objects.of(user)
    return held.count() == Membership.objects.at(place).filter(user=user).count()


def _is_last_administrator(held: Membership) -> bool:
    if held.role != Role.MSP_ADMIN or held.clinic_id is not None:
        return False
    others = Membership.objects.at(Place(held.org_id)).exclude(pk=held.pk)
    others = others.filter(role=Role.MSP_ADMIN, clinic__isnull=True, user__is_active=True)
    return not others.exclude(until__lte=timezone.now()).exists()
