"""A PDF is encrypted only if nobody opens it without a secret; qpdf makes them."""

import pytest

from tests.agent.imaging.samples import pdf
from tests.agent.imaging.samples.raster import NOISE

WITH_SECRET = {
    "rc4-40": (("--encrypt", "u", "o", "40", "--"), "weak_encrypted", "rc4"),
    "rc4-128": (("--encrypt", "u", "o", "128", "--use-aes=n", "--"), "weak_encrypted", "rc4"),
    "aes-128": (("--encrypt", "u", "o", "128", "--use-aes=y", "--"), "encrypted", "aes"),
    "clear-metadata": (
        ("--encrypt", "u", "o", "128", "--use-aes=y", "--cleartext-metadata", "--"),
        "encrypted",
        "aes",
    ),
    "aes-256": (("--encrypt", "u", "o", "256", "--"), "encrypted", "aes"),
    "aes-256-r5": (("--encrypt", "u", "o", "256", "--force-R5", "--"), "encrypted", "aes"),
    "streams": (
        ("--object-streams=generate", "--encrypt", "u", "o", "256", "--"),
        "encrypted",
        "aes",
    ),
    "linearized": (("--linearize", "--encrypt", "u", "o", "256", "--"), "encrypted", "aes"),
}
WITHOUT_SECRET = {
    "rc4-40": ("--encrypt", "", "o", "40", "--"),
    "rc4-128": ("--encrypt", "", "o", "128", "--use-aes=n", "--"),
    "aes-128": ("--encrypt", "", "o", "128", "--use-aes=y", "--"),
    "aes-128-clear-metadata": (
        *("--encrypt", "", "o", "128", "--use-aes=y", "--cleartext-metadata", "--"),
    ),
    "aes-256": ("--encrypt", "", "o", "256", "--"),
    "aes-256-r5": ("--encrypt", "", "o", "256", "--force-R5", "--"),
}
PLAIN = {
    "as-it-is": (),
    "linearized": ("--linearize",),
    "object-streams": ("--object-streams=generate",),
    "predictor": ("--object-streams=generate", "--compress-streams=y"),
}


@pytest.mark.parametrize("case", WITH_SECRET)
def test_a_password_makes_it_encrypted_by_its_cipher(case, qpdf, judged) -> None:
    options, verdict, method = WITH_SECRET[case]
    found = judged(qpdf(*options))

    assert (found.verdict, found.method, found.kind) == (verdict, method, "pdf")


@pytest.mark.parametrize("case", WITHOUT_SECRET)
def test_an_empty_user_password_is_no_secret(case, qpdf, judged) -> None:
    found = judged(qpdf(*WITHOUT_SECRET[case]))

    assert (found.verdict, found.reason) == ("encrypted_no_secret", "empty_user_password")


@pytest.mark.parametrize("force", [(), ("--force-R5",)], ids=["r6", "r5"])
def test_an_empty_owner_password_is_no_secret(force, qpdf, judged) -> None:
    found = judged(qpdf("--encrypt", "u", "", "256", "--allow-insecure", *force, "--"))

    assert (found.verdict, found.reason) == ("encrypted_no_secret", "empty_owner_password")


@pytest.mark.parametrize("case", PLAIN)
def test_without_encryption_it_is_readable(case, qpdf, judged) -> None:
    found = judged(qpdf(*PLAIN[case]))

    assert (found.verdict, found.reason, found.kind) == ("plaintext", "content", "pdf")


def test_bytes_before_the_head_shift_all_offsets(qpdf, judged) -> None:
    assert judged(b"printer says\n" + qpdf(*WITH_SECRET["aes-256"][0])).verdict == "encrypted"


def test_an_encrypted_file_that_was_cut_proves_nothing(qpdf, judged) -> None:
    whole = qpdf(*WITH_SECRET["aes-256"][0])
    found = judged(whole[: len(whole) // 2])

    assert (found.verdict, found.reason) == ("unknown", "partial")


def test_a_readable_file_that_was_cut_stays_readable(judged) -> None:
    whole = pdf.plain()
    assert judged(whole[: whole.index(b"xref")]).verdict == "plaintext"


def test_the_word_in_the_content_encrypts_nothing(judged) -> None:
    assert judged(pdf.plain().replace(b"/Type/Catalog", b"/Encrypt null")).verdict == "plaintext"


def test_clear_streams_beside_an_encryption_are_a_part(qpdf, judged) -> None:
    whole = qpdf(*WITH_SECRET["aes-128"][0])
    found = judged(whole.replace(b"/StmF /StdCF", b"/StmF /Ident", 1))
    clear = judged(whole.replace(b"/StmF /StdCF", b"/StmX /StdCF", 1))

    assert found.verdict == "unknown"  # a filter that is not there
    assert (clear.verdict, clear.reason) == ("partly_encrypted", "streams")


def test_another_handler_proves_nothing(qpdf, judged) -> None:
    whole = qpdf(*WITH_SECRET["aes-256"][0])
    found = judged(whole.replace(b"/Filter /Standard", b"/Filter /Stranger", 1))

    assert (found.verdict, found.reason) == ("unknown", "handler")


def test_a_readable_stream_contradicts_an_encryption(judged, qpdf) -> None:
    encrypted = qpdf(*WITH_SECRET["aes-256"][0])
    number = encrypted.rindex(b"startxref")
    claim = encrypted[encrypted.rindex(b"/Encrypt") :].split(b" R", 1)[0] + b" R "
    decoy = pdf.plain()
    place = len(decoy)
    entry = encrypted[encrypted.index(b"/CF") - 40 : number]
    section = b"xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev %d/Encrypt <<%s>> >>\n"
    start = decoy.rindex(b"startxref")
    previous = int(decoy[start:].split()[1])
    whole = encrypted[encrypted.index(b"<<", encrypted.index(b"/CF") - 8) :]
    dictionary = whole[2 : whole.index(b">>\nendobj")] if b">>\nendobj" in whole else whole[2:900]
    assert claim
    assert entry
    data = decoy + section % (previous, dictionary) + b"startxref\n%d\n%%%%EOF\n" % place
    found = judged(data)

    assert (found.verdict, found.reason) == ("unknown", "contradiction")


@pytest.mark.parametrize(
    "tail",
    [
        b"trailer\n<</Prev 9>>\nstartxref\n9\n%%EOF",
        b"xref\n0 999999999\nstartxref\n9\n%%EOF",
        b"xref\n0 0\ntrailer\n" + b"[" * 10_000 + b"\nstartxref\n9\n%%EOF",
        b"xref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF",
        b"xref\n" + b"0 0\n" * 9000 + b"trailer\n<<>>\nstartxref\n9\n%%EOF",
        b"1 0 obj\n<</Type/XRef/W[1 9999999 1]/Length 5>>stream\nabcde\nstartxref\n9\n%%EOF",
        b"startxref\n99999999999999999999\n%%EOF",
    ],
    ids=["no-table", "vast", "deep", "loop", "many", "wide", "beyond"],
)
def test_a_hostile_file_ends_within_its_budget(tail, judged) -> None:
    assert judged(b"%PDF-1.7\n" + tail).verdict in {"unknown", "plaintext"}
    assert judged(b"%PDF-1.7\n" + tail + NOISE).verdict != "encrypted"
