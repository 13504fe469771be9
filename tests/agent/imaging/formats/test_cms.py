"""CMS is judged by what is in it, not by what its name says; openssl makes it."""

import zlib

import pytest

from tests.agent.imaging.samples.raster import JPEG

STRONG = ["-aes-128-cbc", "-aes-192-cbc", "-aes-256-cbc", "-aes-128-gcm", "-aes-256-gcm"]


@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
@pytest.mark.parametrize("stream", [(), ("-stream",)], ids=["whole", "streamed"])
@pytest.mark.parametrize("cipher", STRONG)
def test_an_envelope_is_encrypted(cipher, stream, form, openssl, judged, xray_bytes) -> None:
    found = judged(openssl.enveloped(xray_bytes, cipher, *stream, form=form))

    assert (found.verdict, found.reason, found.method) == ("encrypted", "public_key", "aes")
    assert found.kind == ("mail" if form == "SMIME" else "ciphertext")
    assert found.names_exposed == (form == "SMIME")


@pytest.mark.parametrize("size", [1, 15, 16, 1000, 5000, 3_000_000])
def test_content_of_any_size_is_walked_to_its_end(size, openssl, judged) -> None:
    data = openssl.enveloped(b"\x5a" * size, "-aes-256-cbc", "-stream")

    assert judged(data).verdict == "encrypted"
    assert judged(data[:-1]).reason == "partial"


def test_three_des_is_weak(openssl, judged, xray_bytes) -> None:
    found = judged(openssl.enveloped(xray_bytes, "-des3"))

    assert (found.verdict, found.reason, found.method) == ("weak_encrypted", "des", "3des")


def test_camellia_is_strong(openssl, judged, xray_bytes) -> None:
    found = judged(openssl.enveloped(xray_bytes, "-camellia-128-cbc"))

    assert (found.verdict, found.method) == ("encrypted", "camellia")


def test_a_password_or_a_key_apart_is_a_cipher_without_public_key(
    openssl, judged, xray_bytes
) -> None:
    for data in (openssl.for_password(xray_bytes), openssl.encrypted(xray_bytes)):
        found = judged(data)
        assert (found.verdict, found.reason) == ("encrypted", "cipher")


@pytest.mark.parametrize("form", ["DER", "PEM", "SMIME"])
@pytest.mark.parametrize("stream", [(), ("-stream",)], ids=["whole", "streamed"])
def test_a_signed_picture_is_readable(stream, form, openssl, judged) -> None:
    found = judged(openssl.signed(JPEG, "-nodetach", *stream, form=form))

    assert (found.verdict, found.reason) == ("plaintext", "signed_only")


def test_a_digested_picture_is_readable(openssl, judged) -> None:
    assert judged(openssl.digested(JPEG)).verdict == "plaintext"


def test_what_was_encrypted_and_then_signed_is_encrypted(openssl, judged, xray_bytes) -> None:
    inner = openssl.enveloped(xray_bytes, "-aes-256-cbc")
    assert judged(openssl.signed(inner, "-nodetach")).verdict == "encrypted"


def test_compressed_content_is_readable(judged) -> None:
    assert judged(compressed(JPEG)).verdict == "plaintext"


def test_a_detached_signature_holds_no_content(openssl, judged) -> None:
    found = judged(openssl.signed(JPEG))

    assert (found.verdict, found.reason) == ("not_content", "signature")


def test_a_bag_of_certificates_holds_no_content(openssl, judged) -> None:
    found = judged(openssl.certificates())

    assert (found.verdict, found.reason) == ("not_content", "certificate")


def test_content_behind_the_structure_is_not_vouched_for(openssl, judged, xray_bytes) -> None:
    data = openssl.enveloped(xray_bytes, "-aes-256-cbc")

    assert judged(data + b"\n\0\0").verdict == "encrypted"
    assert judged(data + JPEG).verdict == "unknown"


def test_ciphertext_that_is_plainly_none_is_a_contradiction(openssl, judged, xray_bytes) -> None:
    data = openssl.enveloped(xray_bytes, "-aes-256-cbc")
    start = len(data) - 39_000
    found = judged(data[:start] + b"patient " * (38_400 // 8) + data[start + 38_400 :])

    assert (found.verdict, found.reason) == ("unknown", "contradiction")


def test_an_unknown_cipher_proves_nothing(openssl, judged, xray_bytes) -> None:
    aes = bytes.fromhex("060960864801650304012a")
    data = openssl.enveloped(xray_bytes, "-aes-256-cbc")
    found = judged(data.replace(aes, aes[:-1] + b"\x2b"))  # AES in OFB: no integrity, no padding

    assert (found.verdict, found.reason) == ("unknown", "cipher")


def compressed(content: bytes) -> bytes:
    """CompressedData of RFC 3274, written by hand: Debian's openssl has no zlib."""
    packed = zlib.compress(content)
    algorithm = tlv(0x30, oid("2a864886f70d0109100308"))
    inner = tlv(0x30, oid("2a864886f70d010701") + tlv(0xA0, tlv(0x04, packed)))
    body = tlv(0x30, tlv(0x02, b"\0") + algorithm + inner)
    return tlv(0x30, oid("2a864886f70d0109100109") + tlv(0xA0, body))


def oid(octets: str) -> bytes:
    return tlv(0x06, bytes.fromhex(octets))


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content
