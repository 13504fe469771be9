"""Who was sent to an issuer, for what, and is this the one who comes back?

A trip is kept in the session that began it and works once: whoever comes back with another state,
later than ten minutes, or a second time, comes from nowhere. PKCE (RFC 7636) binds the code to it
and the nonce the token, so that neither works in another's session.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from secrets import token_urlsafe
from urllib.parse import urlencode, urlsplit

from django.contrib.sessions.backends.base import SessionBase

from controller.errors import NotAllowed
from controller.people.oidc.provider import Client, Provider

LASTS_SECONDS = 10 * 60
SIGN_IN, CONNECT = "sign-in", "connect"
_KEY = "trip"
_BYTES = 32
HELP = "begin again at the sign-in page"


@dataclass(frozen=True, slots=True)
class Trip:
    """Where somebody was sent, why, when (seconds since 1970), and where he wanted to go."""

    issuer: str
    purpose: str
    onward: str
    state: str
    nonce: str
    verifier: str
    at: float


def begin(session: SessionBase, issuer: str, purpose: str, onward: str, now: float) -> Trip:
    """A new trip; one that was under way in this session is over."""
    state, nonce, verifier = (token_urlsafe(_BYTES) for _ in range(3))
    trip = Trip(issuer, purpose, onward, state, nonce, verifier, now)
    session[_KEY] = asdict(trip)
    return trip


def address(trip: Trip, provider: Provider, client: Client) -> str:
    """Where to send the browser."""
    asked = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": client.id,
        "redirect_uri": client.redirect,
        "state": trip.state,
        "nonce": trip.nonce,
        "code_challenge": challenge(trip.verifier),
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(provider.authorize).query else "?"
    return f"{provider.authorize}{joint}{urlencode(asked)}"


def challenge(verifier: str) -> str:
    """What PKCE shows of a verifier: S256 (RFC 7636, section 4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def end(session: SessionBase, issuer: str, said: Mapping[str, str], now: float) -> Trip:
    """The trip that this answer belongs to, which is used up by it; NotAllowed for none."""
    kept = session.pop(_KEY, None)
    trip = Trip(**kept) if isinstance(kept, dict) else None
    if trip is None or trip.issuer != issuer or not 0 <= now - trip.at <= LASTS_SECONDS:
        raise NotAllowed("this answer of a sign-in service was not asked for here", help=HELP)
    if not hmac.compare_digest(said.get("state", "").encode(), trip.state.encode()):
        raise NotAllowed("this answer of a sign-in service was not asked for here", help=HELP)
    return trip


def code(said: Mapping[str, str], provider: Provider) -> str:
    """The code in an answer; NotAllowed where the issuer said no, or is another (RFC 9207)."""
    if said.get("iss", provider.issuer) != provider.issuer:
        raise NotAllowed("another sign-in service answered", help=HELP)
    if not said.get("code"):
        raise NotAllowed("the sign-in service let nobody in", help=HELP)
    return said["code"]
