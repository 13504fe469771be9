"""What a browser sends as a passkey is a stranger's text: what cannot be read is a refused passkey.

fido2 takes it apart by plain look-ups, so a part that is missing would be a fault of the server.
"""

from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class _Read(forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """Refuses what it cannot read."""

    def clean_credential(self) -> "Authenticator":
        """The authenticator that signed; a validation error for anything else."""
        try:
            return super().clean_credential()
        except _UNREADABLE as error:
            raise get_adapter().validation_error("incorrect_code") from error


class SignIn(_Read, forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class SecondFactor(_Read):
    """A passkey after the password."""


class Again(_Read, forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before what weighs much."""
