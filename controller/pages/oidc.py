"""How does somebody come in by a sign-in service of his org, and how does he connect it first?

A link leads there and never a form: the content policy lets no form of ours end elsewhere. What
comes back is believed only if this browser's session was sent there, and is then used up.
"""

import time
from typing import TYPE_CHECKING
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from controller.alerts import outgoing
from controller.alerts.outgoing import Outgoing
from controller.errors import NotAllowed, NotThere
from controller.ledger.actions import By
from controller.pages import sign_in
from controller.pages.frame import bare, own_home, person
from controller.people import actions, doorbook
from controller.people.oidc import connections, issuers, provider, token, trip
from controller.people.oidc.provider import Client, Provider
from controller.people.oidc.token import Claims, Expected
from controller.people.oidc.unwell import Unwell

if TYPE_CHECKING:
    from controller.people.models import Issuer

_SECONDS = 5.0
_SURE = "connects"
_known = provider.Known()


@login_not_required
@require_safe
def begin(request: HttpRequest, issuer: UUID) -> HttpResponse:
    """Go there to sign in."""
    onward = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = "/"
    row = _at_the_door(issuer)
    try:
        return _go(request, row, trip.SIGN_IN, onward)
    except NotAllowed as error:
        return _refused(request, error)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The services by which this person comes in, and those that could be connected."""
    user = person(request)
    if request.method == "POST":
        try:
            held = UUID(request.POST.get("end", ""))
            connections.disconnect(own_home(), user, held, _by(request))
        except (ValueError, NotThere) as error:
            raise Http404("there is no such connection") from error
        return redirect("sign-in-by")
    content = {"connected": connections.of_user(user), "open": list(connections.open_to(user))}
    return bare(request, "account/sign_in_by.html", content)


@require_safe
def _connect_page(request: HttpRequest, issuer: UUID) -> HttpResponse:
    """What connecting means, and the link that leads there. Asks who it is once more."""
    return _unconnected(request, _open_to(request, issuer))


@require_safe
def _go_and_connect(request: HttpRequest, issuer: UUID) -> HttpResponse:
    """Go there to connect it, from the page that says what it means: no other has its word."""
    row = _open_to(request, issuer)
    said, kept = request.GET.get("sure", ""), request.session.pop(_SURE, None)
    if kept is None or not constant_time_compare(said, kept):
        return redirect("sign-in-by-one", row.id)
    try:
        return _go(request, row, trip.CONNECT, reverse("sign-in-by"))
    except NotAllowed as error:
        return _unconnected(request, row, error)


connect = reauthentication_required(app="controller")(_connect_page)
go_and_connect = reauthentication_required(app="controller")(_go_and_connect)


@login_not_required
@require_safe
def back(request: HttpRequest, issuer: UUID) -> HttpResponse:
    """Who comes back from there: let in, connected, or told why not."""
    row = _at_the_door(issuer)
    said = request.GET.dict()
    try:
        made = trip.end(request.session, str(row.id), said, time.time())
    except NotAllowed as error:
        return _refused(request, error)
    ended = _connect if made.purpose == trip.CONNECT else _enter
    return ended(request, row, made, said)


def _enter(
    request: HttpRequest, row: "Issuer", made: trip.Trip, said: dict[str, str]
) -> HttpResponse:
    try:
        found = connections.enter(row, _claims(row, made, said), timezone.now())
    except NotAllowed as error:
        return _refused(request, error)
    return actions.enter_by_issuer(
        request, found.user, made.onward, has_second_factor=found.has_second_factor
    )


def _connect(
    request: HttpRequest, row: "Issuer", made: trip.Trip, said: dict[str, str]
) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect("sign-in")
    try:
        found = _claims(row, made, said)
        connections.connect(own_home(), row, person(request), found, _by(request))
    except NotAllowed as error:
        return _unconnected(request, row, error)
    return redirect(made.onward)


def _claims(row: "Issuer", made: trip.Trip, said: dict[str, str]) -> Claims:
    """What the service says of who came back; its keys are fetched anew if none of them fits."""
    expected = Expected(row.url, row.client_id, made.nonce)
    there = _provider(row)
    code = trip.code(said, there)
    signed = provider.redeem(_web(), there, _client(row), code, made.verifier)
    if not token.is_known(signed, there.keys):
        _known.forget(row.url)
        there = _provider(row)
    return token.claims(signed, there.keys, expected)


def _go(request: HttpRequest, row: "Issuer", purpose: str, onward: str) -> HttpResponse:
    there, client = _provider(row), _client(row)
    made = trip.begin(request.session, str(row.id), purpose, onward, time.time())
    return redirect(trip.address(made, there, client))


def _provider(row: "Issuer") -> Provider:
    return _known.get(_web(), row.url, time.monotonic())


def _client(row: "Issuer") -> Client:
    redirect_to = settings.PUBLIC_URL + reverse("oidc-back", args=(row.id,))
    return issuers.client(own_home(), row, redirect_to)


def _web() -> Outgoing:
    return Outgoing(outgoing.networks(settings.ALLOW_TO), seconds=_SECONDS)


def _at_the_door(issuer: UUID) -> "Issuer":
    try:
        return issuers.at_the_door(issuer)
    except NotThere as error:
        raise Http404(str(error)) from error


def _open_to(request: HttpRequest, issuer: UUID) -> "Issuer":
    for one in connections.open_to(person(request)):
        if one.id == issuer:
            return one
    raise Http404("there is no such sign-in service here")


def _refused(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    doorbook.tell_of_stranger(request, "sign_in.fail")
    told = error.at_the_door() if isinstance(error, Unwell) else error
    return sign_in.shown(request, "/", {"refused": told}, error.status)


def _unconnected(
    request: HttpRequest, row: "Issuer", error: NotAllowed | None = None
) -> HttpResponse:
    request.session[_SURE] = sure = get_random_string(32)
    content = {"service": row, "wrong": error, "sure": sure}
    return bare(request, "account/sign_in_by_one.html", content, error.status if error else 200)


def _by(request: HttpRequest) -> By:
    user = person(request)
    return By(user.email, request.META.get("REMOTE_ADDR", ""), timezone.now(), user.id)
