"""Text is readable, keys are no content, and what is behind armour is looked at."""

import base64
import random

import pytest

from tests.agent.imaging.samples.raster import JPEG

LETTER = "Dear Dr Lee, Müller's upper left molar hurts.\r\n"


@pytest.mark.parametrize(
    "data",
    [
        LETTER.encode(),
        LETTER.encode("latin-1"),
        b"\xff\xfe" + LETTER.encode("utf-16-le"),
        b"\xfe\xff" + LETTER.encode("utf-16-be"),
        b"MSH|^~\\&|North Quay|\rPID|1||7|\r",
        b'{"tooth": 18}',
        ("ü" * 3000).encode()[:4096] + b"!",
    ],
    ids=["utf-8", "latin-1", "utf-16-le", "utf-16-be", "hl7", "json", "cut-in-a-letter"],
)
def test_text_is_readable(data, judged) -> None:
    found = judged(data)
    assert (found.verdict, found.kind) == ("plaintext", "text")


def test_a_mail_is_told_from_a_letter(judged) -> None:
    assert judged(b"From: dr_lee\r\nSubject: recall\r\n\r\nCome in spring.\r\n").kind == "mail"


@pytest.mark.parametrize(
    "data", [b"a letter\0with a hole", b"a bell \x07 rings", b"\xff\xfe" + b"\xd8\xd8\x00" * 40]
)
def test_what_no_person_reads_is_no_text(data, judged) -> None:
    assert judged(data).verdict == "unknown"


def test_base32_is_taken_off(judged) -> None:
    assert judged(base64.b32encode(JPEG)).kind == "image"
    assert judged(base64.b32encode(random.Random(1).randbytes(500))).reason == "opaque"


def test_wrappers_end(judged) -> None:
    data = JPEG
    for _ in range(6):
        data = base64.b64encode(data)
    assert judged(data).reason == "limit"


def test_keys_and_certificates_are_no_content(openssl, judged) -> None:
    key, certificate = (openssl.folder / name for name in ("key.pem", "cert.pem"))
    public = openssl.run("pkey", "-in", "key.pem", "-pubout")

    assert judged(key.read_bytes()).reason == "secret_key"
    assert judged(certificate.read_bytes()).reason == "certificate"
    assert judged(public).reason == "key"
    assert judged(certificate.read_bytes() + key.read_bytes()).reason == "secret_key"


def test_a_letter_below_a_key_is_not_overlooked(openssl, judged) -> None:
    key = (openssl.folder / "cert.pem").read_bytes()

    assert judged(key + LETTER.encode()).verdict != "not_content"
    assert judged(LETTER.encode() + key).verdict == "plaintext"


def test_a_label_that_lies_about_its_content_is_not_believed(judged) -> None:
    body = base64.encodebytes(JPEG)
    lie = b"-----BEGIN CERTIFICATE-----\n" + body + b"-----END CERTIFICATE-----\n"
    assert judged(lie).verdict == "unknown"


def test_a_cut_armour_is_partial(openssl, judged, xray_bytes) -> None:
    data = openssl.enveloped(xray_bytes, "-aes-256-cbc", form="PEM")
    assert judged(data[:-60]).reason == "partial"
    assert judged(data + b"P.S. the patient was here\n").reason == "contradiction"


def test_lines_of_mixed_length_prove_nothing(openssl, judged, xray_bytes) -> None:
    data = openssl.enveloped(xray_bytes, "-aes-256-cbc", form="PEM")
    assert judged(data.replace(b"\n", b"", 30)).verdict == "unknown"


def test_a_mail_whose_body_is_no_envelope_is_what_its_body_is(judged) -> None:
    head = (
        b"MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n"
    )
    base = head + b"Content-Transfer-Encoding: base64\r\n\r\n"
    assert judged(base + base64.encodebytes(JPEG)).verdict == "plaintext"
    assert judged(head + b"\r\n" + JPEG).verdict == "plaintext"
    assert judged(base + base64.encodebytes(JPEG[20:])).reason == "damaged"


def test_a_mail_with_a_binary_body_is_judged_by_it(openssl, judged, xray_bytes) -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: application/x-pkcs7-mime\r\n\r\n"
    assert judged(head + openssl.enveloped(xray_bytes, "-aes-256-cbc")).verdict == "encrypted"
