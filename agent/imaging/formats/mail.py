"""Is it a mail whose whole body is CMS (S/MIME, RFC 8551) or OpenPGP (PGP/MIME, RFC 3156)?

The kind is taken from the decoded bytes, never from `smime-type`. Sender and subject stand in
clear above the body: names are exposed even where the body is not.
"""

import re
from dataclasses import replace

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance, Malformed
from agent.imaging.judgement import Judgement, readable, unproven
from agent.imaging.walks import pgp_armour
from agent.imaging.walks.armour import Armour

_FIELD = re.compile(rb"[A-Za-z][A-Za-z0-9-]{0,60}:")
_TYPE = re.compile(rb"^content-type:\s*application/(x-)?pkcs7-mime\b", re.I | re.M)
_BASE64 = re.compile(rb"^content-transfer-encoding:\s*base64\b", re.I | re.M)
_MULTIPART = re.compile(
    rb"^content-type:\s*multipart/encrypted\b[^\n]*(\n[ \t][^\n]*){0,4}application/pgp-encrypted",
    re.I | re.M,
)
_SIGNED = re.compile(rb"^content-type:\s*multipart/signed\b", re.I | re.M)
_LAST = b"-----END PGP MESSAGE-----"
_CLOSED = re.compile(rb"\s*--[^\r\n]{1,80}--\s*")
_PREFACE = re.compile(
    rb"(?:This is an OpenPGP/MIME [^\r\n]{0,80}\r?\n)?"
    rb"(?:(?:--[^\r\n]{1,80}|(?:Content-[A-Za-z-]{1,40}|Version):[^\r\n]{0,120}"
    rb"|[ \t][^\r\n]{0,80})?\r?\n){0,24}"
)
_TAIL = 1024
_BODY = re.compile(rb"\r?\n\r?\n[\r\n]*")


def smime(glance: Glance) -> Judgement | Inside | None:
    """Header fields, an empty line, and a body of type application/pkcs7-mime."""
    head = glance.head
    if not _FIELD.match(head):
        return None
    blank = _BODY.search(head)
    if blank is None or not _TYPE.search(head, 0, blank.start()):
        return None
    if not _BASE64.search(head, 0, blank.start()):
        size = glance.size - blank.end()
        return Inside(glance.part(blank.end(), size), _as_mail)
    try:
        body = Armour(glance, blank.end(), glance.size).opened()
    except Malformed:
        return unproven("damaged", "mail", "smime")
    return Inside(body, _as_mail)


def pgp_mime(glance: Glance) -> Judgement | Inside | None:
    """A mail of type multipart/encrypted: the second of its two parts is armoured."""
    head = glance.head
    blank = _BODY.search(head) if _FIELD.match(head) else None
    if blank is None or not _MULTIPART.search(head, 0, blank.start()):
        return None
    begin = head.find(b"\n-----BEGIN PGP MESSAGE-----", blank.start())
    first = max(0, glance.size - _TAIL)
    tail = glance.some(first, _TAIL)
    last = tail.rfind(_LAST)
    if begin < 0 or last < 0 or not _PREFACE.fullmatch(head, blank.end(), begin + 1):
        return unproven("damaged", "mail", "pgp_mime")
    if not _CLOSED.fullmatch(tail, last + len(_LAST)):
        return unproven("damaged", "mail", "pgp_mime")
    found = pgp_armour.between(glance, begin + 1, first + last + len(_LAST))
    if isinstance(found, str):
        return unproven(found, "mail", "pgp_mime")
    return Inside(found, _as_pgp)


def signed(glance: Glance) -> Judgement | None:
    """A mail of type multipart/signed (RFC 1847): what is signed stands before the signature."""
    blank = _BODY.search(glance.head) if _FIELD.match(glance.head) else None
    if blank is None or not _SIGNED.search(glance.head, 0, blank.start()):
        return None
    return readable("mail", "mime", "signed_only").with_names()


def _as_pgp(inside: Judgement) -> Judgement:
    if inside.format != "openpgp":
        return unproven("damaged", "mail", "pgp_mime")
    return replace(inside, kind="mail", names_exposed=True)


def _as_mail(inside: Judgement) -> Judgement:
    if inside.format != "cms" and inside.verdict != "plaintext":
        return unproven("damaged", "mail", "smime")
    return replace(inside, kind="mail", names_exposed=True)
