"""How does a person come in and go out?

The form says the same of a wrong password and of an e-mail that nobody has. Pasting and password
managers work. A link works once: to choose a password, and in a demo's home to come in.
"""

from typing import TYPE_CHECKING

from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from controller.errors import Refusal, TooOften
from controller.pages.frame import bare
from controller.people import actions, doorbook
from controller.people.oidc import issuers

if TYPE_CHECKING:
    from controller.people.models import Link


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The sign-in form, and what becomes of it."""
    onward = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        onward = "/"
    if request.method == "POST":
        return _try(request, onward)
    if request.user.is_authenticated:
        return redirect(onward)
    return shown(request, onward, {"ended": "ended" in request.GET})


def shown(
    request: HttpRequest, onward: str, content: dict[str, object], status: int = 200
) -> HttpResponse:
    """The form to sign in with, and the sign-in services of the org that `?org=` names."""
    services = issuers.offered(request.GET.get("org", ""))
    whole = {"next": onward, "services": services, **content}
    return bare(request, "pages/sign_in.html", whole, status)


def _try(request: HttpRequest, onward: str) -> HttpResponse:
    """Let in who knows the password; tell the others, and put them off after too many tries."""
    email = request.POST.get("email", "").strip()
    content: dict[str, object] = {"email": email, "wrong": True}
    try:
        answer = actions.sign_in(request, email, request.POST.get("password", ""), onward)
    except TooOften as error:
        content["waits"] = error.help
        return shown(request, onward, content, error.status)
    return answer or shown(request, onward, content)


class PasskeyAlone(LoginWebAuthnView):  # type: ignore[misc]
    """Sign-in by a passkey alone; one that is refused is told on the form and in the book."""

    def form_invalid(self, form: Form) -> HttpResponse:  # noqa: ARG002 - allauth's
        """Back to the form, with a sentence."""
        doorbook.tell_of_stranger(self.request, "sign_in.fail")
        return shown(self.request, "/", {"passkey_refused": True}, 403)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    actions.sign_out(request)
    return redirect("sign-in")


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """Open a link that works once."""
    found = actions.find_link(secret)
    if found is None:
        return _spent(request)
    if actions.sets_password(found):
        return _choose_password(request, found)
    if not actions.is_demo(settings.HOME) or not actions.enter_by_link(request, found):
        return _spent(request)
    return redirect("home")


def _choose_password(request: HttpRequest, found: "Link") -> HttpResponse:
    wrong = ""
    if request.method == "POST":
        try:
            chosen = request.POST.get("password", "")
            answer = actions.set_password_by_link(request, found, chosen, reverse("home"))
        except Refusal as error:
            wrong = str(error)
        else:
            return answer or _spent(request)
    return bare(request, "pages/password.html", {"user_email": found.user.email, "wrong": wrong})


def _spent(request: HttpRequest) -> HttpResponse:
    return bare(request, "pages/spent.html", {}, status=410)
