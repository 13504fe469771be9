"""By which services of its own may an org's people come in? Who manages its people sets them up."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from controller.errors import NotThere, Refusal
from controller.ledger.actions import By
from controller.pages.frame import Where, asked_again, enter, may, own_home, person, show
from controller.people.oidc import issuers
from controller.people.oidc.issuers import Wanted
from controller.people.roles import Permission

_KEPT = ("name", "url", "client_id", "acr")


@asked_again
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("secret")
@sensitive_variables("wanted")
def page(request: HttpRequest, org: str) -> HttpResponse:
    """The services, and the form for a new one."""
    where = enter(request, org)
    is_allowed = may(request, Permission.SETTINGS_MANAGE, where)
    if not (is_allowed and may(request, Permission.USERS_MANAGE, where)):
        raise Http404
    content: dict[str, Any] = {"wrong": None, "asked": {}}
    if request.method == "POST":
        try:
            _do(request, where)
            return redirect("issuers", org)
        except NotThere as error:
            raise Http404(str(error)) from error
        except Refusal as error:
            asked = {name: request.POST.get(name, "") for name in _KEPT}
            content |= {"wrong": error, "asked": asked}
    rows = issuers.of_org(where.place)
    content["services"] = [
        (row, settings.PUBLIC_URL + reverse("oidc-back", args=(row.id,))) for row in rows
    ]
    answer = show(request, "pages/issuers.html", where, content)
    answer.status_code = content["wrong"].status if content["wrong"] else 200
    return answer


def _do(request: HttpRequest, where: Where) -> None:
    by, home = _by(request), own_home()
    match request.POST.get("do"):
        case "add":
            issuers.add(home, where.org, _wanted(request), by)
        case "end":
            issuers.end(home, where.place, _named(request), by)
        case "trust" | "distrust" as word:
            issuers.trust(home, where.place, _named(request), by, is_trusted=word == "trust")
        case _:
            raise BadRequest("there is no such act on sign-in services")


def _wanted(request: HttpRequest) -> Wanted:
    sent = request.POST
    return Wanted(
        name=sent.get("name", "").strip(),
        url=sent.get("url", "").strip(),
        client_id=sent.get("client_id", "").strip(),
        secret=sent.get("secret", ""),
        is_trusted="trusted" in sent,
        acr=tuple(sent.get("acr", "").split()),
    )


def _named(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("service", ""))
    except ValueError as error:
        raise BadRequest("no such sign-in service") from error


def _by(request: HttpRequest) -> By:
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)
