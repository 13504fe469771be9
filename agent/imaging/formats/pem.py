"""Is it PEM: a CMS structure in lines, or keys and certificates?

RFC 7468. Keys and certificates hold nothing clinical, but only if nothing else is in the file: a
letter with a key pasted below it is a letter. Labels of other armours are not walked here, and
what is behind them stays unproven.
"""

import base64
import binascii
import re

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, no_content, unproven
from agent.imaging.walks.armour import Armour
from rules.facts.imaging import FileReason

_BEGIN = b"-----BEGIN "
_LABEL = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----[ \t]*\r?\n")
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s([^-]*)-----END \1-----\s*")
_HEADER = re.compile(rb"\s*(?:Proc-Type: 4,ENCRYPTED|DEK-Info: [A-Z0-9,-]{1,60})\r?\n")
_STRUCTURES = frozenset((b"CMS", b"PKCS7"))
_SECRET = b"PRIVATE KEY"
_KEYS = (b"PUBLIC KEY", b"PARAMETERS")
_CERTIFICATES = (b"CERTIFICATE", b"CERTIFICATE REQUEST", b"X509 CRL")
_MOST = 64 << 10
_SSH = b"openssh-key-v1\0"
_WORST_FIRST: tuple[FileReason, ...] = ("secret_key", "key", "certificate")


def armoured(glance: Glance) -> Judgement | Inside | None:
    """A file whose first line is a PEM label."""
    if not glance.head.startswith(_BEGIN):
        return None
    label = _LABEL.match(glance.head)
    if label is None:
        return unproven("opaque", form="pem")
    if label[1] in _STRUCTURES:
        return _structure(glance, label)
    if label[1] == b"PGP SIGNED MESSAGE":
        return None  # clear text between the armour lines
    return _keys(glance) or unproven("opaque", form="pem")


def _structure(glance: Glance, label: re.Match[bytes]) -> Judgement | Inside:
    last = b"-----END " + label[1] + b"-----"
    start = max(0, glance.size - 512)
    tail = glance.some(start, 512)
    at = tail.rfind(last)
    if at < 0:
        return unproven("partial", form="pem")
    if tail[at + len(last) :].strip():
        return unproven("contradiction", form="pem")
    return Inside(Armour(glance, label.end(), start + at).opened(), _as_structure)


def _as_structure(inside: Judgement) -> Judgement:
    # A label that promises CMS, before bytes that are none, proves nothing but what can be read.
    known = inside.format == "cms" or inside.verdict == "plaintext"
    return inside if known else unproven("damaged")


def _keys(glance: Glance) -> Judgement | Inside | None:
    """Keys and certificates, if the whole file is nothing else; a letter below them is read."""
    if glance.size > _MOST:
        return None
    text = glance.exact(0, glance.size)
    reasons, end = set(), 0
    for block in _BLOCK.finditer(text):
        reason = _reason(block[1])
        if block.start() != end or reason is None or not _is_der(block[2]):
            return None
        reasons.add(reason)
        end = block.end()
    if not reasons:
        return None
    if end != len(text):
        return Inside(glance.part(end, len(text) - end), _as_below)
    return no_content(next(reason for reason in _WORST_FIRST if reason in reasons), "pem")


def _as_below(inside: Judgement) -> Judgement:
    return inside if inside.verdict == "plaintext" else unproven("opaque", form="pem")


def _reason(label: bytes) -> FileReason | None:
    if label.endswith(_SECRET):
        return "secret_key"
    if label.endswith(_KEYS):
        return "key"
    return "certificate" if label.endswith(_CERTIFICATES) else None


def _is_der(body: bytes) -> bool:
    """Does the base64 hold one DER value, or a key of OpenSSH's? (An old header may lead.)"""
    lines = _HEADER.sub(b"", body)
    encrypted = lines != body
    try:
        data = base64.b64decode(lines.translate(None, b"\r\n \t"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return encrypted or _is_sequence(data) or data.startswith(_SSH)


def _is_sequence(data: bytes) -> bool:
    """One SEQUENCE of DER, as long as it says."""
    if data[:1] != b"\x30" or len(data) < 2:
        return False
    octets = data[1] & 0x7F if data[1] & 0x80 else 0
    length = int.from_bytes(data[2 : 2 + octets], "big") if octets else data[1]
    return len(data) == 2 + octets + length
