"""Make users, give them a place, let them in and out.

- A link's secret is 32 random bytes, kept as its SHA-256 only, and works once: the row is claimed
  in one statement, so two that open it at the same time do not both get in.
- A link that signs in without a password is only ever made and honoured in a home that `demo`
  made (`DEMO_MARK` lies in it).
"""

import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from allauth.account.internal.flows.login import (
    perform_login,
    perform_password_login,
    record_authentication,
)
from allauth.account.models import Login
from allauth.usersessions.models import UserSession
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from controller.errors import AlreadyDone, NotAllowed, Refusal, TooOften
from controller.identity.home import DEMO_MARK, ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people import lockout, second_factor
from controller.people.address import require_address
from controller.people.lockout import throttle
from controller.people.models import Link, Membership, Purpose, User
from controller.people.oneself import ROLE
from controller.people.roles import Role
from controller.tenants.scope import Place

PASSWORD_LINK_LASTS = timedelta(hours=72)
_BACKEND = "controller.people.backend.ByEmail"


@transaction.atomic
def add_user(email: str, name: str, password: str | None = None) -> User:
    """Make an account; AlreadyDone if the e-mail has one, Refusal for none or a weak password."""
    require_address(email)
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


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in an org, or in the clinics that the place is narrowed to, and until when."""

    place: Place
    role: Role
    until: datetime | None = None
    by_oneself: bool = False


def give_role(home: ControllerHome, user: User, grant: Grant, by: By) -> None:
    """Make a user something in a place; what he was in that very place is replaced.

    Refusal for an auditor without an end.
    """
    if grant.role is Role.AUDITOR and grant.until is None:
        raise Refusal("an auditor's role must have an end", help="add `--until YYYY-MM-DD`")
    org, clinics = grant.place.org, grant.place.clinics
    is_new = not Membership.objects.of(user).exists()
    with acting(home, by) as books:
        for clinic in [None] if clinics is None else sorted(clinics):
            if is_new:
                books.record(org, clinic, Act("user.make", user.email))
            held = Membership.objects.of(user).filter(org_id=org, is_emergency=False)
            held = held.filter(clinic_id=clinic) if clinic else held.filter(clinic__isnull=True)
            before = list(held.values_list("role", flat=True))
            held.delete()
            Membership(
                org_id=org,
                user=user,
                clinic_id=clinic,
                role=grant.role,
                until=grant.until,
                by_oneself=[ROLE] if grant.by_oneself else [],
            ).save()
            told: dict[str, object] = {
                "role": grant.role,
                "until": grant.until and grant.until.isoformat(),
            }
            told |= {"by_oneself": True} if grant.by_oneself else {}
            books.record(org, clinic, Act("role.give", user.email, before or None, told))


def sign_in(request: HttpRequest, email: str, password: str, onward: str) -> HttpResponse | None:
    """What follows a right password: the page wanted, or the question for the second factor.

    None for a wrong password; TooOften after too many of them.
    """
    email, address = email.strip().lower(), request.META.get("REMOTE_ADDR", "")
    if throttle.is_over(email, address, time.monotonic()):
        raise TooOften("too many wrong passwords", help=lockout.WAIT)
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        throttle.wrong(email, address, time.monotonic())
        return None
    throttle.right(email, address)
    return _enter(request, user, onward)


def enter_by_issuer(
    request: HttpRequest, user: User, onward: str, *, has_second_factor: bool
) -> HttpResponse:
    """Begin a session for whom a sign-in service let in; without a factor ours is asked for."""
    logout(request)
    record_authentication(request, user, "oidc")
    if has_second_factor:
        record_authentication(request, user, "mfa", type="oidc")
        login(request, user, backend=_BACKEND)
        return redirect(onward)
    signing_in = Login(user=user, email=user.email, redirect_url=onward)
    answer: HttpResponse = perform_login(request, signing_in)
    return answer


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


def reset_second_factor(home: ControllerHome, user: User, by: By) -> None:
    """Take away every second factor of a person, and end his sessions; Refusal if he has none."""
    with acting(home, by) as books:
        if not second_factor.forget(user):
            raise Refusal(f"{user.email} has no second factor")
        for session in UserSession.objects.filter(user_id=user.pk):
            session.end()
        for org in {one.org_id for one in user.memberships()}:
            books.record(org, None, Act("factor.reset", user.email))


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
    """Use a demo's link up and begin a session; False if somebody was faster."""
    if not _claim(link):
        return False
    login(request, link.user, backend=_BACKEND)
    record_authentication(request, link.user, second_factor.OF_A_DEMO)
    return True


@transaction.atomic
def set_password_by_link(
    request: HttpRequest, link: Link, password: str, onward: str
) -> HttpResponse | None:
    """Use the link up, set the password and sign in with it; None if somebody was faster.

    A second factor that is there is asked for all the same. Refusal for a weak password, and then
    the link is not used up.
    """
    if not _claim(link):
        return None
    set_password(link.user, password)
    return _enter(request, link.user, onward)


def end_what_came_back() -> None:
    """End all sessions and links of a database that was restored: what was over would be again."""
    Link.objects.filter(used_at=None).update(used_at=timezone.now())
    UserSession.objects.all().delete()
    Session.objects.all().delete()


def _enter(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    logout(request)
    signing_in = Login(user=user, email=user.email, redirect_url=onward)
    answer: HttpResponse = perform_password_login(request, {"email": user.email}, signing_in)
    return answer


def _claim(link: Link) -> bool:
    return bool(Link.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()))


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
