"""Light, dark, or as the system says; and do single keys do something?

Both choices are cookies of this browser, so they work without a script. Whoever speaks to the
computer, or hits keys by chance, switches single keys off (WCAG 2.2, 2.1.4).
"""

from typing import Literal, get_args

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

Scheme = Literal["light", "dark"]
_COOKIE, _KEYS = "dentinel-scheme", "dentinel-keys"
_YEAR_SECONDS = 365 * 24 * 3600


def scheme(request: HttpRequest) -> Scheme | None:
    """What this browser chose, or None for what its system says."""
    chosen = request.COOKIES.get(_COOKIE)
    return next((one for one in get_args(Scheme) if one == chosen), None)


def in_every_template(request: HttpRequest) -> dict[str, str | None]:
    """For pages whose views are not ours."""
    keys = "off" if request.COOKIES.get(_KEYS) == "off" else "on"
    return {"scheme": scheme(request), "keys": keys}


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a choice, and go back to the page that it was made on."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    answer = redirect(back)
    if "keys" in request.POST:
        _remember(answer, _KEYS, request.POST["keys"], ("off",))
    else:
        _remember(answer, _COOKIE, request.POST.get("scheme", ""), get_args(Scheme))
    return answer


def _remember(answer: HttpResponse, cookie: str, chosen: str, known: tuple[str, ...]) -> None:
    """Keep a choice for a year; anything but a known one goes back to how it was at first."""
    if chosen not in known:
        answer.delete_cookie(cookie, samesite="Lax")
        return
    answer.set_cookie(
        cookie,
        chosen,
        max_age=_YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
