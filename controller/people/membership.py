"""How does somebody get a role here, what is he designated as, and how does it end?

What is done here is done through pages, by people who manage people: no more than they could see.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controller.errors import NotThere, Refusal
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people import oneself
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

    NotAllowed to oneself where somebody else could (controller.people.oneself).
    A link goes to a new account, and again to one that nobody ever opened and that has roles in
    this very place alone: who manages one clinic gets no link of an administrator of all.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email.strip().lower()).first()
        user = user or add_user(email, name or email.partition("@")[0])
        _require_an_administrator_stays(user, grant)
        if user.id == by.user:
            oneself.require_nobody_else(user.id, grant.place, "a role", by.at)
            grant = replace(grant, by_oneself=True)
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
    NotAllowed for oneself where somebody else could; what somebody else saves is confirmed by it.
    """
    named = sorted(set(words))
    if not set(named) <= DESIGNATIONS.keys():
        raise Refusal("there is no such designation", help=", ".join(DESIGNATIONS.values()))
    with acting(home, by) as books:
        held = Membership.objects.at(place).filter(pk=membership).select_related("user").first()
        if held is None:
            raise NotThere("there is no such role here")
        _require_signer(held, named)
        before, held.designations = held.designations, named
        held.by_oneself = _by_oneself(held, frozenset(before), by)
        held.save(update_fields=["designations", "by_oneself"])
        told = {"as": named, "by_oneself": held.by_oneself} if held.by_oneself else named
        books.record(
            place.org, held.clinic_id, Act("role.designate", held.user.email, before, told)
        )
    return held


def _require_signer(held: Membership, named: list[str]) -> None:
    if named and held.role == Role.AUDITOR:
        raise Refusal("an auditor signs no statement", help="designate somebody of the clinic")
    if named and held.is_emergency:
        raise Refusal("an hour by break-glass is no designation", help="let the person in first")


def _by_oneself(held: Membership, before: frozenset[str], by: By) -> list[str]:
    """Which of the words on a membership its person gave himself; by another's hand, none stay."""
    role = {oneself.ROLE} & set(held.by_oneself)
    if by.user != held.user_id:
        return sorted(role)
    added = set(held.designations) - before
    if added:
        place = Place(held.org_id, None if held.clinic_id is None else frozenset({held.clinic_id}))
        words = " and ".join(sorted(DESIGNATIONS[one].lower() for one in added))
        oneself.require_nobody_else(held.user_id, place, f"the name of {words}", by.at)
    stayed = set(held.by_oneself) & set(held.designations)
    return sorted(role | stayed | added)


def end_role(home: ControllerHome, place: Place, membership: UUID, by: By) -> None:
    """Take one role away, at once. NotThere elsewhere; Refusal for the last administrator."""
    with acting(home, by) as books:
        held = Membership.objects.at(place).filter(pk=membership).select_related("user").first()
        if held is None:
            raise NotThere("there is no such role here")
        _require_others(held)
        held.delete()
        books.record(place.org, held.clinic_id, Act("role.end", held.user.email, held.role))


def _require_an_administrator_stays(user: User, grant: Grant) -> None:
    """Refusal where a new role would take the place of the last administrator's."""
    if grant.place.clinics is not None or grant.role is Role.MSP_ADMIN:
        return
    whole = Membership.objects.at(grant.place).filter(user=user, clinic__isnull=True)
    for held in whole:
        _require_others(held)


def _require_others(held: Membership) -> None:
    if _is_last_administrator(held):
        raise Refusal(
            "this is the last administrator",
            help="let another administrator in first; then this role can end",
        )


def _belongs_only_to(user: User, place: Place) -> bool:
    held = Membership.objects.of(user)
    return held.count() == Membership.objects.at(place).filter(user=user).count()


def _is_last_administrator(held: Membership) -> bool:
    if held.role != Role.MSP_ADMIN or held.clinic_id is not None or held.is_emergency:
        return False
    others = Membership.objects.at(Place(held.org_id)).exclude(pk=held.pk)
    others = others.filter(
        role=Role.MSP_ADMIN, clinic__isnull=True, user__is_active=True, is_emergency=False
    )
    return not others.exclude(until__lte=timezone.now()).exists()
