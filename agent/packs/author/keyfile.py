"""How does an author's private key lie on a disk or a stick, so that a thief cannot use it?

`key/v1`: the 32 bytes of the seed under AES-256-GCM, its key from a passphrase by scrypt (RFC
7914) with n = 131072, r = 8, p = 1: 128 MiB and a quarter of a second for each guess. Not PKCS#8:
the library encrypts that with 2,048 rounds of PBKDF2.

- The public key is bound into the box: a file whose halves were exchanged does not open.
- A file may ask for more work than ours, within what an office PC has; never for less.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from agent.errors import AuthorError, WrongPassphrase
from evidence import strict_json
from evidence.errors import EvidenceError
from evidence.keys import SCHEME, PublicKey, SigningKey

FORM = "key/v1"
SHORTEST = 10
"""Characters of a passphrase, at least."""
_SALT, _NONCE = 16, 12
_MOST_BYTES = 4096
_AGAIN = (
    "take the other copy, or write it anew from the recovery sheet: dentinel pack keys --recover"
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a guess of the passphrase costs, as scrypt counts it."""

    n: int = 131_072
    r: int = 8
    p: int = 1

    @property
    def is_fair(self) -> bool:
        """Is it at least our own, and no trap for the memory of who opens the file?"""
        is_power = self.n > 1 and self.n & (self.n - 1) == 0
        return (
            is_power and self.n >= COST.n and self.r >= COST.r and self.n * self.r * self.p <= 2**23
        )


COST = Cost()


def seal(key: SigningKey, passphrase: str, random: Callable[[int], bytes]) -> bytes:
    """The bytes of a key file; AuthorError if the passphrase is too short to be one."""
    if len(passphrase) < SHORTEST:
        raise AuthorError(
            f"a passphrase has at least {SHORTEST} characters",
            "take four or five words that do not belong together",
        )
    salt, nonce = random(_SALT), random(_NONCE)
    box = AESGCM(_stretched(passphrase, salt, COST)).encrypt(nonce, key.seed, _bound(key.public))
    document = {
        "dentinel": FORM,
        "scheme": SCHEME,
        "public": key.public.hex,
        "kdf": {"name": "scrypt", "n": COST.n, "r": COST.r, "p": COST.p, "salt": salt.hex()},
        "aes_256_gcm": {"nonce": nonce.hex(), "box": box.hex()},
    }
    return json.dumps(document, indent=1).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class Locked:
    """A key file that was read: whose it is can be seen, its secret cannot."""

    public: PublicKey
    cost: Cost
    salt: bytes
    nonce: bytes
    box: bytes

    def open(self, passphrase: str) -> SigningKey:
        """The private key; WrongPassphrase says that it stays shut."""
        try:
            stretched = _stretched(passphrase, self.salt, self.cost)
            seed = AESGCM(stretched).decrypt(self.nonce, self.box, _bound(self.public))
        except InvalidTag:
            raise WrongPassphrase(
                f"the passphrase does not open the key {self.public.keyid[:8]}",
                "type it again; look at the keyboard's layout and at Caps Lock",
            ) from None
        key = SigningKey.from_seed(seed)
        if key.public != self.public:
            raise WrongPassphrase("the key file holds another key than it says", _AGAIN)
        return key


def read(data: bytes, name: str) -> Locked:
    """Read a key file as far as it can be without its passphrase; AuthorError names it."""
    try:
        return _read(strict_json.read(data[:_MOST_BYTES]))
    except (EvidenceError, KeyError, TypeError, ValueError):
        raise AuthorError(f"{name} is no key file, or it is damaged", _AGAIN) from None


def is_key_file(data: bytes) -> bool:
    """Do these first bytes of a file look like those of a key file? For who warns of stray ones."""
    return FORM.encode() in data[:200] and b'"dentinel"' in data[:200]


def _read(document: Any) -> Locked:  # noqa: ANN401 - JSON, taken apart here
    kdf, sealed = document["kdf"], document["aes_256_gcm"]
    cost = Cost(int(kdf["n"]), int(kdf["r"]), int(kdf["p"]))
    kind = (document["dentinel"], document["scheme"], kdf["name"])
    if kind != (FORM, SCHEME, "scrypt") or not cost.is_fair:
        raise ValueError("another form, or a cost that is none of ours")
    parts = [bytes.fromhex(text) for text in (kdf["salt"], sealed["nonce"], sealed["box"])]
    salt, nonce, box = parts
    if len(nonce) != _NONCE or len(salt) < _SALT:
        raise ValueError("a salt or nonce of another length")
    return Locked(PublicKey.from_hex(document["public"]), cost, salt, nonce, box)


def _stretched(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost.n, r=cost.r, p=cost.p).derive(passphrase.encode())


def _bound(public: PublicKey) -> bytes:
    return f"dentinel {FORM} {SCHEME} {public.hex}".encode()
