"""What lies in plain sight in claimed ciphertext is seen, and true ciphertext is left in peace."""

import bz2
import gzip
import io
import lzma
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest

from agent.imaging import veto
from agent.imaging.glance import Glance
from agent.imaging.judgement import Span
from tests.agent.imaging.corpus.base import LETTER

DICE = random.Random(20_260_101)
NOISE = DICE.randbytes(20_000)
AGE = (
    b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n--- " + b"C" * 43
) + b"\n"
KDB = bytes.fromhex("03d9a29a65fb4bb50300000002000300") + NOISE[:108]
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "age": lambda data: AGE + data,
    "openssl": lambda data: b"Salted__" + data,
    "kdb": lambda data: KDB + NOISE[: -len(data) % 16] + data,
}


def scanned() -> bytes:
    """The coded pixels of a JPEG, without its head: an FF is followed by 00."""
    return NOISE.replace(b"\xff", b"\xff\0")[:9000] + b"\xff\xd9"


def coded() -> bytes:
    """Packets of JPEG 2000, without their head: an FF is followed by at most 8F."""
    out = bytearray(NOISE[:9000])
    for at in range(1, len(out)):
        if out[at - 1] == 0xFF:
            out[at] &= 0x7F
    return bytes(out) + b"\xff\xd9"


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", LETTER)
    return out.getvalue()


READABLE = {
    "note": b"Canary Smith, born 1967-04-01: caries of the second molar",
    "utf-16": "Canary Smith, born 1967-04-01: caries".encode("utf-16"),
    "jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + NOISE[:5000],
    "jpeg-scan": scanned(),
    "jpeg-2000": coded(),
    "png": b"\x89PNG\r\n\x1a\n" + NOISE[:5000],
    "png-end": NOISE[:90_00] + b"IEND\xaeB`\x82",
    "tiff": b"II*\0\x08\0\0\0" + NOISE[:5000],
    "dicom": bytes(128) + b"DICM\x02\0\0\0UL" + NOISE[:5000],
    "gzip": gzip.compress(NOISE[:5000]),
    "bzip2": bz2.compress(NOISE[:5000]),
    "xz": lzma.compress(NOISE[:5000]),
    "zip": zipped(),
    "pdf-end": NOISE[:5000] + b"startxref\n9\n%%EOF\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", READABLE)
def test_what_follows_ciphertext_is_seen(form, what, judged) -> None:
    assert judged(FORMS[form](NOISE[:12_000] + READABLE[what])).verdict != "encrypted"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("what", ["jpeg", "jpeg-scan", "png", "dicom", "gzip", "bzip2", "xz"])
@pytest.mark.parametrize("nonce", [0, 8, 16])
def test_what_begins_in_the_place_of_ciphertext_is_seen(form, what, nonce, judged) -> None:
    assert judged(FORMS[form](NOISE[:nonce] + READABLE[what])).verdict != "encrypted"


@pytest.mark.parametrize("form", FORMS)
def test_ciphertext_is_left_in_peace(form, judged) -> None:
    assert judged(FORMS[form](NOISE[:16_000])).verdict == "encrypted"


def test_random_octets_of_any_length_are_never_contradicted() -> None:
    for _ in range(400):
        data = DICE.randbytes(DICE.randrange(1, 9000))
        assert not veto.contradicts(Glance.of(data), Span(0, len(data)))


def test_the_end_of_xz_counts_only_with_its_check() -> None:
    sizes = b"\x05\0\0\0\0\x04"
    told = zlib.crc32(sizes).to_bytes(4, "little") + sizes + b"YZ"
    untold = b"\0\0\0\0" + sizes + b"YZ"
    cut = (Glance.of(NOISE[:3000] + end) for end in (told, untold))
    assert [veto.contradicts(glance, Span(0, glance.size)) for glance in cut] == [True, False]
