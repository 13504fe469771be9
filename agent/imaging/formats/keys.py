"""Is it key material that is no PEM? PKCS #12, age and SSH keys, a BitLocker recovery text.

A key holds nothing clinical, but only if nothing else is in the file. Beside the data that it
opens it is a fault of its own, so secret ones are counted.
"""

import re

from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, no_content

_MOST = 4096
_PKCS12 = b"\x02\x01\x03\x30"
_DATA = bytes.fromhex("06092a864886f70d0107")  # PKCS #7, of which data and signed data may follow
_AGE = re.compile(
    rb"(?:# (?:created: [0-9TZ:+-]{10,40}|public key: age1[0-9a-z]{1,200})\r?\n|\s)*"
    rb"(?:AGE-SECRET-KEY-1[0-9A-Z]{58}\s*)+"
)
_SSH = re.compile(
    rb"(?:(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]{3,60} AAAA[A-Za-z0-9+/=]{40,2000}"
    rb"(?: [A-Za-z0-9@._-]{0,80})?\r?\n?)+"
)
_RECOVERY = re.compile(r"\b\d{6}(?:-\d{6}){7}\b")
_IDENTIFIER = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_CLEAR_OF_PEOPLE = 1800  # characters of Microsoft's own text, in its longest language
_ADDRESS = re.compile(r"https?://\S+")


def bag(glance: Glance) -> Judgement | None:
    """PKCS #12 (RFC 7292): version 3, and as long as it says."""
    head = glance.head
    if head[:2] != b"\x30\x82" or head[4:8] != _PKCS12:
        return None
    whole = glance.size == 4 + int.from_bytes(head[2:4], "big") and _DATA in head[8:32]
    return no_content("secret_key", "pkcs12") if whole else None


def text(glance: Glance) -> Judgement | None:
    """A whole file that is keys."""
    if glance.size > _MOST:
        return None
    data = glance.head[: glance.size]
    if _AGE.fullmatch(data):
        return no_content("secret_key", "age_key")
    if _SSH.fullmatch(data):
        return no_content("key", "ssh_key")
    return no_content("secret_key", "recovery_key") if _is_recovery(data) else None


def _is_recovery(data: bytes) -> bool:
    """Eight groups of six digits, each a multiple of 11, beside the name of BitLocker and an id."""
    wide = data.startswith(b"\xff\xfe")
    said = data[2:].decode("utf-16-le", "replace") if wide else data.decode("utf-8", "replace")
    keys = _RECOVERY.findall(said)
    rest = _IDENTIFIER.sub("", _RECOVERY.sub("", _ADDRESS.sub("", said)))
    return (
        len(said) <= _CLEAR_OF_PEOPLE
        and "BitLocker" in said.lstrip("\ufeff").partition("\n")[0]
        and not any(character.isdigit() for character in rest)  # no date, no tooth, no letter
        and _IDENTIFIER.search(said) is not None
        and len(keys) == 1
        and all(int(group) % 11 == 0 for group in keys[0].split("-"))
    )
