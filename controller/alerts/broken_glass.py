"""Who is told that somebody got an administrator's rights at the server's shell?

Every administrator, by mail, through a mailbox that the org has set up, in the transaction of the
act; and whoever the routes tell of an alert, which stays open while it lasts.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.urls import reverse

from controller.alerts import deliver
from controller.alerts.channels.email import EMAIL
from controller.alerts.decide import Event, Kind
from controller.alerts.message import Line
from controller.alerts.models import Channel
from controller.alerts.troubles import GLASS
from controller.backlog import rows as backlog
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.ledger.sql import moment
from controller.people import emergency
from controller.people.models import Membership, User
from controller.tenants.models import Org
from controller.tenants.scope import Place

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Broken:
    """The role that was given, whom mail goes to, and whom none can reach."""

    held: Membership
    mailed: list[User]
    unreached: list[User]


def break_glass(home: ControllerHome, org: Org, user: User, reason: str, by: By) -> Broken:
    """Give the role and put the messages into the outbox, all or nothing. Refusal as in people."""
    with transaction.atomic():
        held = emergency.break_glass(home, org, user, reason, by)
        told = [one for one in emergency.administrators(org, by.at) if one.id != user.id]
        mailbox = _mailbox(org)
        if mailbox is not None:
            for some in _twenties([one.email for one in told]):
                row = deliver.insert(mailbox, Event.OPENED, (_line(org),), by.at)
                row.body["to"] = ", ".join(some)
                row.save(update_fields=["body"])
        with connection.cursor() as cursor:
            matter = (org.id.hex, backlog.NOBODY)
            backlog.stir(cursor, backlog.LOOK, [matter], moment(by.at))
    return Broken(held, *((told, []) if mailbox else ([], told)))


def _mailbox(org: Org) -> Channel | None:
    """The org's own mail channel by which a message arrived last."""
    rows = Channel.objects.at(Place(org.id)).filter(kind=EMAIL.kind, ended_at__isnull=True)
    newest = F("succeeded_at").desc(nulls_last=True)
    return rows.filter(clinic__isnull=True).order_by(newest, "made_at").first()


def _line(org: Org) -> Line:
    return Line(
        event=Event.OPENED,
        alert=None,
        clinic=org.name,
        key=org.slug,
        kind=Kind.ACCESS,
        rule=GLASS.name,
        severity="critical",
        hosts=(),
        count=1,
        link=settings.PUBLIC_URL + reverse("people", args=(org.slug,)),
    )


def _twenties(addresses: list[str]) -> list[list[str]]:
    return [addresses[n : n + _AT_ONCE] for n in range(0, len(addresses), _AT_ONCE)]
