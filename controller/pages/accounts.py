"""Which pages of allauth's are part of ours, and at which addresses?

Named one by one: what is not here cannot be reached (signing up, adding e-mail addresses). Their
templates are ours and lie under `templates/account`, `mfa` and `usersessions`.
"""

from allauth.account.views import reauthenticate
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from controller.pages import oidc, sessions, sign_in
from controller.pages.frame import bare, person


def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a passkey away, while another second factor stays."""
    key = get_object_or_404(
        Authenticator, pk=pk, user_id=person(request).pk, type=Authenticator.Type.WEBAUTHN
    )
    if not get_adapter().can_delete_authenticator(key):
        return bare(request, "mfa/last.html", {}, status=409)
    answer: HttpResponse = passkeys.remove_webauthn(request, pk=pk)
    return answer


urlpatterns = [
    # Under the names by which allauth leads to them.
    path("sign-in", sign_in.page, name="account_login"),
    path("sign-out", sign_in.sign_out, name="account_logout"),
    path("sign-in/code", login_not_required(factors.authenticate), name="mfa_authenticate"),
    path(
        "sign-in/passkey",
        login_not_required(sign_in.PasskeyAlone.as_view()),
        name="mfa_login_webauthn",
    ),
    path("again/password", reauthenticate, name="account_reauthenticate"),
    path("again/code", factors.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("oidc/<uuid:issuer>/sign-in", oidc.begin, name="oidc-sign-in"),
    path("oidc/<uuid:issuer>/connect", oidc.go_and_connect, name="oidc-connect"),
    path("oidc/<uuid:issuer>/back", oidc.back, name="oidc-back"),
    path("me/sign-in-by", oidc.mine, name="sign-in-by"),
    path("me/sign-in-by/<uuid:issuer>", oidc.connect, name="sign-in-by-one"),
    path("me/sessions", sessions.page, name="usersessions_list"),
    path("me/second-factor", factors.index, name="mfa_index"),
    path("me/second-factor/phone", totp.activate_totp, name="mfa_activate_totp"),
    path("me/second-factor/phone/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/second-factor/passkeys", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("me/second-factor/passkeys/add", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("me/second-factor/passkeys/<int:pk>/remove", remove_passkey, name="mfa_remove_webauthn"),
    path("me/second-factor/passkeys/<int:pk>", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("me/recovery-codes", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "me/recovery-codes/new",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
]
