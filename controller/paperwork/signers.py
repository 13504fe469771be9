"""Who may sign which kind of statement?

A kind has an owner: who is that by role signs it, and who is designated for it on a membership
(a security official, 45 CFR 164.308(a)(2); somebody of an MSP never without). Whoever owns the
practice may sign what is the practice owner's, and the rest only if designated too.
"""

from controller.people import oneself
from controller.people.models import Membership, User
from controller.people.queries import held_at
from controller.people.roles import DESIGNATIONS, LABELS, Role
from controller.tenants.scope import Place

BY_ROLE = {
    "practice_owner": Role.CLINIC_OWNER,
    "office_manager": Role.OFFICE_MANAGER,
    "it_admin": Role.CLINIC_IT,
}
OWNERS = DESIGNATIONS
"""Owners of kinds in words: they are what people can be designated as."""


def signs_as(user: User, owner: str, place: Place) -> str:
    """As what a person may sign there what is the owner's to sign; empty if not at all."""
    for held in held_at(user, place):
        if may(held, owner):
            return _capacity(held, owner)
    return ""


def _capacity(held: Membership, owner: str) -> str:
    """The designation or role; marked where its person gave it himself."""
    is_named = owner in held.designations
    by_oneself = (owner if is_named else oneself.ROLE) in held.by_oneself
    return (owner if is_named else held.role) + (oneself.MARK if by_oneself else "")


def may(held: Membership, owner: str) -> bool:
    """Does this membership let its person sign what is the owner's?"""
    if held.role == Role.AUDITOR:
        return False
    return owner in held.designations or held.role == BY_ROLE.get(owner)


def in_words(signed_as: str) -> str:
    """A role or a designation as people read it."""
    word = signed_as.removesuffix(oneself.MARK)
    if word in OWNERS:
        said, how = OWNERS[word], oneself.SELF_DESIGNATED
    else:
        said, how = LABELS.get(Role(word), word), oneself.SELF_GIVEN
    return f"{said}, {how}" if word != signed_as else said
