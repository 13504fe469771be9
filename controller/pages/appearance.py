"""Light, dark, or as the system says? The choice is a cookie, so it works without a script."""

from typing import Literal, get_args

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

Scheme = Literal["light", "dark"]
_COOKIE = "dentinel-scheme"
_YEAR_SECONDS = 365 * 24 * 3600


def scheme(request: HttpRequest) -> Scheme | None:
    """What this browser chose, or None for what its system says."""
    chosen = request.COOKIES.get(_COOKIE)
    return next((one for one in get_args(Scheme) if one == chosen), None)


def in_every_template(request: HttpRequest) -> dict[str, Scheme | None]:
    """For pages whose views are not ours."""
    return {"scheme": scheme(request)}


@login_not_required
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember a choice, and go back to the page that it was made on."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    answer = redirect(back)
    chosen = request.POST.get("scheme", "")
    if chosen in get_args(Scheme):
        answer.set_cookie(
            _COOKIE,
            chosen,
            max_age=_YEAR_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        answer.delete_cookie(_COOKIE, samesite="Lax")
    return answer
