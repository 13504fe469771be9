"""Is it a scan in three dimensions? STL, PLY, OFF, OBJ, and 3Shape's packed scans.

3Shape writes `.dcm`, which is no DICOM: HIMSA packed scans, XML around packed vertices. One of its
schemas (CE) scrambles them by a key that stands in the program: no secret of the practice.
"""

import re

from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, readable

_STL_HEADER, _STL_FACET = 84, 50
_LOOK = 1024
_OBJ = re.compile(
    rb"(?:[#ogmu][^\n]{0,200}\n|\s*\n|mtllib[^\n]{0,200}\n){0,40}"
    rb"v(?: +-?[0-9][0-9.eE+-]{0,30}){3,7}\s*\n"
)
_OFF = re.compile(rb"(?:ST)?C?N?4?OFF\s(?:#[^\n]{0,200}\n|\s){0,10}[0-9]{1,9}\s+[0-9]{1,9}\s")
_KEYED = re.compile(rb"<Schema>\s*CE\s*</Schema>|schema\s*=\s*[\"']CE[\"']", re.I)


def binary(glance: Glance) -> Judgement | None:
    """Binary STL: 80 octets of anything, a count, and 50 octets a facet to the very end."""
    head = glance.head
    if len(head) >= _STL_HEADER:
        facets = int.from_bytes(head[80:84], "little")
        if facets and glance.size == _STL_HEADER + facets * _STL_FACET:
            return readable("mesh", "stl")
    if head.startswith((b"ply\n", b"ply\r")):
        return readable("mesh", "ply")
    return None


def packed_scan(glance: Glance) -> Judgement | None:
    """`<HPS` in the first KiB of an XML text."""
    head = glance.head[:_LOOK]
    at = head.find(b"<HPS")
    if at < 0 or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return None
    keyed = _KEYED.search(glance.head, at) is not None
    return readable("mesh", "hps", "vendor_key" if keyed else "content")


def text(glance: Glance) -> Judgement | None:
    """STL, OFF and OBJ as text."""
    head = glance.head
    if head[:5] == b"solid" and (b"facet" in head or b"endsolid" in head):
        return readable("mesh", "stl")
    if _OFF.match(head):
        return readable("mesh", "off")
    return readable("mesh", "obj") if _OBJ.match(head) else None
