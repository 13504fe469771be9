"""Who has to wait after too many wrong passwords or codes, and how is it lifted?

By time (`LOCKOUT_SECONDS`), or at once by whoever manages the person: an act in the books.
"""

import time
from uuid import UUID

from allauth.account import app_settings
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from controller.errors import NotThere
from controller.identity.home import ControllerHome
from controller.ledger.actions import Act, By, acting
from controller.people.models import Membership, User
from controller.people.throttle import Throttle
from controller.tenants.scope import Place

throttle = Throttle()
_MINUTES, _REST = divmod(settings.LOCKOUT_SECONDS, 60)
WAIT = (
    f"wait {settings.LOCKOUT_SECONDS} seconds" if _REST else f"wait {_MINUTES} minutes"
) + ", or ask an administrator to unlock you, and try again"
_ACTION = "login_failed"


def is_locked(request: HttpRequest, user: User) -> bool:
    """Is any password, or any code, of this person not even looked at now?"""
    if throttle.is_locked(user.email, time.monotonic()):
        return True
    now = time.time()
    for rate in _rates():
        held = cache.get(_key(request, rate, user), [])
        if not ratelimit.apply_rate(list(held), now, rate, dry_run=True)[0]:
            return True
    return False


def unlock(
    request: HttpRequest, home: ControllerHome, place: Place, membership: UUID, by: By
) -> None:
    """Look at passwords and codes again at once. NotThere elsewhere."""
    with acting(home, by) as books:
        held = Membership.objects.at(place).filter(pk=membership).select_related("user").first()
        if held is None:
            raise NotThere("there is no such role here")
        books.record(place.org, held.clinic_id, Act("lock.lift", held.user.email))
    throttle.forgive(held.user.email)
    for rate in _rates():
        cache.delete(_key(request, rate, held.user))


def _rates() -> list[ratelimit.Rate]:
    """What counts by person, and not by address: of addresses the administrator's is at hand."""
    rates = ratelimit.parse_rates(app_settings.RATE_LIMITS[_ACTION])
    return [rate for rate in rates if rate.per == "key"]


def _key(request: HttpRequest, rate: ratelimit.Rate, user: User) -> str:
    name = f"mfa-auth-user-{user.pk}"
    key: str = ratelimit.get_cache_key(
        request, app="allauth.account", action=_ACTION, rate=rate, key=name
    )
    return key
