"""An archive is readable if what is in it is; it is never called more than it proves."""

import gzip
import io
import random
import zipfile

import pytest

from tests.agent.imaging.samples.raster import JPEG

OPAQUE = random.Random(9).randbytes(5000)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_of_pictures_is_readable_and_shows_names(method, judged) -> None:
    found = judged(zipped({"Smith/": b"", "Smith/empty": b"", "Smith/a.jpg": JPEG}, method))

    assert (found.verdict, found.kind, found.names_exposed) == ("plaintext", "archive", True)


def test_a_gzip_of_a_picture_is_readable(judged) -> None:
    found = judged(gzip.compress(JPEG))
    assert (found.verdict, found.kind) == ("plaintext", "archive")


def test_a_streamed_zip_is_readable(judged) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data) -> int:
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", JPEG)
    assert judged(pipe.data).verdict == "plaintext"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (zipped({"vault": OPAQUE}), "content"),
        (zipped({"a": b"", "b": b""}), "names_only"),
        (zipped({"a.jpg": JPEG}, zipfile.ZIP_BZIP2), "content"),
        (gzip.compress(OPAQUE), "content"),
    ],
    ids=["opaque", "empty", "another-method", "gzip-opaque"],
)
def test_what_anybody_can_unpack_is_readable(data, reason, judged) -> None:
    found = judged(data)
    assert (found.verdict, found.reason, found.kind) == ("plaintext", reason, "archive")


def test_a_flag_that_one_header_alone_has_is_a_contradiction(judged) -> None:
    data = zipped({"a.jpg": JPEG})
    local = data.replace(b"PK\3\4\x14\0\0", b"PK\3\4\x14\0\1")
    listed = data.replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1")
    assert local != data != listed
    for lie in (local, listed):
        assert (judged(lie).verdict, judged(lie).reason) == ("unknown", "contradiction")


def test_an_archive_of_nothing_but_ciphertext_shows_names_alone(
    openssl, judged, xray_bytes
) -> None:
    envelope = openssl.enveloped(xray_bytes, "-aes-256-cbc")
    assert judged(zipped({"a.p7m": envelope})).verdict == "encrypted"
    assert judged(zipped({"a.p7m": envelope})).names_exposed
    assert judged(zipped({"a.p7m": envelope, "b.jpg": JPEG})).verdict == "plaintext"
    assert judged(gzip.compress(envelope)).verdict == "encrypted"


def test_a_cut_archive_is_partial_or_readable(judged) -> None:
    data = zipped({"a.jpg": JPEG})
    assert judged(data[:20]).reason == "partial"
    assert judged(data[:2000]).verdict == "plaintext"


def test_damaged_compression_proves_nothing(judged) -> None:
    data = bytearray(gzip.compress(JPEG))
    data[12:40] = b"\xff" * 28
    assert judged(bytes(data)).verdict == "unknown"
