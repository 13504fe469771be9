"""Has this session shown two factors? Without them no page answers.

- Whoever signs in with a password and has a second factor is asked for it before the session
  begins (allauth's stages); who has none yet sets one up before anything else.
- A passkey that verified its user is both factors at once (NIST SP 800-63B, section 4.2.1).
- A session whose person got a factor elsewhere since then is ended: it never showed it.
- The one link of a throw-away demo signs in alone, and only in a home that `demo` made.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from controller.people.logoff import is_background

if TYPE_CHECKING:
    from controller.people.models import User

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as one. Recovery codes stand in for a factor that was set up, and never alone."""
OF_A_DEMO = "demo"
SETTING_UP = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
"""The pages on which a first factor is set up, by their names."""
_ALWAYS_OPEN = frozenset(
    {"sign-out", "account_logout", "appearance", "healthz", "readyz", "link", "still-here"}
)


def second_factor(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: let through who has shown two factors, and lead the others to set one up."""

    def answer(request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or is_shown(request):
            return get_response(request)
        may_set_up = not is_mfa_enabled(user, FACTORS)
        name = _route(request)
        if name in _ALWAYS_OPEN:
            return get_response(request)
        if may_set_up and name in SETTING_UP:
            return _set_up(request, get_response(request))
        if not may_set_up:
            logout(request)
        if is_background(request):
            return HttpResponse(status=401)
        return redirect("mfa_activate_totp" if may_set_up else "sign-in")

    return answer


def is_shown(request: HttpRequest) -> bool:
    """Did this session show a second factor, or begin by the link of a demo?"""
    records = get_authentication_records(request, request.user)
    return any(one["method"] in {"mfa", OF_A_DEMO} for one in records)


def has_one(user: "User") -> bool:
    """Has this person set up a second factor?"""
    return bool(is_mfa_enabled(user, FACTORS))


def forget(user: "User") -> int:
    """Take away all second factors of a person who lost them; how many there were."""
    return int(Authenticator.objects.filter(user_id=user.pk).delete()[0])


def _set_up(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Who has just set up a factor proved it by its first code: the session has shown it."""
    if is_mfa_enabled(request.user, FACTORS):
        record_authentication(request, request.user, "mfa", reauthenticated=True)
    return response


def _route(request: HttpRequest) -> str | None:
    try:
        return resolve(request.path_info).view_name
    except Resolver404:
        return None
