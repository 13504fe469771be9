"""Make users, give them a place, let them in and out.

- A link's secret is 32 random bytes, kept as its SHA-256 only, and works once: the row is claimed
  in one statement, so two that open it at the same time do not both get in.
- A link that signs in without a password is only ever made and honoured in a home that `demo`
  made (`DEMO_MARK` lies in it).
"""

import hashlib
import secrets
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from controller.errors import AlreadyDone, NotAllowed, Refusal
from controller.people import logoff
from controller.people.models import Link, Membership, Purpose, User
from controller.people.roles import Role
from controller.tenants.scope import Place

DEMO_MARK = "made-by-demo"
PASSWORD_LINK_LASTS = timedelta(hours=72)
_BACKEND = "controller.people.backend.ByEmail"


@transaction.atomic
def add_user(email: str, name: str, password: str | None = None) -> User:
    """Make an account; AlreadyDone if the e-mail has one, Refusal for a password that is weak."""
    if User.objects.filter(email=email.strip().lower()).exists():
        raise AlreadyDone(
            f"{email} has an account already", help="`dentinel-controller user password EMAIL`"
        )
    user = User.objects.create_user(email, name)
    if password is not None:
        set_password(user, password)
    return user


def set_password(user: User, password: str) -> None:
    """Give a user a password; every session begun with the one before ends."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages)) from error
    user.set_password(password)
    user.save(update_fields=["password"])


@transaction.atomic
def give_role(user: User, place: Place, role: Role, until: datetime | None = None) -> None:
    """Make a user something in an org, or in the one clinic that the place is narrowed to.

    A role that he had in that very place is replaced. An auditor must have an end.
    """
    if role is Role.AUDITOR and until is None:
        raise Refusal("an auditor's role must have an end", help="add `--until YYYY-MM-DD`")
    clinics = list(place.clinics) if place.clinics is not None else [None]
    for clinic in clinics:
        Membership.objects.of(user).filter(org_id=place.org, clinic_id=clinic).delete()
        Membership(org_id=place.org, user=user, clinic_id=clinic, role=role, until=until).save()


def sign_in(request: HttpRequest, email: str, password: str) -> bool:
    """Begin a session if the password is this person's."""
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        return False
    _begin(request, user)
    return True


def sign_out(request: HttpRequest) -> None:
    """End the session, here and in the database."""
    logout(request)


def make_link(user: User, purpose: Purpose, home: Path, lasts: timedelta) -> str:
    """The secret of a link that works once. NotAllowed for a sign-in link outside of a demo."""
    if purpose is Purpose.SIGN_IN and not is_demo(home):
        raise NotAllowed("only a home that `demo` made has links that sign in by themselves")
    secret = secrets.token_urlsafe(32)
    Link(
        user=user, purpose=purpose, sha256=_sha256(secret), expires_at=timezone.now() + lasts
    ).save()
    return secret


def is_demo(home: Path | None) -> bool:
    """Did `demo` make this home?"""
    return home is not None and (home / DEMO_MARK).is_file()


def find_link(secret: str) -> Link | None:
    """The link with that secret, if it can still be used."""
    return (
        Link.objects.filter(
            sha256=_sha256(secret),
            used_at=None,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )


def sets_password(link: Link) -> bool:
    """Is it a link to choose a password with, and not one that signs in by itself?"""
    return link.purpose == Purpose.PASSWORD


def enter_by_link(request: HttpRequest, link: Link) -> bool:
    """Use a link up and begin a session; False if somebody was faster."""
    if not _claim(link):
        return False
    _begin(request, link.user)
    return True


@transaction.atomic
def set_password_by_link(request: HttpRequest, link: Link, password: str) -> bool:
    """Set the password, use the link up and begin a session; Refusal for a weak password."""
    set_password(link.user, password)
    return enter_by_link(request, link)


def _claim(link: Link) -> bool:
    return bool(Link.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()))


def _begin(request: HttpRequest, user: User) -> None:
    login(request, user, backend=_BACKEND)
    logoff.begin(request.session, time.time())


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
