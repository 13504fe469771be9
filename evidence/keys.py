"""Which key is this, and is it worth believing?

Ed25519 (RFC 8032) and nothing else: the scheme is bound to the key's record and never read from a
message. A key goes by its id, the SHA-256 of its 32 raw bytes.

- A public key of small order is refused wherever a key comes in: one constant signature verifies
  for many messages under it, so that its owner could later say "anyone could have signed this".
- Nothing here makes randomness: a new key is made of 32 random bytes that the caller brings.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from evidence.errors import Malformed, WeakKey

SCHEME: Final = "ed25519"

_SMALL_ORDER = frozenset(
    bytes.fromhex(point)
    for point in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)


def keyid(raw: bytes) -> str:
    """The id of a public key: SHA-256 of its raw bytes, in hex."""
    return hashlib.sha256(raw).hexdigest()


def is_weak(raw: bytes) -> bool:
    """Is this one of the points of small order, whatever the sign of its x?"""
    return raw[:-1] + bytes([raw[-1] & 0x7F]) in _SMALL_ORDER


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that checks signatures; `from_raw` and `from_hex` are the doors that refuse."""

    raw: bytes
    keyid: str
    _point: Ed25519PublicKey = field(repr=False, compare=False)

    @classmethod
    def from_raw(cls, raw: bytes) -> Self:
        """Take 32 raw bytes; Malformed if they are not 32, WeakKey if anybody can sign for them."""
        if len(raw) != 32:
            raise Malformed(f"an Ed25519 public key has 32 bytes, not {len(raw)}")
        if is_weak(raw):
            raise WeakKey("a public key of small order: anybody can sign for it; make a new key")
        return cls(raw, keyid(raw), Ed25519PublicKey.from_public_bytes(raw))

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Take 64 lower-case hex digits."""
        if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
            raise Malformed("a public key is 64 lower-case hex digits")
        return cls.from_raw(bytes.fromhex(text))

    @property
    def hex(self) -> str:
        """The raw bytes as they stand in messages."""
        return self.raw.hex()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Did the owner of this key sign these bytes? Never raises."""
        try:
            self._point.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs; its seed is the secret and never prints."""

    seed: bytes = field(repr=False)
    public: PublicKey
    _secret: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """The key of 32 random bytes, which are all that there is to store."""
        if len(seed) != 32:
            raise Malformed(f"an Ed25519 seed has 32 bytes, not {len(seed)}")
        secret = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(seed, PublicKey.from_raw(secret.public_key().public_bytes_raw()), secret)

    @property
    def keyid(self) -> str:
        """The id of the public half."""
        return self.public.keyid

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message always gives the same ones."""
        return self._secret.sign(message)
