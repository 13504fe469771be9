"""Which cipher is meant by the words of dm-crypt? (crypt target of the device mapper)

`aes-xts-plain64` with 64 bytes of key is AES-256 in XTS mode, which takes two keys of 32.
`cipher_null` is no cipher: the bytes on the disk are the plaintext, under whatever header.
"""

import re

from rules.facts.volumes import Cipher

_SPEC = re.compile(
    r"(?P<cipher>[a-z0-9_]+)-(?P<mode>[a-z0-9]+)(-[a-z0-9:._-]+)?"
    r"|capi:(?P<mode2>[a-z0-9]+)\((?P<cipher2>[a-z0-9_-]+)\)(-[a-z0-9:._-]+)?"
)
_AES: dict[tuple[str, int], Cipher] = {
    ("xts", 32): "xts_aes_128",
    ("xts", 64): "xts_aes_256",
    ("cbc", 16): "cbc_aes_128",
    ("cbc", 32): "cbc_aes_256",
    ("gcm", 16): "aes_gcm",
    ("gcm", 32): "aes_gcm",
}


def cipher(spec: str, key_bytes: int | None) -> Cipher:
    """The cipher of a specification as dmsetup and LUKS headers write it."""
    if "null" in spec:
        return "null_cipher"
    found = _SPEC.fullmatch(spec)
    if not found or (found["cipher"] or found["cipher2"]) != "aes":
        return "other"
    return _AES.get((found["mode"] or found["mode2"], key_bytes or 0), "other")
