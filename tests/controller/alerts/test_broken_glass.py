"""Whoever breaks the glass is seen by everybody, and told of to every administrator by mail."""

from datetime import datetime, timedelta

import pytest
from aiosmtpd.controller import Controller

from controller.alerts import actions, broken_glass
from controller.alerts.actions import Wanted
from controller.alerts.broken_glass import Broken
from controller.alerts.deliver import Post, send_due
from controller.alerts.look import Whose, look
from controller.alerts.models import Alert, AlertMachine, Channel, Delivery
from controller.alerts.outgoing import Outgoing
from controller.errors import AlreadyDone, Refusal
from controller.identity.secrets import Keys
from controller.ledger.models import Audit
from controller.people.emergency import LASTS
from controller.people.models import Membership, User
from controller.people.roles import Permission, Role
from tests.controller.alerts.channels.test_email import (  # noqa: F401 - fixtures
    Mailbox,
    mailbox,
    starttls,
)
from tests.controller.bright_smiles import NOW, Practice, by, person

WHY = "Dr. Lee's phone fell into the sea"


@pytest.fixture
def sam(north_quay: Practice) -> User:
    return person(north_quay, Role.MSP_TECH, "sam@north-quay.example")


@pytest.fixture
def channel(north_quay: Practice, starttls: Controller) -> Channel:  # noqa: F811
    values = {
        "recipients": "tickets@north-quay.example",
        "sender": "dentinel@north-quay.example",
        "host": "localhost",
        "port": str(starttls.server.sockets[0].getsockname()[1]),
        "security": "starttls",
    }
    wanted = Wanted(north_quay.org.id, None, "email", "Office", values)
    return actions.add_channel(north_quay.home, wanted, by())[0]


def breaks(there: Practice, user: User, reason: str = WHY) -> Broken:
    return broken_glass.break_glass(there.home, there.org, user, reason, by())


def may_manage(user: User, there: Practice, now: datetime | None = None) -> bool:
    fresh = User.objects.get(pk=user.pk)
    fresh.memberships(now)
    return fresh.has_perm(Permission.USERS_MANAGE, there.place)


def test_it_gives_the_rights_and_leaves_the_role_that_was_there(
    north_quay: Practice, sam: User
) -> None:
    done = breaks(north_quay, sam)

    assert may_manage(sam, north_quay)
    assert done.held.until == NOW + timedelta(minutes=60)
    held = {(one.role, one.is_emergency) for one in Membership.objects.of(sam)}
    assert held == {("msp_tech", False), ("msp_admin", True)}


def test_after_sixty_minutes_it_is_over_by_itself(north_quay: Practice, sam: User) -> None:
    breaks(north_quay, sam)
    Membership.objects.of(sam).filter(is_emergency=True).update(until=NOW - timedelta(seconds=1))

    assert not may_manage(sam, north_quay)
    breaks(north_quay, sam)
    assert may_manage(sam, north_quay)
    assert Membership.objects.of(sam).count() == 2


def test_it_stands_in_the_org_s_log_with_its_reason(north_quay: Practice, sam: User) -> None:
    breaks(north_quay, sam)

    act = Audit.objects.at(north_quay.place).get(action="glass.break")
    assert (act.actor, act.object, act.after["reason"]) == ("shell", sam.email, WHY)
    assert act.leaf > 0


def test_every_administrator_is_told_by_mail_and_nobody_else(
    channel: Channel,
    mailbox: Mailbox,  # noqa: F811
    pair,
    outgoing: Outgoing,
    north_quay: Practice,
    sam: User,
) -> None:
    alex = person(north_quay, Role.MSP_ADMIN, "alex@north-quay.example")

    done = breaks(north_quay, sam)
    accepted = send_due(Post(Keys.load(north_quay.home), outgoing), NOW)

    assert accepted == 1
    (mail,) = mailbox.mails
    assert mail["To"] == f"{north_quay.dr_lee.email}, {alex.email}" or mail["To"] == (
        f"{alex.email}, {north_quay.dr_lee.email}"
    )
    text = mail.get_body(("plain",))
    assert text is not None
    said = text.get_content()
    assert "somebody has an administrator's rights for an hour" in said
    assert sam.email not in said
    assert sam.name not in said
    assert {one.email for one in done.mailed} == {alex.email, north_quay.dr_lee.email}


def test_without_a_mailbox_it_says_whom_nobody_told(north_quay: Practice, sam: User) -> None:
    done = breaks(north_quay, sam)

    assert (done.mailed, [one.email for one in done.unreached]) == ([], [north_quay.dr_lee.email])
    assert not Delivery.objects.at(north_quay.place).exists()


def test_an_alert_is_open_while_it_lasts(north_quay: Practice, sam: User) -> None:
    breaks(north_quay, sam)
    whose = Whose(north_quay.org, None)

    look(north_quay.home, whose, NOW + timedelta(minutes=1))
    alert = Alert.objects.at(north_quay.place).get(kind="access")
    member = AlertMachine.objects.at(north_quay.place).get(alert=alert)
    for minutes in (61, 72):
        look(north_quay.home, whose, NOW + timedelta(minutes=minutes))

    alert.refresh_from_db()
    assert (alert.name, alert.severity) == ("break-glass", "critical")
    assert member.label.startswith(sam.name)
    assert alert.closed_at is not None


def test_nothing_is_done_where_nothing_may_be(north_quay: Practice, sam: User) -> None:
    with pytest.raises(Refusal, match="say why"):
        breaks(north_quay, sam, "  ")
    with pytest.raises(AlreadyDone):
        breaks(north_quay, north_quay.dr_lee)
    breaks(north_quay, sam)
    with pytest.raises(AlreadyDone, match="until"):
        breaks(north_quay, sam)
    gone = person(north_quay, Role.MSP_TECH, "gone@north-quay.example")
    gone.is_active = False
    with pytest.raises(Refusal, match="closed"):
        breaks(north_quay, gone)
    assert LASTS.total_seconds() == 3600
    assert Audit.objects.at(north_quay.place).filter(action="glass.break").count() == 1
