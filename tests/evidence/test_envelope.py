"""Who signed these bytes?"""

import base64
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope as TheirEnvelope

from evidence import envelope
from evidence.envelope import Envelope, PayloadType, Signature
from evidence.errors import (
    BadSignature,
    EvidenceError,
    Malformed,
    TooLarge,
    UnknownKey,
    WrongSigners,
    WrongType,
)
from tests.evidence.clinic import key

REPORT = {PayloadType.REPORT}


@pytest.fixture
def sealed() -> Envelope:
    return envelope.sign(PayloadType.REPORT, b'{"v":1}', key("OP1"))


def known(*names: str) -> dict[str, Any]:
    return {key(name).keyid: key(name).public for name in names}


def test_the_bytes_that_were_signed_come_back(sealed: Envelope) -> None:
    assert envelope.verify(sealed, known("OP1", "PANO-01"), REPORT) == b'{"v":1}'


def test_each_byte_of_a_stored_envelope_counts(sealed: Envelope) -> None:
    stored = envelope.to_json(sealed)
    for at in range(len(stored)):
        flipped = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
        with pytest.raises(EvidenceError):
            envelope.verify(envelope.from_json(flipped), known("OP1"), REPORT)


@pytest.mark.threat("borrowed-signature")
@pytest.mark.parametrize("route", PayloadType)
@pytest.mark.parametrize("sent", PayloadType)
def test_each_route_takes_its_own_type_alone(sent: PayloadType, route: PayloadType) -> None:
    message = envelope.sign(sent, b"{}", key("OP1"))
    if sent is route:
        assert envelope.verify(message, known("OP1"), {route}) == b"{}"
    else:
        with pytest.raises(WrongType):
            envelope.verify(message, known("OP1"), {route})


@pytest.mark.threat("borrowed-signature")
def test_a_signature_is_over_the_type_too(sealed: Envelope) -> None:
    moved = replace(sealed, payload_type=str(PayloadType.SYNC))

    with pytest.raises(BadSignature):
        envelope.verify(moved, known("OP1"), {PayloadType.SYNC})


def test_a_key_that_is_not_known_is_not_believed(sealed: Envelope) -> None:
    with pytest.raises(UnknownKey):
        envelope.verify(sealed, known("PANO-01"), REPORT)


def test_an_envelope_without_a_key_id_is_refused(sealed: Envelope) -> None:
    nameless = replace(sealed, signatures=(Signature("", sealed.signatures[0].sig),))

    with pytest.raises(UnknownKey):
        envelope.verify(nameless, known("OP1"), REPORT)


@pytest.mark.parametrize("signers", [(), ("OP1", "OP1"), ("OP1", "PANO-01")])
def test_more_or_fewer_signatures_are_refused(signers: tuple[str, ...]) -> None:
    message = envelope.sign(PayloadType.REPORT, b"{}", *map(key, signers))

    with pytest.raises(WrongSigners):
        envelope.verify(message, known("OP1", "PANO-01"), REPORT)


@pytest.mark.parametrize("payload_type", PayloadType)
def test_a_payload_may_be_as_large_as_its_type_allows(payload_type: PayloadType) -> None:
    largest = envelope.sign(payload_type, bytes(payload_type.limit), key("OP1"))
    larger = envelope.sign(payload_type, bytes(payload_type.limit + 1), key("OP1"))

    assert envelope.verify(largest, known("OP1"), {payload_type})
    with pytest.raises(TooLarge):
        envelope.verify(larger, known("OP1"), {payload_type})


def test_the_json_form_is_read_as_it_was_written(sealed: Envelope) -> None:
    assert envelope.from_json(envelope.to_json(sealed)) == sealed


def test_another_implementation_reads_and_encodes_the_same(sealed: Envelope) -> None:
    theirs = TheirEnvelope.from_dict(json.loads(envelope.to_json(sealed)))

    assert theirs.pae() == sealed.pae
    assert theirs.payload == sealed.payload
    assert set(theirs.signatures) == {key("OP1").keyid}


@pytest.mark.parametrize(
    "document",
    [b"[]", b"{}", b'{"payload":1,"payloadType":"x","signatures":[]}', b'"x"', b"null",
     b'{"payload":"","payloadType":"x","signatures":[5]}',
     b'{"payload":"","payloadType":"x","signatures":5}',
     b'{"payload":"","payloadType":"x","signatures":[{"keyid":5,"sig":""}]}'],
)  # fmt: skip
def test_what_is_no_envelope_is_refused(document: bytes) -> None:
    with pytest.raises(Malformed):
        envelope.from_json(document)


@pytest.mark.parametrize(
    "text",
    [
        "A",
        "AAA",
        "AA=A",
        "AB==",
        "AAB=",
        "A===",
        "====",
        "=",
        "AA A",
        "AAA\n",
        "é===",
        "AAAA=",
        "AAAA====",
    ],
)
def test_base64_is_strict(text: str) -> None:
    with pytest.raises(Malformed):
        envelope.from_base64(text)


def test_base64_is_read_in_both_alphabets() -> None:
    assert envelope.from_base64("-_8=") == envelope.from_base64("+/8=") == b"\xfb\xff"


def test_the_published_encodings_are_met(vectors: Path) -> None:
    listed = json.loads((vectors / "dsse" / "dsse.json").read_text())["pae"]

    assert len(listed) == 6
    for each in listed:
        encoded = envelope.pae(each["payload_type"], bytes.fromhex(each["payload_hex"]))
        assert encoded.hex() == each["pae_hex"], each["name"]


def test_the_published_envelopes_are_told_right(vectors: Path) -> None:
    listed = json.loads((vectors / "dsse" / "dsse.json").read_text())

    assert len(listed["envelopes"]) == 15
    for each in listed["envelopes"]:
        verified = is_signed_by(json.dumps(each["envelope"]).encode(), listed["key"])
        assert verified is (each["want"] == "accept"), each["name"]


def is_signed_by(document: bytes, published: dict[str, str]) -> bool:
    """By any of its signatures, with the published P-256 key; ours reads and encodes."""
    x, y = int(published["x"], 16), int(published["y"], 16)
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    try:
        read = envelope.from_json(document)
    except Malformed:
        return False
    for signature in read.signatures:
        r, s = (int.from_bytes(half) for half in (signature.sig[:32], signature.sig[32:]))
        try:
            public.verify(encode_dss_signature(r, s), read.pae, ec.ECDSA(SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


def test_base64_with_bits_after_its_end_is_refused() -> None:
    assert base64.b64decode("AB==") == b"\x00"
    with pytest.raises(Malformed, match="after its end"):
        envelope.from_base64("AB==")


@given(st.text("ABCDEFwxyz0189+/=-_", max_size=12))
def test_any_text_is_one_base64_or_none(text: str) -> None:
    try:
        raw = envelope.from_base64(text)
    except Malformed:
        return
    assert base64.b64encode(raw).decode() == text.replace("-", "+").replace("_", "/")


@given(st.binary(max_size=100))
def test_all_bytes_are_read_from_base64(raw: bytes) -> None:
    assert envelope.from_base64(base64.b64encode(raw).decode()) == raw
