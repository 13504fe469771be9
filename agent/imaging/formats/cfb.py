"""Is it a compound file: an Office document of either age, or a mail of Outlook?

- Documents of today lie in a stream `EncryptedPackage` when they are encrypted: AES is good, unless
  the password that Excel publishes opens it.
- The three old forms of encryption (XOR, RC4 of Word, Excel and PowerPoint) are weak.
"""

from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, Span, readable, unproven
from agent.imaging.walks import cfb as walk
from agent.imaging.walks import office_secret
from agent.imaging.walks.cfb import Compound, Entry
from rules.facts.imaging import FileReason

_INFO_MOST = 16 << 10
_WORD_FLAGS = 0x0A
_WORD_ENCRYPTED, _WORD_OBFUSCATED = 0x0100, 0x8000
_BOUND_SHEET, _FILE_PASS = 0x0085, 0x002F
_WORKBOOK_MOST = 8192
_SLIDES_ENCRYPTED = b"\xdf\xc4\xd1\xf3"
_PACKAGE_HEADER = 8
# Streams of an encrypted document ([MS-OFFCRYPTO] 2.1, 2.3); its properties may stand beside them.
_AROUND = frozenset(
    (
        "EncryptionInfo",
        "EncryptedPackage",
        "Version",
        "DataSpaceMap",
        "StrongEncryptionDataSpace",
        "\x06Primary",
        "\x05SummaryInformation",
        "\x05DocumentSummaryInformation",
    )
)
_LOOSE = 32 << 10  # tables and directory, beside a sector number for each sector
_FIRST_SECTOR = 512 - _PACKAGE_HEADER


def compound(glance: Glance) -> Judgement | None:
    """By the streams that it holds."""
    if not glance.head.startswith(walk.MAGIC):
        return None
    try:
        found = Compound(glance)
        return _package(found) or _old(found) or _plain(found)
    except Beyond:
        return unproven("partial", "office", "cfb")
    except Malformed:
        return unproven("damaged", "office", "cfb")


def _package(found: Compound) -> Judgement | None:
    info, package = found.named("EncryptionInfo"), found.named("EncryptedPackage")
    if info is None or package is None:
        return None
    if package.size <= _PACKAGE_HEADER or not found.lies_whole(package):
        raise Beyond
    scheme = office_secret.scheme(found.read(info, _INFO_MOST))
    if scheme is None or scheme.method not in ("aes", "rc4"):
        return unproven("cipher", "office", "ooxml")
    if scheme.method == "rc4":
        return Judgement("weak_encrypted", "rc4", "office", "ooxml", "rc4")
    if scheme.opens:
        return Judgement("encrypted_no_secret", "default_password", "office", "ooxml", "aes")
    if any(entry.name not in _AROUND for entry in found.streams()):
        return Judgement("partly_encrypted", "streams", "office", "ooxml", "aes")
    if found.loose() > _LOOSE + package.size // 64 or any(found.behind()):
        return unproven("contradiction", "office", "ooxml")
    return Judgement(
        "encrypted", "cipher", "office", "ooxml", "aes", sample=_sample(found, package)
    )


def _sample(found: Compound, package: Entry) -> Span | None:
    """What lies in the first sector, and no more than the package says that it holds."""
    head = found.read(package, _PACKAGE_HEADER)
    inside = int.from_bytes(head, "little")
    if inside > package.size - _PACKAGE_HEADER:
        raise Beyond
    if not found.is_large(package):
        return None
    return Span(found.place(package.start) + _PACKAGE_HEADER, min(inside, _FIRST_SECTOR))


def _old(found: Compound) -> Judgement | None:
    reason = _word(found) or _workbook(found) or _slides(found)
    return Judgement("weak_encrypted", reason, "office", "cfb", reason) if reason else None


def _word(found: Compound) -> FileReason | None:
    """[MS-DOC] 2.5.1: the flags of the file information block."""
    stream = found.named("WordDocument")
    if stream is None:
        return None
    head = found.read(stream, 32)
    flags = int.from_bytes(head[_WORD_FLAGS : _WORD_FLAGS + 2], "little")
    if not flags & _WORD_ENCRYPTED:
        return None
    return "xor" if flags & _WORD_OBFUSCATED else "rc4"


def _workbook(found: Compound) -> FileReason | None:
    """[MS-XLS] 2.4.117: a record FilePass before the first sheet."""
    stream = found.named("Workbook", "Book")
    if stream is None:
        return None
    data, at = found.read(stream, _WORKBOOK_MOST), 0
    while at + 4 <= len(data):
        kind, length = (int.from_bytes(data[i : i + 2], "little") for i in (at, at + 2))
        if kind == _BOUND_SHEET:
            return None
        if kind == _FILE_PASS:
            return "rc4" if data[at + 4 : at + 6] == b"\x01\x00" else "xor"
        at += 4 + length
    return None


def _slides(found: Compound) -> FileReason | None:
    """[MS-PPT] 2.3.2: the token of the current user's record."""
    stream = found.named("Current User")
    if stream is None:
        return None
    return "rc4" if found.read(stream, 16)[12:16] == _SLIDES_ENCRYPTED else None


def _plain(found: Compound) -> Judgement:
    if any(entry.name.startswith("__substg1.0_") for entry in found.entries):
        return readable("mail", "msg")
    return readable("office", "cfb")
