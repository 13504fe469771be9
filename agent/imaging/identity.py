"""Does a DICOM file say whose picture it is?

Read only where it is asked for: in folders that must hold no identities, and by `scan --identity`.
A file that claims to be de-identified is not believed where its own values contradict it.

- Values are looked at and forgotten: what leaves this module is a word.
- `deid_claimed` is no de-identification under 45 CFR 164.514: pixels, file name and a 3-D face
  remain.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.imaging.glance import Glance, Stopped
from agent.imaging.walks.dicom import EXPLICIT, EXPLICIT_BIG, IMPLICIT, Encoding, Reader

State: TypeAlias = Literal[
    "identified", "deid_contradicted", "deid_claimed", "no_identifiers", "unknown"
]
Modality: TypeAlias = Literal["IO", "PX", "DX", "CT", "other", "unknown"]

_NAME, _BIRTH, _ADDRESS, _PHONE = 0x00100010, 0x00100030, 0x00101040, 0x00102154
# With them: id, other ids and names, other ids in sequence, birth name, mother's birth name.
_OTHERS = (0x00100020, 0x00101000, 0x00101001, 0x00101002, 0x00101005, 0x00101060)
_IDENTIFIERS = frozenset((_NAME, _BIRTH, _ADDRESS, _PHONE, *_OTHERS))
_REMOVED, _MODALITY, _SYNTAX = 0x00120062, 0x00080060, 0x00020010
_RECORDS = 0x00041220
_WANTED = _IDENTIFIERS | {_REMOVED, _MODALITY}
_DENTAL: dict[bytes, Modality] = {b"IO": "IO", b"PX": "PX", b"DX": "DX", b"CT": "CT"}
_NOBODY = (b"ANON", b"REMOVED", b"TEST", b"PHANTOM")

_IMPLICIT_SYNTAX = b"1.2.840.10008.1.2"
_DEFLATED_SYNTAX = b"1.2.840.10008.1.2.1.99"
_BIG_SYNTAX = b"1.2.840.10008.1.2.2"
_INFLATED = 64 << 10


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose picture it is, in one word, and what kind of picture."""

    state: State
    modality: Modality


NOTHING = Identity("unknown", "unknown")


def identify(glance: Glance) -> Identity:
    """Read the header of a file that was judged to be DICOM."""
    values: dict[int, bytes] = {}
    reached = 0
    try:
        for tag, value in _values(glance):
            reached = max(reached, tag)
            values[tag] = values.get(tag) or value
    except Stopped:
        if reached < _NAME:
            return Identity("unknown", _modality(values))
    return Identity(_state(values), _modality(values))


def _state(values: dict[int, bytes]) -> State:
    present = {tag for tag in _IDENTIFIERS if values.get(tag)}
    if values.get(_REMOVED, b"").upper() != b"YES":
        return "identified" if present else "no_identifiers"
    birth = values.get(_BIRTH, b"")
    if (len(birth) == 8 and birth.isdigit()) or present & {_ADDRESS, _PHONE}:
        return "deid_contradicted"
    return "deid_contradicted" if _names_somebody(values.get(_NAME, b"")) else "deid_claimed"


def _names_somebody(name: bytes) -> bool:
    """Two parts, no digits, and none of the words that stand for nobody."""
    parts = [part for part in name.split(b"=")[0].split(b"^") if part.strip()]
    upper = name.upper()
    return (
        len(parts) >= 2
        and not any(0x30 <= octet <= 0x39 for octet in name)
        and not any(word in upper for word in _NOBODY)
    )


def _modality(values: dict[int, bytes]) -> Modality:
    said = values.get(_MODALITY, b"")
    return _DENTAL.get(said, "other") if said else "unknown"


def _values(glance: Glance) -> Iterator[tuple[int, bytes]]:
    """Tags from the start to the end of group 0012, with the values that are wanted."""
    glance, start, encoding = _data_set(glance)
    reader = Reader(glance)
    for element in reader.elements(start, encoding, inside=_RECORDS):
        if element.tag >> 16 > 0x0012:
            return
        value = reader.value(element).strip(b" \0") if element.tag in _WANTED else b""
        yield element.tag, value or (b"+" if element.length is None else b"")


def _data_set(glance: Glance) -> tuple[Glance, int, Encoding]:
    """Where the data set begins behind the meta group, and how it is written."""
    reader, offset, syntax = Reader(glance), _first(glance.head), b""
    while reader.take(offset, 2) == b"\x02\x00":
        element = reader.element(offset, EXPLICIT)
        if element.tag == _SYNTAX:
            syntax = reader.value(element).strip(b" \0")
        offset = element.end
    if syntax == _DEFLATED_SYNTAX:
        data = glance.inflate(glance.some(offset, _INFLATED), _INFLATED, -zlib.MAX_WBITS)
        return glance.unpacked(data), 0, EXPLICIT
    return glance, offset, _encoding(syntax, reader.take(offset, 6))


def _first(head: bytes) -> int:
    if head[128:132] == b"DICM":
        return 132
    return 4 if head[:4] == b"DICM" else 0


def _encoding(syntax: bytes, element: bytes) -> Encoding:
    """By the transfer syntax; without one, by how the first element looks."""
    if syntax:
        named = {_IMPLICIT_SYNTAX: IMPLICIT, _BIG_SYNTAX: EXPLICIT_BIG}
        return named.get(syntax, EXPLICIT)
    if element[:1] == b"\0":
        return EXPLICIT_BIG
    return EXPLICIT if element[4:6].isalpha() and element[4:6].isupper() else IMPLICIT
