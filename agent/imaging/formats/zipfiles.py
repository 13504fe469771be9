"""Is it a ZIP, or an Office document in one, and which of its members can anybody read?

The directory is walked to its end. Names stand in it in clear: a ZIP of ciphertext shows them too.

- Members encrypted by AES, or by a good cipher of PKWARE's strong encryption: `encrypted`.
- ZipCrypto and old ciphers: weak. Some encrypted and some not: partly.
- An OpenDocument names its encrypted members in its manifest, and nowhere else.
- Without encryption of its own it is readable, unless every member is itself proven ciphertext.
- Without its directory (cut, streamed, or with the directory encrypted) the first header decides,
  and only towards readable.
"""

import zlib
from collections.abc import Iterator
from functools import partial

from agent.imaging.formats.base import Inside, Members
from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, Span, readable, unproven
from agent.imaging.walks import odf, program
from agent.imaging.walks import zipfiles as walk
from agent.imaging.walks.zipfiles import Directory, Member, Split
from rules.facts.imaging import FileKind, FileReason

_AES_METHOD, _AES_FIELD, _STRONG_FIELD = 99, 0x9901, 0x0017
_AES_STRENGTHS = frozenset((1, 2, 3))
_AES_LEAST = 8 + 2 + 10  # salt of AES-128, verifier, authentication code
# Algorithms of strong encryption (APPNOTE 7.2.3.2).
_GOOD = {0x660E: "aes", 0x660F: "aes", 0x6610: "aes", 0x6721: "twofish"}
_WEAK: dict[int, tuple[str, FileReason]] = {
    0x6601: ("des", "des"),
    0x6602: ("rc2", "rc2"),
    0x6603: ("3des", "des"),
    0x6609: ("3des", "des"),
    0x6702: ("rc2", "rc2"),
    0x6720: ("blowfish", "block64"),
    0x6801: ("rc4", "rc4"),
}
_FORMAT, _FORMAT_LEAST = 3, 14  # of the decryption header
_STORED, _DEFLATED = 0, 8
_KNOWN = 16  # headers of members that are compared with the directory
_LOOK = 8192
_READABLE = (b"<?xml", b"\x89PNG", b"\xff\xd8\xff", b"PK\x03\x04", b"%PDF-", b"GIF8")
_HELD = 1 << 20  # of a compressed member, to prove it ciphertext
_KINDS: tuple[tuple[bytes, FileKind, str], ...] = (
    (b"3D/3dmodel.model", "mesh", "3mf"),
    (b"[Content_Types].xml", "office", "ooxml"),
    (b"META-INF/manifest.xml", "office", "odf"),
)


def zipped(glance: Glance) -> Judgement | Inside | Members | None:
    """A file that begins with a member, or is a program with an archive behind it."""
    begins = glance.head[:4] in (walk.LOCAL, b"PK\x05\x06")
    if not begins and glance.head[:2] != b"MZ":
        return None
    try:
        found = walk.directory(glance)
    except Split:
        return unproven("multi_volume", "archive", "zip")
    except (Malformed, Beyond):
        found = None
    if found is not None:
        return _by_directory(glance, found)
    return _by_first_header(glance) if begins else None


def _by_directory(glance: Glance, found: Directory) -> Judgement | Members:
    kind, form = _kind(found.members)
    filled = [member for member in found.members if member.is_filled]
    if not filled:
        return _named(readable(kind, form, "names_only"))
    for member in filled[:: -(-len(filled) // _KNOWN)]:
        _, flags = walk.place(glance, member)
        if (flags ^ member.flags) & walk.ENCRYPTED:
            return _named(unproven("contradiction", kind, form))
    if form == "odf" and (document := _document(glance, found, filled)) is not None:
        return _named(document)
    clear = [member for member in filled if not member.flags & walk.ENCRYPTED]
    secret = [member for member in filled if member.flags & walk.ENCRYPTED]
    sealed = _sealed(glance, secret) if secret else None
    if sealed is not None and not clear:
        return _named(_whole(glance, found, sealed))
    mixed = Judgement("partly_encrypted", "members", kind, form)
    otherwise = _named(mixed if secret else readable(kind, form))
    if not _can_be_secret(glance, found, sealed):
        return otherwise
    whole = _named(sealed or Judgement("encrypted", "cipher", "archive", "zip", "unstated"))
    return Members(map(partial(_opened, glance), clear), whole, otherwise)


def _document(glance: Glance, found: Directory, filled: list[Member]) -> Judgement | None:
    """An OpenDocument by its manifest; None if that says nothing of encryption."""
    listed = next((one for one in filled if one.name == odf.MANIFEST), None)
    try:
        algorithms = {} if listed is None else odf.secret(_text(glance, listed))
    except (Malformed, Beyond):
        return None
    secret = [one for one in filled if one.name in algorithms]
    if not secret:
        return None
    names = [one.name for one in filled]
    if len(set(names)) < len(names) or any(one.method != _STORED for one in secret):
        return unproven("contradiction", "office", "odf")
    if {*names} - algorithms.keys() - {*odf.OPEN}:
        return Judgement("partly_encrypted", "members", "office", "odf")
    ciphers = {odf.cipher(algorithms[one.name]) for one in secret}
    if "blowfish" in ciphers:
        return Judgement("weak_encrypted", "block64", "office", "odf", "blowfish")
    if None in ciphers:
        return unproven("cipher", "office", "odf")
    return _whole(glance, found, _ciphertext(glance, secret))


def _ciphertext(glance: Glance, members: list[Member]) -> Judgement:
    """Encrypted, unless one of these members begins as what anybody can read."""
    for member in members[:: -(-len(members) // _KNOWN)]:
        span, _ = walk.place(glance, member)
        if glance.some(span.offset, 8).startswith(_READABLE):
            return unproven("contradiction", "office", "odf")
    largest, _ = walk.place(glance, max(members, key=lambda member: member.packed))
    return Judgement("encrypted", "cipher", "office", "odf", "aes", sample=largest)


def _text(glance: Glance, member: Member) -> bytes:
    """A member to its end."""
    data = _opened(glance, member)
    return data.exact(0, data.size)


def _can_be_secret(glance: Glance, found: Directory, sealed: Judgement | None) -> bool:
    """Could clear members that are ciphertext make the whole a secret?"""
    good = sealed is None or sealed.verdict == "encrypted"
    return good and not found.cut and _is_alone(glance, found)


def _whole(glance: Glance, found: Directory, sealed: Judgement) -> Judgement:
    """The judgement on the members, if the file is nothing but them."""
    if found.cut:
        return unproven("limit", "archive", "zip")
    if sealed.verdict == "encrypted" and not _is_alone(glance, found):
        return unproven("contradiction", "archive", "zip")
    return sealed


def _is_alone(glance: Glance, found: Directory) -> bool:
    """Nothing between the members, and before them nothing but a program that unpacks them."""
    if not found.is_tiled():
        return False
    if not found.first:
        return True
    before = program.end(glance.part(0, found.first))
    return before is not None and before[0] == found.first


def _named(judgement: Judgement) -> Judgement:
    return judgement.with_names()


def _kind(members: tuple[Member, ...]) -> tuple[FileKind, str]:
    names = {member.name for member in members}
    return next(((kind, form) for name, kind, form in _KINDS if name in names), ("archive", "zip"))


def _sealed(glance: Glance, members: list[Member]) -> Judgement:
    """The verdict on those that are encrypted: as good as the worst of them."""
    method = "unstated"
    for member in members:
        good, weak = _cipher(member)
        if weak is not None:
            word, reason = weak
            return Judgement("weak_encrypted", reason, "archive", "zip", word)
        if good is None:
            return unproven("cipher", "archive", "zip")
        if member.offset + member.packed > glance.size:
            raise Beyond
        method = good
    largest = max(members, key=lambda member: member.packed)
    span, _ = walk.place(glance, largest)
    return Judgement("encrypted", "cipher", "archive", "zip", method, sample=span)


def _cipher(member: Member) -> tuple[str | None, tuple[str, FileReason] | None]:
    """A good method, or a weak one and why; neither if it is not known."""
    if member.method == _AES_METHOD:
        field = member.field(_AES_FIELD)
        if field is None or len(field) < 7 or field[2:4] != b"AE":
            raise Malformed
        fits = field[4] in _AES_STRENGTHS and member.packed > _AES_LEAST
        return ("aes" if fits else None), None
    if member.flags & walk.STRONG:
        field = member.field(_STRONG_FIELD)
        if field is None or len(field) < 8:
            return None, None
        number = int.from_bytes(field[2:4], "little")
        return _GOOD.get(number), _WEAK.get(number)
    return None, ("zipcrypto", "zipcrypto")


def _opened(glance: Glance, member: Member) -> Glance:
    """A member as a file of its own; Beyond if it is too long to be unpacked here."""
    span, _ = walk.place(glance, member)
    if member.method == _STORED:
        return glance.part(span.offset, span.length)
    if member.method != _DEFLATED:
        return glance.unpacked(b"")
    data, closed = glance.inflate_to_end(
        glance.exact(span.offset, min(span.length, _HELD)), _HELD, -zlib.MAX_WBITS
    )
    if not closed or span.length > _HELD:
        raise Beyond
    return glance.unpacked(data)


def _by_first_header(glance: Glance) -> Judgement | Inside:
    """Without a directory: what the first members are."""
    for member, span in _streamed(glance):
        if member.flags & walk.ENCRYPTED:
            if member.flags & walk.STRONG and member.flags & walk.MASKED:
                return _masked(glance, span)
            break
        data = glance.some(span.offset, min(span.length, _LOOK))
        if member.method == _DEFLATED:
            data = glance.inflate(data, _LOOK, -zlib.MAX_WBITS)
        elif member.method != _STORED:
            break
        return Inside(glance.unpacked(data), _as_cut)
    return unproven("partial", "archive", "zip")


def _masked(glance: Glance, span: Span) -> Judgement:
    """The directory itself is encrypted: the cipher stands before the data (APPNOTE 7.2.4)."""
    nonce = int.from_bytes(glance.exact(span.offset, 2), "little")
    record = glance.exact(span.offset + 2 + nonce, 12)
    length, form, number = (int.from_bytes(record[at : at + 2], "little") for at in (0, 4, 6))
    if form != _FORMAT or length < _FORMAT_LEAST:
        raise Malformed
    if weak := _WEAK.get(number):
        return Judgement("weak_encrypted", weak[1], "archive", "zip", weak[0])
    if number not in _GOOD:
        return unproven("cipher", "archive", "zip")
    rest = Span(span.offset, glance.size - span.offset)
    return Judgement("encrypted", "cipher", "archive", "zip", _GOOD[number], sample=rest)


def _streamed(glance: Glance) -> Iterator[tuple[Member, Span]]:
    """Members with data, by the headers before them; a size may follow the data."""
    offset = 0
    for _ in range(16):
        header = glance.exact(offset, 30)
        if header[:4] != walk.LOCAL:
            return
        number = partial(int.from_bytes, byteorder="little")
        flags, method = number(header[6:8]), number(header[8:10])
        packed, size = number(header[18:22]), number(header[22:26])
        start = offset + 30 + number(header[26:28]) + number(header[28:30])
        member = Member(flags, method, packed, size, offset, b"", b"")
        if size or packed or flags & 8:
            yield member, Span(start, packed or _LOOK)
            return
        offset = start


def _as_cut(inside: Judgement) -> Judgement:
    """Only towards readable: what follows is not there to be seen."""
    if inside.verdict == "plaintext":
        return _named(readable("archive", "zip"))
    return _named(unproven("partial", "archive", "zip"))
