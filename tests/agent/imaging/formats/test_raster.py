"""Pictures are known by their signature and nothing else."""

import pytest

from tests.agent.imaging.samples.raster import NOISE, PICTURES


@pytest.mark.parametrize("form", PICTURES)
def test_a_picture_is_readable(form, judged) -> None:
    found = judged(PICTURES[form])

    assert (found.verdict, found.reason, found.kind) == ("plaintext", "content", "image")
    assert found.format == form


@pytest.mark.parametrize(
    "head",
    [b"\xff\xd8\xff\x00", b"\xff\xd8\xff\xd8", b"BM" + b"\x00" * 30, b"RIFF\x00\x00\x00\x00NOPE"],
    ids=["jpeg-without-marker", "jpeg-twice", "bitmap-of-no-known-header", "riff-of-another-kind"],
)
def test_half_a_signature_proves_nothing(head, judged) -> None:
    found = judged(head + NOISE)

    assert (found.verdict, found.reason) == ("unknown", "opaque")
