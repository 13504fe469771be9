"""Is this the person behind that e-mail? Passwords by Argon2, the same time for every answer."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from controller.people.models import Membership, User


class ByEmail(BaseBackend):
    """Sign-in with e-mail and password. Rights are not asked here but of `User.has_perm`."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django's signature
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,  # noqa: ANN401, ARG002 - Django's signature
    ) -> User | None:
        """The user, or None. An unknown e-mail costs a hash too, so time does not tell it apart."""
        if username is None or password is None:
            return None
        try:
            user = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: Any) -> User | None:  # noqa: ANN401 - Django's signature
        """The user of a session with all that he is, unless the account was closed since.

        One query: every page asks what its person may do.
        """
        held = list(Membership.objects.held_by(user_id))
        if not held:
            return User.objects.filter(pk=user_id, is_active=True).first()
        user = held[0].user
        return user.knowing(held) if user.is_active else None
