"""Is it the image of a disk, and is what lies on it encrypted?

- LUKS by its own header (agent.readers.luks): the cipher that encrypts nothing is plaintext, and a
  file system that lies in clear where ciphertext should begin contradicts it.
- BitLocker by its metadata: a protector that is no secret ("clear key": suspended) opens it.
- Images of Apple, QEMU and VirtualPC by their headers; a raw image by its partitions.
- Free space of an encrypted disk may be empty, so no sample is asked to look random here.
"""

from collections.abc import Iterator

from agent.imaging import veto
from agent.imaging.formats.base import Inside, Members
from agent.imaging.glance import Beyond, Glance
from agent.imaging.judgement import Judgement, Span, readable, unproven
from agent.readers import luks
from agent.readers.errors import ParseError
from agent.readers.luks import Luks
from rules.facts.imaging import FileReason

_SECTOR = 512
_LONGEST_HEADER = 1 << 20
_FVE = b"-FVE-FS-"
_FVE_DONE = b"\x04\0\x04\0"  # encrypted now, and to stay so
_FVE_METHODS = range(0x8000, 0x8006)
_FVE_CLEAR_KEY, _FVE_MASTER_KEY = 0x0000, 0x0002
_FILE_SYSTEMS: tuple[tuple[int, bytes, str], ...] = (
    (3, b"NTFS    ", "ntfs"),
    (3, b"EXFAT   ", "exfat"),
    (54, b"FAT1", "fat"),
    (82, b"FAT32", "fat"),
    (0, b"XFSB", "xfs"),
    (32, b"NXSB", "apfs"),
    (1024, b"H+\x00\x04", "hfs"),
    (1024, b"HX\x00\x05", "hfs"),
    (1080, b"\x53\xef", "ext"),
    (65_600, b"_BHRfS_M", "btrfs"),
)
_PARTITIONS = 128
_UNPARTITIONED = 4 << 20  # before, between and behind partitions, for their alignment
_KOLY = b"koly\x00\x00\x00\x04"
_APPLE_SECOND = b"\0\0\0\x02\0\0\0\x10"  # version 2, initialization vectors of 16 octets
_APPLE_STARTS = (b"x\x01", b"\0\0", b"ER", b"BZ", b"bv")


def luks_volume(glance: Glance) -> Judgement | None:
    """A LUKS container, or a disk copied with its header."""
    if not glance.head.startswith(luks.MAGIC):
        return None
    try:
        size = luks.header_size(glance.head)
        if size is None:
            raise Beyond
        said = luks.parse(glance.exact(0, min(size, _LONGEST_HEADER)))
    except ParseError:
        return unproven("damaged", "disk_image", "luks")
    if any(segment.offset >= glance.size for segment in said.segments):
        return unproven("partial", "disk_image", "luks")
    start = min((segment.offset for segment in said.segments), default=0)
    if _file_system(glance, start) or _in_clear(glance, start):
        return unproven("contradiction", "disk_image", "luks")
    return _by_cipher(said)


def _by_cipher(said: Luks) -> Judgement:
    """As good as the worst of its segments; a re-encryption that is not done proves nothing."""
    ciphers = {segment.cipher for segment in said.segments}
    if said.converting:
        return unproven("contradiction", "disk_image", "luks")
    if "null_cipher" in ciphers:
        return readable("disk_image", "luks", "null_cipher")
    if None in ciphers:
        return Judgement("partly_encrypted", "streams", "disk_image", "luks")
    if ciphers & {"other", "hardware"}:
        return unproven("cipher", "disk_image", "luks")
    return Judgement("encrypted", "cipher", "disk_image", "luks", "aes")


def bitlocker(glance: Glance) -> Judgement | None:
    """A BitLocker volume: of three copies of its metadata, those that are whole say the same."""
    if glance.head[3:11] != _FVE:
        return None
    places = {int.from_bytes(glance.exact(at, 8), "little") for at in (176, 184, 192)}
    copies = [at for at in sorted(places) if at % _SECTOR == 0 and glance.some(at, 8) == _FVE]
    if not copies:
        return unproven("partial", "disk_image", "bitlocker")
    if any(glance.exact(at + 12, 4) != _FVE_DONE for at in copies):
        return unproven("contradiction", "disk_image", "bitlocker")  # converting, or paused in it
    if _in_clear(glance, glance.size // 2):
        return unproven("contradiction", "disk_image", "bitlocker")
    first, *others = (_bitlocker(glance, at + 64) for at in copies)
    if any(other != first for other in others):
        return unproven("contradiction", "disk_image", "bitlocker")
    return first


def _bitlocker(glance: Glance, at: int) -> Judgement:
    """The metadata header, then entries; a master key says by what it is protected."""
    header = glance.exact(at, 48)
    size = int.from_bytes(header[:4], "little")
    method = int.from_bytes(header[36:38], "little")
    if not 48 < size <= 64 << 10 or method not in _FVE_METHODS:
        return unproven("cipher", "disk_image", "bitlocker")
    entries, place, protectors = glance.exact(at, size), 48, set[int]()
    while place + 8 <= size:
        length, kind = (int.from_bytes(entries[i : i + 2], "little") for i in (place, place + 2))
        if length < 8:
            break
        if kind == _FVE_MASTER_KEY and length >= 36:
            protectors.add(int.from_bytes(entries[place + 34 : place + 36], "little"))
        place += length
    if not protectors:
        return unproven("handler", "disk_image", "bitlocker")
    if _FVE_CLEAR_KEY in protectors:
        opens: FileReason = "default_password"
        return Judgement("encrypted_no_secret", opens, "disk_image", "bitlocker", "aes")
    return Judgement("encrypted", "cipher", "disk_image", "bitlocker", "aes")


def apple(glance: Glance) -> Judgement | None:
    """An encrypted disk image of macOS, or one that is not."""
    if glance.head.startswith(b"encrcdsa"):
        if glance.size <= 128 << 10 or glance.head[8:16] != _APPLE_SECOND:
            return unproven("partial", "disk_image", "dmg")
        sample = Span(glance.size // 2, glance.size - glance.size // 2)
        return Judgement("encrypted", "cipher", "disk_image", "dmg", "aes", sample=sample)
    if glance.head[:2] in _APPLE_STARTS and glance.some(glance.size - _SECTOR, 8) == _KOLY:
        return readable("disk_image", "dmg")
    return None


def qcow(glance: Glance) -> Judgement | Inside | None:
    """QEMU's qcow2 (docs/interop/qcow2 of QEMU): its method of encryption stands at 32."""
    head = glance.head
    if head[:4] != b"QFI\xfb" or head[4:8] not in (b"\0\0\0\2", b"\0\0\0\3"):
        return None
    method = int.from_bytes(head[32:36], "big")
    if method == 0:
        return readable("disk_image", "qcow2")
    if method == 1:
        return Judgement("weak_encrypted", "no_integrity", "disk_image", "qcow2", "aes")
    at = int.from_bytes(head[100:104], "big")
    while method == 2 and 104 <= at + 8 <= len(head):
        kind, length = (int.from_bytes(head[i : i + 4], "big") for i in (at, at + 4))
        if kind == 0x0537BE77 and length == 16:
            start, size = (int.from_bytes(head[i : i + 8], "big") for i in (at + 8, at + 16))
            return Inside(_header_of(glance, start, size), _as_qcow)
        if kind == 0:
            break
        at += 8 + -(-length // 8) * 8
    return unproven("cipher", "disk_image", "qcow2")


def _header_of(glance: Glance, start: int, size: int) -> Glance:
    """The LUKS header in an image; its data lie elsewhere, so its size is that of the image."""
    glance.exact(start, min(size, 4096))

    def read(offset: int, length: int) -> bytes:
        return glance.exact(start + offset, min(length, size - offset)) if offset < size else b""

    return glance.within(read, max(glance.size, size + 1))


def _as_qcow(inside: Judgement) -> Judgement:
    if inside.format != "luks":
        return unproven("damaged", "disk_image", "qcow2")
    return inside


def raw(glance: Glance) -> Judgement | Members | None:
    """A file system, or a disk with partitions: GPT (UEFI 5.3) or MBR."""
    if glance.size < 64 << 10:
        return None
    if _file_system(glance):
        return readable("disk_image", "raw")
    if glance.head[510:512] != b"\x55\xaa" and glance.some(512, 8) != b"EFI PART":
        return None
    partitions = list(_partitions(glance))
    if not partitions:
        return None
    whole = Judgement("encrypted", "cipher", "disk_image", "raw", "unstated")
    return Members(partitions, whole, readable("disk_image", "raw"))


def _file_system(glance: Glance, start: int = 0) -> bool:
    """Does one begin there, in clear?"""
    return any(glance.some(start + at, len(mark)) == mark for at, mark, _ in _FILE_SYSTEMS)


def _in_clear(glance: Glance, start: int) -> bool:
    """Where ciphertext should begin, is it plainly none? What was never written is zero."""
    begin = glance.some(start, 8 * _SECTOR)  # of an image in an image the header alone is seen
    return any(begin) and veto.contradicts(glance, Span(start, len(begin)))


def _partitions(glance: Glance) -> Iterator[Glance]:
    if glance.some(512, 8) == b"EFI PART":
        table = glance.exact(2 * _SECTOR, _PARTITIONS * 128)
        rows = [table[at : at + 128] for at in range(0, len(table), 128)]
        spans = [
            (int.from_bytes(row[32:40], "little"), int.from_bytes(row[40:48], "little"))
            for row in rows
            if any(row[:16])
        ]
        pairs = [(first, last - first + 1) for first, last in spans]
    else:
        rows = [glance.head[at : at + 16] for at in range(446, 510, 16)]
        if any(row[0] not in (0x00, 0x80) for row in rows):
            return
        pairs = [
            (int.from_bytes(row[8:12], "little"), int.from_bytes(row[12:16], "little"))
            for row in rows
            if row[4]
        ]
    for first, count in pairs:
        if first and count > 0 and (first + count) * _SECTOR <= glance.size:
            yield glance.part(first * _SECTOR, count * _SECTOR)
        else:
            raise Beyond
    if glance.size - sum(count for _, count in pairs) * _SECTOR > _UNPARTITIONED:
        raise Beyond  # what lies outside of them can be read too


def virtual(glance: Glance) -> Judgement | None:
    """A disk of VirtualPC (VHD): its footer, and of a growing one a copy at the beginning."""
    if glance.head.startswith(b"conectix") or (
        glance.size % _SECTOR == 0
        and glance.size > 64 << 10
        and glance.head[510:512] == b"\x55\xaa"
        and glance.some(glance.size - _SECTOR, 8) == b"conectix"
    ):
        return readable("disk_image", "vhd")
    return None
