"""How is DICOM asked whether it is there, and what does its answer look like? (PS3.8, section 9.3)

An A-ASSOCIATE-RQ for Verification alone: nothing is looked for, and no name of anybody is sent.
Whoever answers in the form of the protocol speaks it, also if he refuses us.
"""

from typing import Literal, TypeAlias

CALLED, CALLING = "ANY-SCP", "DENTINEL"

Said: TypeAlias = Literal["accept", "reject", "abort", "part", "other"]
"""What an answer is; `part` may become one, `other` is not of this protocol."""

_CONTEXT = "1.2.840.10008.3.1.1.1"
_VERIFICATION = "1.2.840.10008.1.1"
_IMPLICIT = "1.2.840.10008.1.2"
_OURS = "2.25.191395720797762304202967044416528067221"
"""Our implementation class, a UUID as PS3.5, annex B.2, makes a UID of it."""

_LARGEST = 16384
"""Bytes of a PDU that we would take; an answer is far smaller."""

_HEADER = 6
_ANSWERS: dict[int, tuple[Said, int, int]] = {
    2: ("accept", 68, 1 << 16),
    3: ("reject", 4, 4),
    7: ("abort", 4, 4),
}
"""By the type of a PDU: what it is, and the shortest and longest that it may be."""

RELEASE = b"\x05\0" + (4).to_bytes(4, "big") + bytes(4)
"""A-RELEASE-RQ: how a conversation ends that was accepted."""


def request() -> bytes:
    """The A-ASSOCIATE-RQ."""
    context = bytes([1, 0, 0, 0]) + _item(0x30, _VERIFICATION) + _item(0x40, _IMPLICIT)
    user = _item(0x51, _LARGEST.to_bytes(4, "big")) + _item(0x52, _OURS) + _item(0x55, "DENTINEL")
    titles = f"{CALLED:<16}{CALLING:<16}".encode()
    body = b"\0\1\0\0" + titles + bytes(32)
    body += _item(0x10, _CONTEXT) + _item(0x20, context) + _item(0x50, user)
    return b"\1\0" + len(body).to_bytes(4, "big") + body


def read(data: bytes) -> Said:
    """What the bytes are that came back so far."""
    if not data:
        return "part"
    kind, least, most = _ANSWERS.get(data[0], ("other", 0, 0))
    if kind == "other" or data[1:2] not in (b"", b"\0"):
        return "other"
    if len(data) < _HEADER:
        return "part"
    length = int.from_bytes(data[2:_HEADER], "big")
    if not least <= length <= most:
        return "other"
    return kind if len(data) >= _HEADER + length else "part"


def _item(kind: int, content: str | bytes) -> bytes:
    body = content.encode() if isinstance(content, str) else content
    return bytes([kind, 0]) + len(body).to_bytes(2, "big") + body
