"""Is it of a tool that encrypts file by file? age, OpenSSL, rclone, AES Crypt, KeePass, eCryptfs.

Each structure is followed to the end of the file as far as it has one; then a sample of what it
calls ciphertext has to look like some.
"""

import re

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, Span, unproven
from agent.imaging.walks.armour import Armour
from rules.facts.imaging import FileReason

_AGE = b"age-encryption.org/v1\n"
_AGE_MAC = re.compile(rb"\n--- [A-Za-z0-9+/]{43}\n")
_AGE_HEADER = 64 << 10
_AGE_NONCE, _AGE_CHUNK, _TAG = 16, (64 << 10) + 16, 16
_SALTED, _SALT = b"Salted__", 8
_RCLONE, _RCLONE_HEADER, _RCLONE_CHUNK = b"RCLONE\x00\x00", 32, 65_552
_AES_CRYPT = re.compile(rb"AES[\x00-\x03]\x00")
_BLOCK = 16
_KEEPASS = b"\x03\xd9\xa2\x9a"
_KEEPASS_1, _KEEPASS_2 = b"\x65\xfb\x4b\xb5", (b"\x66\xfb\x4b\xb5", b"\x67\xfb\x4b\xb5")
_KEEPASS_1_HEADER = 124
_KEEPASS_1_VERSION = 0x300  # above the lowest octet
_KEEPASS_CIPHERS = {
    bytes.fromhex("31c1f2e6bf714350be5805216afc5aff"): "aes",
    bytes.fromhex("d6038a2b8b6f4cb5a524339a31dbb59a"): "chacha20",
    bytes.fromhex("ad68f29f576f4bb9a36ad47af965346c"): "twofish",
}
_ECRYPTFS_MARK = 0x3C81B7F5
_ECRYPTFS_PAGE = 4096


def _encrypted(
    form: str, method: str, start: int, size: int, reason: FileReason = "cipher"
) -> Judgement:
    sample = Span(start, size - start)
    return Judgement("encrypted", reason, "ciphertext", form, method, sample=sample)


def age(glance: Glance) -> Judgement | None:
    """age-encryption.org/v1: a header with a MAC, a nonce, chunks of 64 KiB (C2SP age)."""
    if not glance.head.startswith(_AGE):
        return None
    header = glance.some(0, _AGE_HEADER)
    end = _AGE_MAC.search(header)
    if end is None:
        raise Beyond if glance.size <= _AGE_HEADER else Malformed
    if b"\n-> " not in header[: end.start()]:
        raise Malformed
    start = end.end() + _AGE_NONCE
    rest = glance.size - start
    if rest < _TAG or 0 < rest % _AGE_CHUNK < _TAG:
        raise Beyond
    by_key = b"\n-> scrypt " not in header[: end.start()]
    return _encrypted("age", "chacha20", start, glance.size, "public_key" if by_key else "cipher")


def salted(glance: Glance) -> Judgement | None:
    """`openssl enc`: neither its cipher nor how the key was made stands in the file."""
    if not glance.head.startswith(_SALTED):
        return None
    start = len(_SALTED) + _SALT
    if glance.size <= start:
        raise Beyond
    return _encrypted("openssl", "unstated", start, glance.size)


def rclone(glance: Glance) -> Judgement | None:
    """Rclone's crypt remote: NaCl secret boxes of 64 KiB (rclone.org/crypt, "File formats")."""
    if not glance.head.startswith(_RCLONE):
        return None
    if glance.size < _RCLONE_HEADER:
        raise Beyond
    rest = (glance.size - _RCLONE_HEADER) % _RCLONE_CHUNK
    if 0 < rest <= _TAG:
        raise Beyond
    return _encrypted("rclone", "xsalsa20", _RCLONE_HEADER, glance.size)


def aes_crypt(glance: Glance) -> Judgement | None:
    """AES Crypt 1 to 3: extensions, key and IV under a MAC, blocks, a MAC (aescrypt.com)."""
    if not _AES_CRYPT.match(glance.head):
        return None
    version, at = glance.head[3], 5
    for _ in range(64 if version >= 2 else 0):
        length = int.from_bytes(glance.exact(at, 2), "big")
        at += 2 + length
        if length == 0:
            break
    # PBKDF2's rounds; IV; of versions 1 and later the key and its MAC.
    at += (4 if version == 3 else 0) + _BLOCK + (48 + 32 if version else 0)
    # The size of the last block stands before the MAC, or in the fifth octet of version 0.
    tail = 32 + (1 if version in (1, 2) else 0)
    blocks = glance.size - at - tail
    if blocks < 0:
        raise Beyond
    if blocks % _BLOCK:
        raise Malformed
    return _encrypted("aescrypt", "aes", at, glance.size)


def keepass(glance: Glance) -> Judgement | None:
    """A KeePass database: every version encrypts it whole."""
    head = glance.head
    if head[:4] != _KEEPASS or len(head) < 12:
        return None
    if head[4:8] in _KEEPASS_2:
        return _keepass_2(glance)
    if head[4:8] != _KEEPASS_1:
        return None
    if glance.size <= _KEEPASS_1_HEADER:
        raise Beyond
    version = int.from_bytes(head[12:16], "little") >> 8
    if version != _KEEPASS_1_VERSION or (glance.size - _KEEPASS_1_HEADER) % _BLOCK:
        raise Malformed
    return _encrypted("kdb", "unstated", _KEEPASS_1_HEADER, glance.size)


def _keepass_2(glance: Glance) -> Judgement:
    """Fields up to that of number 0; number 2 names the cipher."""
    wide = int.from_bytes(glance.head[10:12], "little") >= 4
    at, method = 12, "unstated"
    for _ in range(32):
        field = glance.exact(at, 5 if wide else 3)
        length = int.from_bytes(field[1:], "little")
        at += len(field)
        if field[0] == 2:
            method = _KEEPASS_CIPHERS.get(glance.exact(at, min(length, 16)), "unstated")
        at += length
        if field[0] == 0:
            break
    else:
        raise Malformed
    if at >= glance.size:
        raise Beyond
    return _encrypted("kdbx", method, at, glance.size)


def ecryptfs(glance: Glance) -> Judgement | None:
    """The lower file of eCryptfs: its marker is two numbers that differ by a constant."""
    head = glance.head
    if glance.size < 2 * _ECRYPTFS_PAGE or glance.size % _ECRYPTFS_PAGE:
        return None
    first, second = int.from_bytes(head[8:12], "big"), int.from_bytes(head[12:16], "big")
    version, header = head[16], int.from_bytes(head[20:24], "big")
    if first ^ second != _ECRYPTFS_MARK or not 1 <= version <= 3 or header != _ECRYPTFS_PAGE:
        return None
    stated = int.from_bytes(head[:8], "big")
    if stated > glance.size - 2 * header:
        raise Beyond
    return _encrypted("ecryptfs", "unstated", 2 * header, glance.size)


def armoured_age(glance: Glance) -> Inside | Judgement | None:
    """Age in lines of base64."""
    first = b"-----BEGIN AGE ENCRYPTED FILE-----"
    last = b"-----END AGE ENCRYPTED FILE-----"
    if not glance.head.startswith(first):
        return None
    start = max(0, glance.size - 512)
    tail = glance.some(start, 512)
    at = tail.rfind(last)
    if at < 0:
        return unproven("partial", "ciphertext", "age")
    if tail[at + len(last) :].strip():
        return unproven("contradiction", "ciphertext", "age")
    begin = glance.head.index(b"\n") + 1
    return Inside(Armour(glance, begin, start + at).opened(), _as_age)


def _as_age(inside: Judgement) -> Judgement:
    return inside if inside.format == "age" else unproven("damaged", "ciphertext", "age")
