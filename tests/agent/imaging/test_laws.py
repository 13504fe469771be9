"""The laws of proof: nothing that can be read is ever called encrypted, whatever happens to it."""

import base64
import gzip
import random
from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.imaging import glance
from agent.imaging.glance import Glance
from agent.imaging.judge import weigh
from tests.agent.imaging.samples import dicom, pdf
from tests.agent.imaging.samples.raster import JPEG, PICTURES, PNG

NOT_ENCRYPTED = {
    "pdf": lambda openssl, qpdf: pdf.plain(),
    "pdf-object-streams": lambda openssl, qpdf: qpdf("--object-streams=generate"),
    "pdf-rc4": lambda openssl, qpdf: qpdf("--encrypt", "u", "o", "128", "--use-aes=n", "--"),
    "cms-signed": lambda openssl, qpdf: openssl.signed(PNG[:600], "-nodetach"),
    "cms-streamed": lambda openssl, qpdf: openssl.signed(PNG[:600], "-nodetach", "-stream"),
    "cms-pem": lambda openssl, qpdf: openssl.signed(PNG[:600], "-nodetach", form="PEM"),
    "smime": lambda openssl, qpdf: openssl.signed(PNG[:600], "-nodetach", form="SMIME"),
    "cms-digested": lambda openssl, qpdf: openssl.digested(PNG[:600]),
    "cms-3des": lambda openssl, qpdf: openssl.enveloped(PNG[:600], "-des3"),
    "cms-detached": lambda openssl, qpdf: openssl.signed(PNG[:600]),
    "dicom": lambda openssl, qpdf: dicom.written(dicom.xray()),
    "dicom-bare": lambda openssl, qpdf: dicom.bare(dicom.xray(), "implicit"),
    "gzip": lambda openssl, qpdf: gzip.compress(openssl.signed(PNG[:600], "-nodetach")),
    "jpeg": lambda openssl, qpdf: JPEG[:400],
    "text": lambda openssl, qpdf: b"Lower left second molar, recall in spring. " * 12,
}


@pytest.fixture(scope="module", params=NOT_ENCRYPTED)
def sample(request, openssl, qpdf) -> bytes:
    return NOT_ENCRYPTED[request.param](openssl, qpdf)


@pytest.fixture(scope="module")
def samples(openssl, qpdf) -> list[bytes]:
    return [make(openssl, qpdf) for make in NOT_ENCRYPTED.values()]


def encrypted(data: bytes) -> bool:
    return weigh(Glance.of(data)).verdict == "encrypted"


def test_no_prefix_is_called_encrypted(sample) -> None:
    assert [cut for cut in range(len(sample)) if encrypted(sample[:cut])] == []


def test_no_flipped_bit_makes_it_encrypted(sample) -> None:
    flipped = []
    for place in range(len(sample)):
        data = bytearray(sample)
        data[place] ^= 1 << (place * 5 + place // 8) % 8
        if encrypted(bytes(data)):
            flipped.append(place)

    assert flipped == []


def test_no_splice_makes_it_encrypted(sample, samples) -> None:
    chance = random.Random(len(sample))
    for _ in range(600):
        start, end = sorted(chance.choices(range(len(sample)), k=2))
        other = chance.choice(samples)
        first, last = sorted(chance.choices(range(len(other)), k=2))
        assert not encrypted(sample[:start] + other[first:last] + sample[end:])


def test_content_never_gets_lost_by_a_flipped_bit(sample) -> None:
    if weigh(Glance.of(sample)).verdict == "not_content":
        return
    for place in range(len(sample)):
        data = bytearray(sample)
        data[place] ^= 1 << place % 8
        assert weigh(Glance.of(bytes(data))).verdict != "not_content", place


def test_randomness_proves_nothing() -> None:
    chance = random.Random(1895)
    found: Counter[tuple[str, str]] = Counter()
    for _ in range(20_000):
        judgement = weigh(Glance.of(chance.randbytes(min(chance.randrange(1, 1 << 13), 2000))))
        found[judgement.verdict, judgement.kind] += 1

    assert {verdict for verdict, _ in found} <= {"unknown", "plaintext"}
    assert (
        sum(n for (verdict, kind), n in found.items() if verdict == "plaintext" and kind != "text")
        <= 1
    )


@given(st.sampled_from([*PICTURES.values(), pdf.plain(), b"\x30\x82", b"%PDF-"]), st.binary())
def test_no_bytes_make_the_detector_fail(head, tail) -> None:
    assert weigh(Glance.of(head[:40] + tail)).verdict in {"plaintext", "unknown"}


@given(st.binary(max_size=600))
def test_no_head_of_cms_makes_the_detector_fail(tail) -> None:
    head = bytes.fromhex("308006092a864886f70d010703a080308002010031")
    assert weigh(Glance.of(head + tail)).verdict == "unknown"


DECOYS = {
    "openssl-before-text": b"Salted__" + b"the patient came back " * 40,
    "rclone-before-text": b"RCLONE\0\0" + b"the patient came back " * 40,
    "base64-of-a-picture": base64.encodebytes(JPEG),
    "hex-of-a-picture": JPEG.hex().encode(),
    "base64-of-noise": base64.encodebytes(random.Random(3).randbytes(900)),
    "armour-of-another": b"-----BEGIN PGP MESSAGE-----\n\nwcBMA0\n-----END PGP MESSAGE-----\n",
    "label-without-content": b"-----BEGIN CMS-----\nAAAA\n-----END CMS-----\n",
    "noise": random.Random(4).randbytes(70_000),
    "zeros": bytes(5000),
}
EXPECTED = {
    "base64-of-a-picture": ("plaintext", "content"),
    "hex-of-a-picture": ("plaintext", "content"),
    "base64-of-noise": ("unknown", "opaque"),
    "armour-of-another": ("unknown", "damaged"),
    "label-without-content": ("unknown", "damaged"),
    "noise": ("unknown", "opaque"),
    "zeros": ("unknown", "all_zero"),
    "rclone-before-text": ("unknown", "contradiction"),
    "openssl-before-text": ("unknown", "contradiction"),
}


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_is_not_believed(name, judged: Callable) -> None:
    found = judged(DECOYS[name])
    assert (found.verdict, found.reason) == EXPECTED[name]


@pytest.mark.parametrize(("size", "said"), [(0, "empty"), (1, "too_short"), (3, "too_short")])
def test_next_to_nothing_says_so(size, said, judged) -> None:
    assert judged(b"abc"[:size]).reason == said


class Counted:
    """Bytes that know how often they were read, and how much."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reads: list[int] = []

    def __call__(self, offset: int, length: int) -> bytes:
        self.reads.append(length)
        return self.data[offset : offset + length]


def test_the_budget_holds_for_every_sample(samples, openssl, qpdf) -> None:
    vast = openssl.enveloped(bytes(4_000_000), "-aes-256-cbc", "-stream", form="PEM")
    for data in (*samples, vast, qpdf("--linearize", "--encrypt", "u", "o", "256", "--")):
        counted = Counted(data)
        weigh(Glance(counted, len(data)))
        assert len(counted.reads) <= glance.READS + 1
        assert sum(counted.reads) <= glance.BYTES + glance.HEAD


def test_a_spent_budget_proves_nothing(openssl) -> None:
    data = openssl.enveloped(bytes(400_000), "-aes-256-cbc", "-stream")
    uneven = data.replace(b"\x04\x82\x10\x00", b"\x24\x84\x00\x00\x10\x00\x04\x80", 1)
    assert weigh(Glance.of(uneven)).verdict == "unknown"


@pytest.mark.parametrize("error", [OSError(5, "gone", "/srv/Canary_Smith.dcm"), ValueError()])
def test_a_disk_that_fails_is_an_answer(error) -> None:
    def failing(offset: int, length: int) -> bytes:
        if offset:
            raise error
        return b"%PDF-1.4 ".ljust(length)

    assert weigh(Glance(failing, 10_000)).reason == "error"


def test_a_file_that_is_cut_while_it_is_read_is_partial() -> None:
    def shrinking(offset: int, length: int) -> bytes:
        return pdf.plain()[:300][offset : offset + length]

    assert weigh(Glance(shrinking, 9000)).verdict in {"unknown", "plaintext"}


def test_the_order_of_asking_puts_definite_signatures_first() -> None:
    from agent.imaging.formats.index import ASKED

    names = [ask.__module__.rpartition(".")[2] + "." + ask.__name__ for ask in ASKED]
    wanted = ["dicom.prefixed", "raster.signature", "cms.structure", "dicom.buried", "text.plain"]
    places = [names.index(name) for name in wanted]
    assert all(first < second for first, second in pairwise(places))
