"""Which packets do the lines of an OpenPGP armour stand for? (RFC 9580, 6.2)"""

import re
from typing import Literal, TypeAlias

from agent.imaging.glance import Glance
from agent.imaging.walks.armour import Armour

_LOOK = 8192
_TAIL = 1024
_FIELDS = re.compile(
    rb"-----BEGIN PGP [A-Z ]{1,40}-----[ \t]*\r?\n"
    rb"(?:(?:Version|Comment|Hash|Charset|MessageID): [^\r\n]{0,120}\r?\n){0,8}\r?\n"
)
_CHECKSUM = 8  # of the line with it, with the ends of lines around it

Fault: TypeAlias = Literal["damaged", "partial", "contradiction"]


def between(glance: Glance, start: int, end: int, label: bytes = b"MESSAGE") -> Glance | Fault:
    """The packets of the armour that begins at `start`; only white space may stand behind it."""
    head = glance.some(start, _LOOK)
    blanks = (head.find(b"\n\n") + 1, head.find(b"\n\r\n") + 2)
    begin = min((at + 1 for at in blanks if at > 1), default=0)
    if not begin:
        return "damaged"
    if not _FIELDS.fullmatch(head, 0, begin):
        return "contradiction"
    begin += start
    first = max(begin, end - _TAIL)
    tail = glance.some(first, end - first)
    close = b"-----END PGP " + label + b"-----"
    last = tail.rfind(close)
    if last < 0:
        return "partial"
    if tail[last + len(close) :].strip():
        return "contradiction"
    body = tail[:last].rstrip(b"\r\n \t")
    check = body.rfind(b"\n=")
    if len(body) - _CHECKSUM < check:
        body = body[:check]
    return Armour(glance, begin, first + len(body)).opened() if body else "damaged"
