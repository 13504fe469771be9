"""Does the password that Excel publishes open an encrypted Office document? ([MS-OFFCRYPTO] 2.3.4)

A workbook that is only "protected" is encrypted with `VelvetSweatshop`, and opens unasked. A
document is tried with it and with nothing else.
"""

import hashlib
import re
import struct
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass

from agent.imaging.glance import Malformed, Spent

PUBLISHED = "VelvetSweatshop"
_MOST_ROUNDS = 200_000
_STANDARD_ROUNDS = 50_000
_ATTRIBUTE = re.compile(rb'([A-Za-z]{1,40})="([^"<>]{0,400})"')
_ENCRYPTOR = re.compile(rb"<(?:[a-z]{1,8}:)?encryptedKey\s([^>]{1,3000})>")
_KEY_DATA = re.compile(rb"<(?:[a-z]{1,8}:)?keyData\s([^>]{1,2000})>")
_INPUT, _VALUE = bytes.fromhex("fea7d2763b4b9e79"), bytes.fromhex("d7aa0f6d3061344e")
_HASHES = {b"SHA1": "sha1", b"SHA-1": "sha1", b"SHA256": "sha256", b"SHA384": "sha384"} | {
    b"SHA512": "sha512",
    b"SHA-256": "sha256",
    b"SHA-384": "sha384",
    b"SHA-512": "sha512",
}
_AES = {0x660E: 128, 0x660F: 192, 0x6610: 256, 0: 128}
_RC4 = 0x6801


@dataclass(frozen=True, slots=True)
class Scheme:
    """The cipher of the package; `opens`: the published password is its own."""

    method: str
    opens: bool


def scheme(info: bytes) -> Scheme | None:
    """What the stream EncryptionInfo says; None if it is of a kind that is not known."""
    if len(info) < 8:
        raise Malformed
    major, minor = struct.unpack_from("<HH", info)
    if (major, minor) == (4, 4):
        return _agile(info[8:])
    if minor == 2 and major in (2, 3, 4):
        return _standard(info[8:])
    return None


def _agile(text: bytes) -> Scheme | None:
    key_data, encryptor = _KEY_DATA.search(text), _ENCRYPTOR.search(text)
    if key_data is None:
        raise Malformed
    cipher = dict(_ATTRIBUTE.findall(key_data[1])).get(b"cipherAlgorithm")
    if cipher != b"AES":
        return Scheme(cipher.decode("ascii", "replace").lower(), opens=False) if cipher else None
    if encryptor is None:  # for certificates alone
        return Scheme("aes", opens=False)
    return Scheme("aes", opens=_agile_opens(dict(_ATTRIBUTE.findall(encryptor[1]))))


def _agile_opens(said: dict[bytes, bytes]) -> bool:
    try:
        name = _HASHES[said[b"hashAlgorithm"]]
        rounds, bits = int(said[b"spinCount"]), int(said[b"keyBits"])
        salt, sealed, proof = (
            b64decode(said[word], validate=True)
            for word in (b"saltValue", b"encryptedVerifierHashInput", b"encryptedVerifierHashValue")
        )
    except (KeyError, ValueError, Error):
        raise Malformed from None
    if rounds > _MOST_ROUNDS:
        raise Spent
    if bits not in (128, 192, 256) or len(salt) != 16 or not sealed or len(sealed) % 16:
        raise Malformed
    made = _stretched(name, salt, rounds)
    secret = _cbc(_key(name, made, _INPUT, bits), salt, sealed)
    size = hashlib.new(name, usedforsecurity=False).digest_size
    wanted = _cbc(_key(name, made, _VALUE, bits), salt, proof)[:size]
    return hashlib.new(name, secret, usedforsecurity=False).digest() == wanted


def _stretched(name: str, salt: bytes, rounds: int) -> bytes:
    digest = hashlib.new(name, salt + PUBLISHED.encode("utf-16-le"), usedforsecurity=False).digest()
    for number in range(rounds):
        digest = hashlib.new(
            name, number.to_bytes(4, "little") + digest, usedforsecurity=False
        ).digest()
    return digest


def _key(name: str, made: bytes, block: bytes, bits: int) -> bytes:
    digest = hashlib.new(name, made + block, usedforsecurity=False).digest()
    return digest.ljust(bits // 8, b"\x36")[: bits // 8]


def _standard(info: bytes) -> Scheme | None:
    """[MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9."""
    if len(info) < 4:
        raise Malformed
    (size,) = struct.unpack_from("<I", info)
    header, verifier = info[4 : 4 + size], info[4 + size :]
    if len(header) < 32 or len(verifier) < 20 + 16 + 4 + 32:
        raise Malformed
    (algorithm,), (bits,) = (
        struct.unpack_from("<I", header, 8),
        struct.unpack_from("<I", header, 16),
    )
    if algorithm == _RC4:
        return Scheme("rc4", opens=False)
    if algorithm not in _AES:
        return None
    bits = bits or _AES[algorithm]
    if bits not in (128, 192, 256):
        raise Malformed
    salt, sealed, proof = verifier[4:20], verifier[20:36], verifier[40:72]
    made = hashlib.sha1(
        _stretched("sha1", salt, _STANDARD_ROUNDS) + bytes(4), usedforsecurity=False
    ).digest()
    halves = b"".join(
        hashlib.sha1(
            bytes(a ^ b for a, b in zip(made.ljust(64, b"\0"), bytes([pad]) * 64, strict=True)),
            usedforsecurity=False,
        ).digest()
        for pad in (0x36, 0x5C)
    )
    secret = _ecb(halves[: bits // 8], sealed)
    wanted = _ecb(halves[: bits // 8], proof)[:20]
    return Scheme("aes", opens=hashlib.sha1(secret, usedforsecurity=False).digest() == wanted)


def _cbc(key: bytes, nonce: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    return _decrypted(Cipher(algorithms.AES(key), modes.CBC(nonce)), data)


def _ecb(key: bytes, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415

    return _decrypted(Cipher(algorithms.AES(key), modes.ECB()), data)  # noqa: S305 - as it is made


def _decrypted(cipher: "object", data: bytes) -> bytes:
    decryptor = cipher.decryptor()  # type: ignore[attr-defined]
    return bytes(decryptor.update(data) + decryptor.finalize())
