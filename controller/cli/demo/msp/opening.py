"""How did the made-up MSP begin? Its controller, its practices and its people, ninety days ago.

The same acts that `init`, `token make` and `user` run, with the story's clock: none of them can be
told to have happened in the past.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from uuid import uuid4

from controller.cli.demo.msp.cast import Box, Ward
from controller.identity import authority
from controller.identity.home import DEMO_MARK, ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.lock import CheckpointLock

if TYPE_CHECKING:
    from controller.ledger.actions import By
    from controller.people.models import User
    from controller.people.roles import Role
    from controller.tenants.models import Clinic, Org

ORG = "North Quay IT (demo)"
_HOST = "localhost"
_TOLD_AT = "127.0.0.1/32,::1/128"
"""The story's help desk is on this machine (msp.desk)."""


class Person(Protocol):
    """As much of somebody as the books hold."""

    @property
    def name(self) -> str: ...

    @property
    def email(self) -> str: ...

    @property
    def tasks(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Open:
    """An open controller: its home, its org, and who runs it."""

    home: ControllerHome
    org: "Org"

    def clinic(self, ward: Ward, at: datetime) -> "Clinic":
        """A practice, with its log."""
        from django.utils.text import slugify

        from controller.ledger.actions import open_clinic
        from controller.tenants.models import Clinic

        made = Clinic(
            org=self.org,
            name=ward.name,
            slug=slugify(ward.name),
            time_zone=ward.zone,
            made_at=at,
        )
        return open_clinic(self.home, made, _by(at))

    def token(self, clinic: "Clinic", box: Box, at: datetime, *, is_manual: bool = False) -> str:
        """A join string for one computer; a technician must approve it if `is_manual`.

        A server too may be unheard for eight open hours: no heartbeat comes every five minutes.
        """
        from controller.fleet.actions import TokenOrder, create_token
        from controller.fleet.models import Approval, Presence
        from controller.tenants.scope import Place

        order = TokenOrder(
            clinic=clinic.id,
            host=_HOST,
            role=box.role,
            presence=Presence.WORKING,
            approval=Approval.MANUAL if is_manual else None,
        )
        return str(create_token(self.home, Place(self.org.id), order, _by(at)))

    def person(self, who: Person, role: "Role", clinic: "Clinic | None", at: datetime) -> "User":
        """Somebody with a role, in a practice or in all of them; an auditor's ends."""
        from controller.people import membership
        from controller.people.actions import Grant, add_user, give_role
        from controller.people.models import Membership
        from controller.people.roles import Role
        from controller.tenants.scope import Place

        user = add_user(who.email, who.name)
        whole = Place(self.org.id)
        place = whole.clinic(clinic.id) if clinic else whole
        until = at + timedelta(days=180) if role is Role.AUDITOR else None
        give_role(self.home, user, Grant(place, role, until), _by(at))
        if who.tasks:
            held = Membership.objects.of(user).get()
            membership.designate(self.home, place, held.id, who.tasks, _by(at))
        return user


def controller(folder: Path, address: str, at: datetime, now: datetime) -> Open:
    """A new controller with the MSP in it; call once a process, before any use of Django."""
    home = ControllerHome(folder)
    home.make(uuid4())
    (folder / DEMO_MARK).touch(mode=0o600)
    keys = Keys.make(home, secrets.token_bytes)
    CheckpointLock.make(home)
    authority.ensure(home, keys, [_HOST], now)
    os.environ["DENTINEL_CONTROLLER_HOME"] = str(folder)
    os.environ["DENTINEL_CONTROLLER_URL"] = address
    os.environ["DENTINEL_CONTROLLER_ALLOW_TO"] = _TOLD_AT
    os.environ["DJANGO_SETTINGS_MODULE"] = "controller.settings"
    import django

    django.setup()
    return Open(home, _org(home, at))


def _org(home: ControllerHome, at: datetime) -> "Org":
    from django.utils.text import slugify

    from controller.cli import tables
    from controller.ledger.actions import open_org

    tables.bring_up(home)
    return open_org(home, ORG, slugify(ORG), _by(at))


def _by(at: datetime) -> "By":
    from controller.ledger.actions import By

    return By("shell", "", at)
