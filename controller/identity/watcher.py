"""Who may read the controller's numbers? Whoever shows the one token that was made for it.

Its SHA-256 lies in the home, and the token itself nowhere: 32 random bytes need no slow hash. A
new one ends the one before. Without one the numbers are served to nobody.
"""

import hashlib
import hmac
from collections.abc import Callable
from secrets import token_bytes

from controller.identity.home import ControllerHome, write_private

_PREFIX = "dtlm_"
_BYTES = 32


def make(home: ControllerHome, random: Callable[[int], bytes] = token_bytes) -> str:
    """A new token, shown once."""
    token = _PREFIX + random(_BYTES).hex()
    write_private(home.metrics_token, f"{_digest(token)}\n".encode("ascii"))
    return token


def end(home: ControllerHome) -> None:
    """From now on nobody may."""
    home.metrics_token.unlink(missing_ok=True)


def is_open(home: ControllerHome) -> bool:
    """Was a token made at all?"""
    return home.metrics_token.exists()


def is_known(home: ControllerHome, token: str) -> bool:
    """Is it the token in force?"""
    try:
        kept = home.metrics_token.read_text("ascii").strip()
    except (OSError, ValueError):
        return False
    return hmac.compare_digest(kept.encode(), _digest(token).encode())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
