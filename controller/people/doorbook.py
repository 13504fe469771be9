"""In whose log does it stand that somebody came in, failed to, or went?

Where his memberships are: the org's log if one of them is for the whole org, else the log of each
clinic. So nothing of one clinic's people stands in the log of another.

- Written at Django's own signals, so that each way in is covered: a password with its second
  factor, a passkey, a link.
- Who is not known at all concerns the org that runs the controller, the oldest one. What was
  typed as an e-mail is not kept: people type passwords there.
"""

from dataclasses import replace
from uuid import UUID

from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.models import Membership, User
from controller.tenants.queries import orgs

UNKNOWN = "unknown"


def open_book() -> None:
    """From now on everything at the door is written down."""
    user_logged_in.connect(_came, dispatch_uid="doorbook.came")
    user_logged_out.connect(_went, dispatch_uid="doorbook.went")
    user_login_failed.connect(_failed, dispatch_uid="doorbook.failed")
    authentication_failed.connect(_factor_failed, dispatch_uid="doorbook.factor")


def _came(request: HttpRequest | None, user: User, **_: object) -> None:
    tell(user, request, "sign_in")


def _went(request: HttpRequest | None, user: User | None, **_: object) -> None:
    if user is not None:
        tell(user, request, "sign_out")


def _failed(credentials: dict[str, str], request: HttpRequest | None = None, **_: object) -> None:
    name = credentials.get("username", "")
    known = User.objects.filter(email=name.strip().lower()).first()
    if known is not None:
        tell(known, request, "sign_in.fail")
    else:
        tell_of_stranger(request, "sign_in.fail")


def _factor_failed(user: User, request: HttpRequest | None = None, **_: object) -> None:
    tell(user, request, "factor.fail")


def tell(user: User, request: HttpRequest | None, action: str) -> None:
    """What a person did at the door, by himself."""
    himself = replace(_by(request), actor=user.email, user=user.id)
    places = {(one.org_id, one.clinic_id) for one in Membership.objects.of(user)}
    whole = {org for org, clinic in places if clinic is None}
    mine = {(org, None if org in whole else clinic) for org, clinic in places}
    _write(himself, Act(action, user.email), sorted(mine, key=repr))


def tell_of_stranger(request: HttpRequest | None, action: str) -> None:
    """What somebody did at the door whom nobody knows."""
    operators = sorted(orgs(), key=lambda org: org.made_at)
    _write(_by(request), Act(action), [(one.id, None) for one in operators[:1]])


def _by(request: HttpRequest | None) -> By:
    address = request.META.get("REMOTE_ADDR", "") if request else ""
    return By(UNKNOWN, address, timezone.now())


def _write(by: By, act: Act, places: list[tuple[UUID, UUID | None]]) -> None:
    if places and settings.HOME is not None:
        with acting(ControllerHome(settings.HOME), by) as books:
            for org, clinic in places:
                books.record(org, clinic, act)
