"""Is this an e-mail address? Asked before anything is made for it, and without the tables."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from controller.errors import Refusal


def require_address(email: str) -> None:
    """Refusal for what is no e-mail address."""
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise Refusal(
            f"{email!r} is no e-mail address", help="write it as dr_lee@bright-smiles.example"
        ) from error
