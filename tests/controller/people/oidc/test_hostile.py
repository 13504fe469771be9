"""Whatever a sign-in service answers, it is let in or refused, and never a fault of ours."""

import json
import math
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from controller.errors import NotAllowed
from controller.people.oidc import provider, token
from controller.people.oidc.token import Claims, Expected

ISSUER = "https://login.example"
KEY = rsa.generate_private_key(65537, 2048)
PUBLIC = {**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k-1"}
STRANGE: tuple[Any, ...] = (
    *(None, True, -1, math.inf, math.nan, 10**400, "", "x" * 300, "\ud800", "\0"),
    *([], {}, [1], [None], {"a": 1}, [["dentinel"]]),
)


def claims(**other: Any) -> dict[str, Any]:
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": "dentinel", "nonce": "n", "iat": now, "exp": now + 60}
    return {**whole, "sub": "u-1", **other}


def read(said: Any, key: Mapping[str, Any] = PUBLIC) -> Claims:
    text = json.dumps(said).encode()
    signed = jwt.PyJWS().encode(text, KEY, algorithm="RS256", headers={"kid": "k-1"})
    token.is_known(signed, {"keys": [key]})
    return token.claims(signed, {"keys": [key]}, Expected(ISSUER, "dentinel", "n"))


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("name", sorted({*PUBLIC, "use", "key_ops"}))
def test_a_key_of_no_known_kind_is_refused(name: str) -> None:
    assert read(claims()).subject == "u-1"

    for strange in STRANGE:
        try:
            read(claims(), {**PUBLIC, name: strange})
        except NotAllowed:
            continue
        assert name not in {"kty", "kid", "n", "e"}


@pytest.mark.parametrize("name", ["iss", "aud", "nonce", "iat", "exp", "sub", "azp", "nbf"])
def test_a_claim_of_no_known_kind_is_refused_or_read(name: str) -> None:
    for strange in STRANGE:
        try:
            said = read(claims(**{name: strange}))
        except NotAllowed:
            continue
        assert (said.subject.isascii(), said.email, said.amr) == (True, "", frozenset())


@pytest.mark.parametrize("whole", [None, 1, "text", [claims()], {}])
def test_what_holds_no_claims_is_refused(whole: Any) -> None:
    with pytest.raises(NotAllowed):
        read(whole)


class Answers:
    """A service that says the same to everybody."""

    def __init__(self, body: bytes, status: int = 200) -> None:
        self.body, self.status = body, status

    def get(self, url: str, headers: Mapping[str, str]) -> "Answers":
        return self

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> "Answers":
        return self


BODIES = (
    b"",
    b"[" * 60_000,
    b"\xff\xfe",
    b"null",
    b"[]",
    b'"text"',
    json.dumps({"issuer": ISSUER, "authorization_endpoint": "https://[half"}).encode(),
    json.dumps({"issuer": ISSUER, "authorization_endpoint": "http://login.example"}).encode(),
    json.dumps({"issuer": ISSUER, "authorization_endpoint": ["https://login.example"]}).encode(),
    json.dumps({"issuer": [ISSUER]}).encode(),
)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:40]))
def test_what_a_service_says_of_itself_is_read_or_refused(body: bytes) -> None:
    with pytest.raises(NotAllowed):
        provider.ask(Answers(body), ISSUER, 0.0)


@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 404, 500])
def test_no_answer_but_a_plain_one_is_read(status: int) -> None:
    """A redirect least of all: it could lead to what only this server reaches."""
    good = {"issuer": ISSUER, "authorization_endpoint": ISSUER, "token_endpoint": ISSUER}
    body = json.dumps({**good, "jwks_uri": ISSUER, "keys": []}).encode()
    assert provider.ask(Answers(body), ISSUER, 0.0).token == ISSUER

    with pytest.raises(NotAllowed):
        provider.ask(Answers(body, status), ISSUER, 0.0)
