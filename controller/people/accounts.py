"""What allauth asks of its house: who may come, what is asked again, how secrets lie."""

import time
from base64 import b64decode, b64encode
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from controller.errors import HomeProblem
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.people import lockout
from controller.people.second_factor import FACTORS, has_one

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from django.contrib.auth.base_user import AbstractBaseUser

    from controller.people.models import User

_NONCE_BYTES = 12
_PURPOSE = b"mfa"


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; a first factor is set up without being asked for one."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": "Too many wrong passwords or codes."
        f" {lockout.WAIT.capitalize()}; until then none is looked at.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's
        """People are let in by an administrator."""
        return False

    def reauthenticate(self, user: "User", password: str) -> bool:
        """Is it still this person? By the account's e-mail, and counted as at the front door."""
        request, now = context.request, time.monotonic()
        address = request.META.get("REMOTE_ADDR", "")
        if lockout.throttle.is_over(user.email, address, now):
            raise self.validation_error("too_many_login_attempts")
        found = authenticate(request, username=user.email, password=password)
        if found is None or found.pk != user.pk:
            lockout.throttle.wrong(user.email, address, now)
            return False
        lockout.throttle.right(user.email, address)
        return True

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:  # noqa: ANN401
        """Not for the first factor: the password was asked for a moment ago."""
        if app == "allauth.mfa" and not has_one(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of codes lie encrypted under a key of the controller's seed; the last factor stays."""

    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "Incorrect code. A code counts once and for half a minute: wait for the"
        " next one, and see that the phone's clock is right.",
    }

    def get_totp_issuer(self) -> str:
        """The name beside the code on somebody's phone."""
        return "dentinel"

    def encrypt(self, text: str) -> str:
        """AES-256-GCM, the nonce before the box; the key is not in the database."""
        nonce = token_bytes(_NONCE_BYTES)
        return b64encode(nonce + _lock().encrypt(nonce, text.encode(), _PURPOSE)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """What was encrypted; `cryptography`'s InvalidTag if the row was altered."""
        box = b64decode(encrypted_text)
        return _lock().decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], _PURPOSE).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """A second factor may go while another stays."""
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: "User", type: Authenticator.Type) -> str:  # noqa: A002
        """What a passkey is called until its person names it."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return f"Passkey {count + 1}" if count else "Passkey"

    def _get_user_identifier(self, user: "AbstractBaseUser") -> str:
        return str(user.get_username())


def _lock() -> "AESGCM":
    if settings.HOME is None:
        raise HomeProblem("DENTINEL_CONTROLLER_HOME is not set")
    return Keys.load(ControllerHome(settings.HOME)).secrets_lock()
