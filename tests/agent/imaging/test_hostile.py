"""Files made to exhaust: none takes more time or memory than a file may, and none raises."""

import random
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from tests.agent.imaging.corpus.base import NOISE
from tests.agent.imaging.samples import pdf
from tests.agent.imaging.samples.raster import PICTURES

CPU_SECONDS = 1.0
"""Of a machine that is slow: the budget is a quarter of it, one step may still be under way."""

MEMORY = 64 << 20


def seven_zip(header: bytes) -> bytes:
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + zlib.crc32(start).to_bytes(4, "little") + start + header


def vast_dictionary() -> bytes:
    """A packed header that wants 4 GiB to be unpacked."""
    folder = b"\x07\x0b\x01\x00\x01\x23\x03\x01\x01\x05\x5d\xff\xff\xff\xff\x0c\x64\x00\x00"
    return seven_zip(b"\x17\x06\x00\x01\x09\x10\x00" + folder)


def many_folders() -> bytes:
    head = b"\x01\x04\x07\x0b\xc0\x20\x4e\x00" + b"\x01\x01\x00" * 20_000
    return seven_zip(head)


def rar_blocks() -> bytes:
    body = b"\x03\x09\x00"
    block = zlib.crc32(body).to_bytes(4, "little") + body
    return b"Rar!\x1a\x07\x01\x00" + block * 20_000


def zip_of_empties(count: int, *, flags: int = 1) -> bytes:
    """A directory of very many members that all claim the same place."""
    entry = struct.pack(
        "<4s6H3I5H2I", b"PK\1\2", 20, 20, flags, 0, 0, 0, 0, 99, 99, 1, 0, 0, 0, 0, 0, 0
    )
    local = b"PK\3\4" + struct.pack("<5H3I2H", 20, flags, 0, 0, 0, 0, 99, 99, 1, 0) + b"a"
    body = local + NOISE[:99]
    directory = (entry + b"a") * count
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def nested(depth: int) -> bytes:
    """Signatures of OpenPGP around each other, and CMS of indefinite length in itself."""
    return b"\x30\x80" * depth


def tar_of_folders(count: int) -> bytes:
    header = bytearray(512)
    header[:1], header[124:136], header[156:157] = b"a", b"00000000000\0", b"5"
    header[257:265] = b"ustar\x0000"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) * count


def compound_circle() -> bytes:
    """A compound file whose directory goes round in a circle."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0"))
    struct.pack_into("<4H", head, 26, 3, 0xFFFE, 9, 6)
    struct.pack_into("<4I", head, 48, 1, 0, 4096, 1)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    return bytes(head) + struct.pack("<128I", 1, *[1] * 127) + bytes(512)


HOSTILE: dict[str, Callable[[], bytes]] = {
    "7z-dictionary-of-4-gib": vast_dictionary,
    "7z-of-20000-folders": many_folders,
    "rar-of-20000-blocks": rar_blocks,
    "zip-of-10000-members": lambda: zip_of_empties(10_000),
    "zip-of-10000-open-members": lambda: zip_of_empties(10_000, flags=0),
    "der-10000-deep": lambda: nested(10_000),
    "der-2000-deep-in-the-head": lambda: nested(2000),
    "tar-of-10000-folders": lambda: tar_of_folders(10_000),
    "compound-in-a-circle": compound_circle,
    "gzip-bomb": lambda: zlib.compress(bytes(64 << 20), wbits=31),
    "gzip-in-gzip": lambda: _wrapped(40),
    "pdf-without-end": lambda: b"%PDF-1.7\n" + b"<<" * 100_000 + b"startxref\n9\n%%EOF",
    "pdf-that-waits-for-itself": lambda: b"%PDF-1.7\n" + b"trailer<</Prev 9>>" * 9999,
    "text-of-brackets": lambda: b"[" * 100_000,
    "age-without-end": lambda: b"age-encryption.org/v1\n" + b"-> x\n" * 40_000,
    "object-without-end": lambda: b"# \n" * 40_000 + b"v 1 1 1",
    "openpgp-of-markers": lambda: b"\xca\x03PGP" * 20_000,
    "ssh-without-end": lambda: b"ssh-rsa AAAA" + b"B" * 4000,
}


def _wrapped(depth: int) -> bytes:
    data = NOISE[:100]
    for _ in range(depth):
        data = zlib.compress(data, wbits=31)
    return data


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_answered_within_the_budget(name) -> None:
    data = HOSTILE[name]()
    before = time.thread_time()
    tracemalloc.start()
    found = weigh(Glance.of(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.verdict not in ("encrypted", "not_content")
    assert time.thread_time() - before < CPU_SECONDS
    assert peak < MEMORY


HEADS = {
    "zip": b"PK\3\4\x14\0\1\0\x63\0",
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "rar5": b"Rar!\x1a\x07\x01\x00",
    "rar4": b"Rar!\x1a\x07\x00",
    "cfb": compound_circle()[:200],
    "gzip": b"\x1f\x8b\x08\0",
    "tar": tar_of_folders(1),
    "luks": b"LUKS\xba\xbe\0\2",
    "luks1": b"LUKS\xba\xbe\0\1",
    "bitlocker": b"\xeb\x58\x90-FVE-FS-".ljust(176, b"\0") + (512).to_bytes(8, "little") * 3,
    "qcow2": b"QFI\xfb\0\0\0\3".ljust(32, b"\0") + b"\0\0\0\2",
    "gpt": bytes(510) + b"\x55\xaaEFI PART",
    "dmg": b"encrcdsa\0\0\0\2",
    "pe": b"MZ".ljust(60, b"\0") + b"\x40\0\0\0PE\0\0",
    "elf": b"\x7fELF\2\1\1",
    "macho": b"\xcf\xfa\xed\xfe",
    "kdbx": b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5",
    "aescrypt": b"AES\2\0",
    "age": b"age-encryption.org/v1\n-> scrypt",
    "pgp": b"\xc1\xff\0\0\0\x20\x03",
    "cms": bytes.fromhex("308006092a864886f70d010703a080308002010031"),
    "pem": b"-----BEGIN CMS-----\n",
    "pgp-armour": b"-----BEGIN PGP MESSAGE-----\n\n",
    "mail": b"Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\nMII",
    "pdf": pdf.plain()[:300],
    **{name: data[:60] for name, data in PICTURES.items()},
}


@pytest.mark.parametrize("name", HEADS)
def test_no_head_before_anything_raises_or_is_believed(name) -> None:
    """Cut anywhere, then noise, zeros, the largest numbers, or itself again."""
    chance = random.Random(name)
    head = HEADS[name]
    for _ in range(60):
        cut = head[: chance.randrange(len(head)) + 1]
        for rest in (NOISE, bytes(9000), b"\xff" * 9000, head * 50, b"7" * 9000):
            tail = rest[chance.randrange(200) :][: chance.randrange(1, 9000)]
            judgement = weigh(Glance.of(cut + tail))
            assert (judgement.verdict, judgement.reason) != ("unknown", "error")
            assert judgement.verdict != "not_content"
