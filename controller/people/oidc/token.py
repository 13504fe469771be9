"""Is this ID token true, for us, now, and of the trip that we sent somebody on?

OpenID Connect Core 1.0, section 3.1.3.7, and RFC 8725. The signature is checked always, also where
the token came straight from the issuer: TLS says who answered, not that the answer is whole.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import jwt

from controller.people.oidc.unwell import Unwell

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures of a key pair. Neither `none` nor one by our own secret: the list is ours."""
LEEWAY_SECONDS = 60
"""By how much the issuer's clock may differ from ours."""
_NEEDED = ["exp", "iat", "sub", "iss", "aud", "nonce"]
_KNOWN = frozenset({"pwd", "pin"})
_HELD = frozenset({"otp", "hwk", "swk", "sc", "sms", "tel", "fpt", "face", "iris", "vbm", "pop"})
_LONGEST_SUBJECT = 255
# What the library lets through of keys and claims that are of no kind it expects.
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
HELP = "try again; if it stays so, whoever runs that service looks into it"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token has to say to be meant for us."""

    issuer: str
    client_id: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a true token says of a person. `email` is empty unless the issuer verified it."""

    subject: str
    email: str
    amr: frozenset[str]
    acr: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read the claims that we look at."""
        amr = said.get("amr")
        return cls(
            subject=str(said["sub"]),
            email=str(said.get("email", "")).strip().lower()
            if said.get("email_verified") is True
            else "",
            amr=frozenset(str(one) for one in amr) if isinstance(amr, list) else frozenset(),
            acr=str(said.get("acr", "")),
        )

    def shows_second_factor(self, acr: frozenset[str]) -> bool:
        """Does it say so by `amr` (RFC 8176), or by one of the `acr` that the org named?"""
        if "mfa" in self.amr or bool(self.amr & _KNOWN and self.amr & _HELD):
            return True
        return bool(self.acr) and self.acr in acr


def claims(token: str, keys: Mapping[str, Any], expected: Expected) -> Claims:
    """The claims of a token; Unwell, with what is wrong, for any that is not true.

    `keys` is the issuer's JSON Web Key Set (RFC 7517).
    """
    try:
        said = jwt.decode(
            token,
            _key(token, keys),
            algorithms=list(ALGORITHMS),
            audience=expected.client_id,
            issuer=expected.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": _NEEDED, "strict_aud": False, "verify_iat": True},
        )
    except jwt.PyJWTError as error:
        raise Unwell(f"the sign-in service's answer is not true: {error}", help=HELP) from error
    except _UNREADABLE as error:
        raise Unwell("the sign-in service's answer cannot be read", help=HELP) from error
    _require_ours(said, expected)
    return Claims.of(said)


def is_known(token: str, keys: Mapping[str, Any]) -> bool:
    """Does its header name one of these keys? If not, they may have changed."""
    try:
        _key(token, keys)
    except (jwt.PyJWTError, *_UNREADABLE):
        return False
    return True


def _key(token: str, keys: Mapping[str, Any]) -> jwt.PyJWK:
    """The key that the token names, of a kind that fits what it was signed with."""
    header = jwt.get_unverified_header(token)
    held = keys.get("keys")
    found = [
        one
        for one in (held if isinstance(held, list) else [])
        if isinstance(one, dict)
        and one.get("use", "sig") == "sig"
        and one.get("kty") in ("RSA", "EC", "OKP")
        and header.get("kid", one.get("kid")) == one.get("kid")
    ]
    if header.get("alg") not in ALGORITHMS or len(found) != 1:
        raise jwt.InvalidKeyError("it is signed by no key of that service's")
    return jwt.PyJWK(found[0], algorithm=header["alg"])


def _require_ours(said: Mapping[str, Any], expected: Expected) -> None:
    """What the library does not look at: nonce, authorised party, age, subject."""
    nonce = str(said["nonce"]).encode(errors="replace")
    if not hmac.compare_digest(nonce, expected.nonce.encode()):
        raise Unwell("the sign-in service's answer is not to this question", help=HELP)
    audience = said["aud"] if isinstance(said["aud"], list) else [said["aud"]]
    if said.get("azp", expected.client_id) != expected.client_id or len(audience) > 1:
        raise Unwell("the sign-in service's answer is for somebody else too", help=HELP)
    subject = said["sub"]
    is_plain = isinstance(subject, str) and subject.isascii()
    if not (is_plain and 0 < len(subject) <= _LONGEST_SUBJECT):
        raise Unwell("the sign-in service's answer names nobody", help=HELP)
