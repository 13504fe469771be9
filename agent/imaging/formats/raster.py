"""Is it a picture? JPEG, PNG, GIF, TIFF, BMP, JPEG 2000 and WebP, by their signatures.

None of them has encryption of its own: a signature is readable content.
"""

from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, readable

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"II+\x00", "bigtiff"),
    (b"MM\x00+", "bigtiff"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
)
_STARTS = tuple(signature for signature, _ in _SIGNATURES)

# Marker that follows the start of image: frames and tables, application data, comment (T.81 B.1).
_JPEG_MARKERS = frozenset((*range(0xC0, 0xD0), 0xDB, 0xDD, *range(0xE0, 0xF0), 0xFE))
_BMP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))


def signature(glance: Glance) -> Judgement | None:
    """Definite signatures of four bytes and more."""
    head = glance.head
    if head[:3] == b"\xff\xd8\xff" and len(head) > 3 and head[3] in _JPEG_MARKERS:
        return readable("image", "jpeg")
    if head.startswith(_STARTS):
        return readable(
            "image", next(form for magic, form in _SIGNATURES if head.startswith(magic))
        )
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return readable("image", "webp")
    return None


def bitmap(glance: Glance) -> Judgement | None:
    """BMP begins with two letters only: its header's size has to be one of the known."""
    head = glance.head
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return readable("image", "bmp")
    return None
