"""Is it one of the files that have no encryption of their own? Video, databases, office, mail.

A signature is readable content. Databases are called readable though their engine may encrypt
inside (SQL Server's TDE leaves no mark that is public): who knows better says so by a label.
"""

from agent.imaging.glance import Glance
from agent.imaging.judgement import Judgement, readable, unproven
from rules.facts.imaging import FileKind

_AT_START: tuple[tuple[bytes, FileKind, str], ...] = (
    (b"SQLite format 3\x00", "database", "sqlite"),
    (b"PGDMP", "database", "pg_dump"),
    (b"\x01\x0f\x00\x00", "database", "mdf"),
    (b"TAPE", "database", "mtf"),
    (b"!BDN", "mail", "pst"),
    (b"{\\rtf", "office", "rtf"),
    (b"\x1a\x45\xdf\xa3", "video", "matroska"),
    (b"glTF", "mesh", "gltf"),
    (b"vhdxfile", "disk_image", "vhdx"),
    (b"KDMV", "disk_image", "vmdk"),
)
_STARTS = tuple(signature for signature, _, _ in _AT_START)
_STILL = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"))
# MySQL's table format 5.0 and later: version 7 to 10, then the number of a storage engine.
_FRM_VERSIONS, _FRM_ENGINES = range(7, 11), range(1, 64)


def signature(glance: Glance) -> Judgement | None:
    """By the first octets."""
    head = glance.head
    if head.startswith(_STARTS):
        kind, form = next((k, f) for magic, k, f in _AT_START if head.startswith(magic))
        return readable(kind, form)
    if head[4:19] in (b"Standard Jet DB", b"Standard ACE DB"):
        return readable("database", "access")
    if head[:8] == b"MSSQLBAK":
        return unproven("proprietary", "database", "mssqlbak")
    return _media(head) or _table(head)


def _media(head: bytes) -> Judgement | None:
    if head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE"):
        return readable("video", "riff")
    if head[4:8] == b"ftyp" and head[8:12].isascii() and int.from_bytes(head[:4], "big") < 1024:
        still = head[8:12] in _STILL
        return readable("image", "heif") if still else readable("video", "mp4")
    return None


def _table(head: bytes) -> Judgement | None:
    if head[:2] != b"\xfe\x01" or len(head) < 64:
        return None
    fits = head[2] in _FRM_VERSIONS and head[3] in _FRM_ENGINES
    return readable("database", "frm") if fits else None
