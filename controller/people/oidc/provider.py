"""What does an issuer say of itself, and what does it answer for a code?

OpenID Connect Discovery 1.0 and RFC 6749, section 4.1. Everything goes by the guard of outgoing
calls and by https; what an issuer says of itself is remembered for ten minutes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from controller.errors import Refusal
from controller.people.oidc.unwell import Unwell

REMEMBERED_SECONDS = 10 * 60
FORGIVEN_SECONDS = 30
WELL_KNOWN = "/.well-known/openid-configuration"
_JSON = {"Accept": "application/json"}
_FORM = {**_JSON, "Content-Type": "application/x-www-form-urlencoded"}
_HELP = "is the address right, and may this server reach it? DENTINEL_CONTROLLER_ALLOW_TO says"


class Answer(Protocol):
    """What came back."""

    @property
    def status(self) -> int:
        """The HTTP status."""

    @property
    def body(self) -> bytes:
        """The first 64 KiB."""


class Web(Protocol):
    """How to reach an issuer (controller.alerts.outgoing, which stands a floor above)."""

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """GET; OSError or HTTPException if there was no answer."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST likewise."""


@dataclass(frozen=True, slots=True)
class Provider:
    """An issuer's addresses, and its keys as they were when it was asked."""

    issuer: str
    authorize: str
    token: str
    keys: Mapping[str, Any]
    asked_at: float


@dataclass(frozen=True, slots=True)
class Client:
    """As whom the issuer knows us."""

    id: str
    secret: str
    redirect: str


@dataclass(slots=True)
class Known:
    """The issuers that were asked lately, by address; `now` in seconds of a clock that only rises.

    One that did not answer is left alone for half a minute, or whoever stands before the door could
    have this server wait for it again and again.
    """

    _held: dict[str, Provider] = field(default_factory=dict)
    _failed: dict[str, tuple[float, Unwell]] = field(default_factory=dict)

    def get(self, web: Web, issuer: str, now: float) -> Provider:
        """One of them, asked anew after ten minutes; Unwell if it does not answer."""
        held = self._held.get(issuer)
        if held is not None and now - held.asked_at <= REMEMBERED_SECONDS:
            return held
        failed_at, failure = self._failed.get(issuer, (now - FORGIVEN_SECONDS, None))
        if failure is not None and now - failed_at < FORGIVEN_SECONDS:
            raise failure
        try:
            held = self._held[issuer] = ask(web, issuer, now)
        except Unwell as error:
            self._failed[issuer] = now, error
            raise
        return held

    def forget(self, issuer: str) -> None:
        """Have it asked anew: its keys may have changed."""
        self._held.pop(issuer, None)


def ask(web: Web, issuer: str, now: float) -> Provider:
    """What an issuer says of itself; Unwell if it is not there or calls itself otherwise."""
    said = _json(web, "GET", f"{issuer.rstrip('/')}{WELL_KNOWN}")
    if said.get("issuer") != issuer:
        raise Unwell(
            f"the service calls itself {str(said.get('issuer'))[:200]!r}",
            help="write its address exactly as it does, with or without the last slash",
        )
    methods = said.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        raise Unwell("the service knows no PKCE with S256 (RFC 7636)", help="update it")
    return Provider(
        issuer=issuer,
        authorize=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        keys=_json(web, "GET", _address(said, "jwks_uri")),
        asked_at=now,
    )


def redeem(web: Web, provider: Provider, client: Client, code: str, verifier: str) -> str:
    """The ID token that the issuer gives for a code; Unwell if it gives none."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect,
        "client_id": client.id,
        "client_secret": client.secret,
        "code_verifier": verifier,
    }
    said = _json(web, "POST", provider.token, urlencode(form).encode())
    token = said.get("id_token")
    if not isinstance(token, str):
        raise Unwell("the sign-in service gave no ID token", help="try again")
    return token


def _address(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name)
    try:
        is_secure = isinstance(found, str) and urlsplit(found).scheme == "https"
    except ValueError:
        is_secure = False
    if not is_secure:
        raise Unwell(f"the service names no https address as its {name}", help=_HELP)
    return str(found)


def _json(web: Web, method: str, url: str, body: bytes = b"") -> dict[str, Any]:
    try:
        answer = web.get(url, _JSON) if method == "GET" else web.post(url, _FORM, body)
        said = json.loads(answer.body) if answer.status == HTTPStatus.OK else None
    except (OSError, HTTPException, Refusal) as error:
        raise Unwell(f"the sign-in service cannot be reached: {error}", help=_HELP) from error
    except (ValueError, RecursionError) as error:
        raise Unwell("the sign-in service answered with no JSON", help=_HELP) from error
    if not isinstance(said, dict):
        raise Unwell(f"the sign-in service answered {answer.status}", help="try again")
    return said
