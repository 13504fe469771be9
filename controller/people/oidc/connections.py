"""Whom does a sign-in service let in?

Never somebody by an e-mail alone. A person who was invited, and is signed in with a password and a
second factor of ours, connects the service himself; it must know him by his own, verified e-mail.
From then on its subject opens the door, and nothing else of what it says does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from controller.errors import NotAllowed, NotThere
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.models import Connection, Issuer, User
from controller.people.oidc.issuers import of_org
from controller.people.oidc.token import Claims
from controller.people.queries import reaches
from controller.tenants.scope import Place


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who comes in by a service, and whether the second factor that it showed counts here."""

    user: User
    has_second_factor: bool


def connect(home: ControllerHome, row: Issuer, user: User, said: Claims, by: By) -> Connection:
    """Let a service open the door to this person; NotAllowed unless it knows him as who he is."""
    if not _belongs(row, user):
        raise NotAllowed(
            f"{row.name} is the sign-in service of a practice that you do not belong to"
        )
    if not said.email or said.email != user.email:
        raise NotAllowed(
            f"{row.name} does not say that {user.email} is yours",
            help="it must send `email` and `email_verified`: whoever runs it can mend that",
        )
    whole = Connection.objects.at(Place(row.org_id)).filter(issuer=row)
    with acting(home, by) as books:
        if whole.filter(subject=said.subject).exclude(user=user).exists():
            raise NotAllowed(f"{row.name} lets somebody else in by this account already")
        whole.filter(user=user).delete()
        made = Connection(
            org_id=row.org_id, issuer=row, user=user, subject=said.subject, made_at=by.at
        )
        made.save(force_insert=True)
        books.record(row.org_id, None, Act("connection.make", user.email, after=row.name))
    return made


def disconnect(home: ControllerHome, user: User, connection: UUID, by: By) -> None:
    """A service opens the door to this person no more; NotThere if it is not his."""
    held = next((one for one in of_user(user) if one.id == connection), None)
    if held is None:
        raise NotThere("there is no such connection")
    with acting(home, by) as books:
        held.delete()
        books.record(held.org_id, None, Act("connection.end", user.email, held.issuer.name))


def enter(row: Issuer, said: Claims, now: datetime) -> Entrance:
    """Who this is; NotAllowed for whom nobody has connected, or who belongs to the org no more.

    Whoever left an org still may belong to another, whose door is not for this service to open.
    """
    with transaction.atomic():
        held = Connection.objects.at(Place(row.org_id)).filter(issuer=row, subject=said.subject)
        found = held.select_related("user").first()
        if found is None or not _belongs(row, found.user):
            raise NotAllowed(
                f"nobody here has connected this account of {row.name}",
                help="sign in with your password once, then connect it under Second factors",
            )
        found.used_at = now
        found.save(update_fields=["used_at"])
    return Entrance(found.user, _counts(row, found.user, said))


def _belongs(row: Issuer, user: User) -> bool:
    return row.org_id in {one.org_id for one in user.memberships()}


def _counts(row: Issuer, user: User, said: Claims) -> bool:
    """Does its second factor count? Only if every org that the person belongs to trusts it."""
    if {one.org_id for one in user.memberships()} != {row.org_id}:
        return False
    return row.is_trusted and said.shows_second_factor(frozenset(row.acr))


def of_user(user: User) -> list[Connection]:
    """What a person has connected, by name."""
    orgs = [reach.org.id for reach in reaches(user)]
    return [
        one
        for org in orgs
        for one in Connection.objects.at(Place(org))
        .filter(user=user, issuer__ended_at__isnull=True)
        .select_related("issuer")
        .order_by("issuer__name")
    ]


def open_to(user: User) -> Iterable[Issuer]:
    """The services that a person could connect."""
    connected = {one.issuer_id for one in of_user(user)}
    for reach in reaches(user):
        yield from (one for one in of_org(Place(reach.org.id)) if one.id not in connected)
