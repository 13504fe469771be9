"""An OpenDocument is as encrypted as its manifest says, and its members do not deny."""

import io
import random
import zipfile

import pytest

SECRET = random.Random(7).randbytes(5000)
AES = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
BLOWFISH = "Blowfish CFB"
LATER_BLOWFISH = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#blowfish"
TEXT = "application/vnd.oasis.opendocument.text"
PLAIN = b"<?xml version='1.0'?><office:document-content>Smith, John</office:document-content>" * 9


def entry(name: str, algorithm: str | None) -> str:
    head = f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"'
    if algorithm is None:
        return f"{head}/>"
    return (
        f'{head} manifest:size="5000"><manifest:encryption-data manifest:checksum="x">'
        f'<manifest:algorithm manifest:algorithm-name="{algorithm}"/>'
        '<manifest:key-derivation manifest:key-derivation-name="PBKDF2"/>'
        "</manifest:encryption-data></manifest:file-entry>"
    )


def document(
    algorithms: dict[str, str | None], data: dict[str, bytes] | None = None, manifest: str = ""
) -> bytes:
    """As LibreOffice lays it out: `mimetype` first, secrets stored, the manifest last."""
    out = io.BytesIO()
    space = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    entries = "".join(entry(name, said) for name, said in algorithms.items())
    said = manifest or f"<manifest:manifest {space}>{entries}</manifest:manifest>"
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", TEXT)
        for name, algorithm in algorithms.items():
            archive.writestr(name, (data or {}).get(name, SECRET if algorithm else PLAIN))
        archive.writestr("META-INF/manifest.xml", said, zipfile.ZIP_DEFLATED)
    return out.getvalue()


ALL = {"content.xml": AES, "styles.xml": AES, "Pictures/1.jpg": AES}


@pytest.mark.parametrize(
    ("algorithms", "verdict", "reason", "method"),
    [
        (ALL, "encrypted", "cipher", "aes"),
        ({"encrypted-package": GCM}, "encrypted", "cipher", "aes"),
        (dict.fromkeys(ALL, BLOWFISH), "weak_encrypted", "block64", "blowfish"),
        (ALL | {"styles.xml": LATER_BLOWFISH}, "weak_encrypted", "block64", "blowfish"),
        (ALL | {"Thumbnails/t.png": None}, "partly_encrypted", "members", None),
        (dict.fromkeys(ALL), "plaintext", "content", None),
        (dict.fromkeys(ALL, "urn:of:nobody"), "unknown", "cipher", None),
    ],
)
def test_the_manifest_says_which_members_are_secret(algorithms, verdict, reason, method, judged):
    found = judged(document(algorithms))
    assert (found.verdict, found.reason, found.method) == (verdict, reason, method)
    assert (found.kind, found.format, found.names_exposed) == ("office", "odf", True)


@pytest.mark.parametrize("name", ALL)
def test_a_member_that_is_open_whatever_the_manifest_says_is_a_contradiction(name, judged) -> None:
    found = judged(document(ALL, {name: PLAIN}))
    assert (found.verdict, found.reason) == ("unknown", "contradiction")


def test_a_secret_that_is_nothing_but_zeros_is_a_contradiction(judged) -> None:
    assert judged(document({"content.xml": AES}, {"content.xml": bytes(9000)})).reason == (
        "contradiction"
    )


@pytest.mark.parametrize(
    "manifest",
    [
        "no manifest",
        '<!DOCTYPE m [<!ENTITY a "b">]><manifest:manifest/>',
        "<manifest:manifest>" + "<a>" * 99,
    ],
)
def test_a_manifest_that_is_none_proves_nothing_secret(manifest, judged) -> None:
    assert judged(document(ALL, manifest=manifest)).verdict == "plaintext"


def test_what_is_cut_or_has_more_behind_it_is_not_called_encrypted(judged) -> None:
    whole = document(ALL)
    for data in (whole[:-40], whole[: len(whole) // 2], PLAIN + whole):
        assert judged(data).verdict != "encrypted"
