"""Is it DICOM, with or without its preamble?

With a preamble `DICM` stands at 128 (PS3.10, section 7.1). Many programs write without one: then
the elements must walk, and a UID of DICOM's own must stand among the first. Encrypted attributes
(PS3.15, section E.1) leave the pixels plain: such a file is readable like any other.
"""

from itertools import islice

from agent.imaging.glance import Glance, Stopped
from agent.imaging.judgement import Judgement, readable
from agent.imaging.walks.dicom import EXPLICIT, EXPLICIT_BIG, IMPLICIT, Encoding, Reader

_PREFIX = b"DICM"
_UID = b"1.2.840.10008."
_DIRECTORY = b"1.2.840.10008.1.3.10"
_MORE_OF_A_UID = tuple(bytes([octet]) for octet in b"0123456789.")
_UID_TAGS = frozenset((0x00020002, 0x00020010, 0x00080016))
_MODALITY = 0x00080060
_ENOUGH = 4
_LOOK_AT = 64
_MODALITIES = frozenset(
    b"IO PX DX CR CT MR US XA NM PT OT SC MG RF RG ES XC GM SM SR PR KO SEG DOC OP OPT PLAN".split()
)
_FIRST_GROUPS = {
    b"\x02\x00": (EXPLICIT, IMPLICIT),
    b"\x08\x00": (IMPLICIT, EXPLICIT),
    b"\x00\x02": (EXPLICIT_BIG,),
    b"\x00\x08": (EXPLICIT_BIG,),
}
# Heads of (0002,0002), (0002,0010), (0008,0005), (0008,0008), (0008,0016) as explicit VR writes.
_INNER = (
    b"\x02\x00\x02\x00UI",
    b"\x02\x00\x10\x00UI",
    b"\x08\x00\x05\x00CS",
    b"\x08\x00\x08\x00CS",
    b"\x08\x00\x16\x00UI",
)


def prefixed(glance: Glance) -> Judgement | None:
    """`DICM` at 128, or at 0 where the preamble was dropped. A damaged meta group stays DICOM."""
    head = glance.head
    if head[128:132] == _PREFIX:
        return _found(head[132:512])
    if head[:4] == _PREFIX:
        return _found(head[4:384])
    return None


def bare(glance: Glance) -> Judgement | None:
    """A data set from the first byte on, in any of the encodings."""
    for encoding in _FIRST_GROUPS.get(glance.head[:2], ()):
        if _walks(glance, 0, encoding):
            return _found(glance.head[:512])
    return None


def buried(glance: Glance) -> Judgement | None:
    """A data set behind a preamble that lost its `DICM`; asked after all containers."""
    start = glance.head[:256]
    places = sorted(at for at in map(start.find, _INNER) if at > 0)
    if any(_walks(glance, at, EXPLICIT) for at in places):
        return _found(glance.head[:512])
    return None


def _found(meta: bytes) -> Judgement:
    # The class of a media directory stands in the meta group, in plain ASCII.
    _, found, behind = meta.partition(_DIRECTORY)
    directory = bool(found) and behind[:1] not in _MORE_OF_A_UID
    return readable("dicomdir" if directory else "dicom", "dicom")


def _walks(glance: Glance, offset: int, encoding: Encoding) -> bool:
    """Do tags rise from here, and is there a UID of DICOM's or a known modality among them?"""
    reader, last, modality = Reader(glance), 0, False
    try:
        for number, element in enumerate(islice(reader.elements(offset, encoding), _LOOK_AT), 1):
            if element.tag <= last or element.tag >> 16 not in (0x0002, 0x0008):
                return modality and number > _ENOUGH
            last = element.tag
            if element.tag in _UID_TAGS and reader.value(element).startswith(_UID):
                return True
            modality |= element.tag == _MODALITY and reader.value(element).strip() in _MODALITIES
    except Stopped:
        return False
    return False
