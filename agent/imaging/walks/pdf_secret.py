"""Does an encrypted PDF open without a secret?

The standard security handler, ISO 32000-2, section 7.6.4: the empty password is tried once as the
user's and once as the owner's. Many a PDF is "protected" by an owner password alone, and then
every reader opens it unasked.

The AES of revision 6 comes from the package cryptography, imported when it is first needed.
"""

import hashlib
from dataclasses import dataclass
from typing import Literal

from agent.imaging.glance import Glance, Malformed
from agent.imaging.walks.pdf_objects import Dict

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_MOST_ROUNDS = 2000


@dataclass(frozen=True, slots=True)
class Handler:
    """What the password test needs of an encryption dictionary."""

    revision: int
    key_length: int
    owner: bytes
    user: bytes
    permissions: int
    first_id: bytes
    clear_metadata: bool


def handler(encrypt: Dict, first_id: bytes) -> Handler:
    """Read and check the dictionary of the standard handler; Malformed if a part is missing."""
    revision, permissions = encrypt.get(b"R"), encrypt.get(b"P")
    version, bits = encrypt.get(b"V"), encrypt.get(b"Length", 40)
    owner, user = encrypt.get(b"O"), encrypt.get(b"U")
    if not isinstance(owner, bytes) or not isinstance(user, bytes):
        raise Malformed
    if not isinstance(revision, int) or not isinstance(permissions, int) or revision not in _SIZES:
        raise Malformed
    size = _SIZES[revision]
    if len(owner) < size or len(user) < size:
        raise Malformed
    if revision == 2 or version == 1:
        bits = 40
    elif version == 4:
        bits = 128
    if not isinstance(bits, int) or not 40 <= bits <= 256 or bits % 8:
        raise Malformed
    clear = encrypt.get(b"EncryptMetadata", True) is False
    return Handler(
        revision, bits // 8, owner[:size], user[:size], permissions & 0xFFFFFFFF, first_id, clear
    )


_SIZES = {2: 32, 3: 32, 4: 32, 5: 48, 6: 48}


def opens_empty(handler: Handler, glance: Glance) -> Literal["user", "owner"] | None:
    """As whom the empty password opens the file, if it does."""
    if handler.revision >= 5:
        return _opens_by_hash(handler, glance)
    if _is_user(handler, b""):
        return "user"
    return "owner" if _is_user(handler, _user_of_owner(handler, b"")) else None


def _is_user(handler: Handler, password: bytes) -> bool:
    """Algorithms 2, 4 and 5."""
    digest = hashlib.md5(_padded(password) + handler.owner, usedforsecurity=False)
    digest.update(handler.permissions.to_bytes(4, "little") + handler.first_id)
    if handler.revision >= 4 and handler.clear_metadata:
        digest.update(b"\xff\xff\xff\xff")
    key = digest.digest()
    if handler.revision == 2:
        return rc4(key[:5], _PAD) == handler.user
    for _ in range(50):
        key = hashlib.md5(key[: handler.key_length], usedforsecurity=False).digest()
    check = hashlib.md5(_PAD + handler.first_id, usedforsecurity=False).digest()
    for number in range(20):
        check = rc4(_mixed(key[: handler.key_length], number), check)
    return check == handler.user[:16]


def _user_of_owner(handler: Handler, password: bytes) -> bytes:
    """Algorithm 7: the user's password, as the owner's password decrypts it."""
    key = hashlib.md5(_padded(password), usedforsecurity=False).digest()
    if handler.revision == 2:
        return rc4(key[:5], handler.owner)
    for _ in range(50):
        key = hashlib.md5(key, usedforsecurity=False).digest()
    secret = handler.owner
    for number in reversed(range(20)):
        secret = rc4(_mixed(key[: handler.key_length], number), secret)
    return secret


def _opens_by_hash(handler: Handler, glance: Glance) -> Literal["user", "owner"] | None:
    """Algorithms 11 and 12: a hash, its validation salt, its key salt."""
    user, owner = handler.user, handler.owner
    if _hash(handler, user[32:40], b"", glance) == user[:32]:
        return "user"
    return "owner" if _hash(handler, owner[32:40], user, glance) == owner[:32] else None


def _hash(handler: Handler, salt: bytes, user: bytes, glance: Glance) -> bytes:
    """Algorithm 2.B for the empty password; revision 5 stops after its first step."""
    key = hashlib.sha256(salt + user).digest()
    if handler.revision == 5:
        return key
    for number in range(_MOST_ROUNDS):
        glance.spend_time()
        block = _aes_cbc(key[:16], key[16:32], (key + user) * 64)
        names = ("sha256", "sha384", "sha512")
        key = hashlib.new(names[sum(block[:16]) % 3], block).digest()
        if number >= 63 and block[-1] <= number - 31:
            return key[:32]
    raise Malformed


def _aes_cbc(key: bytes, nonce: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    encryptor = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def _padded(password: bytes) -> bytes:
    return (password + _PAD)[:32]


def _mixed(key: bytes, number: int) -> bytes:
    return bytes(octet ^ number for octet in key)


def rc4(key: bytes, data: bytes) -> bytes:
    """The stream cipher of old PDFs, to test a password with; nothing is kept secret by it."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 0xFF
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for octet in data:
        i = (i + 1) & 0xFF
        j = (j + state[i]) & 0xFF
        state[i], state[j] = state[j], state[i]
        out.append(octet ^ state[(state[i] + state[j]) & 0xFF])
    return bytes(out)
