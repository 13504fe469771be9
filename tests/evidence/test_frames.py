"""What envelopes does a body hold?"""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import envelope, frames
from evidence.envelope import Envelope, PayloadType, Signature
from evidence.errors import EvidenceError, Malformed, TooLarge
from tests.evidence.clinic import key

SIGNATURES = st.builds(
    Signature,
    st.binary(min_size=32, max_size=32).map(bytes.hex),
    st.binary(min_size=64, max_size=64),
)
ENVELOPES = st.builds(
    Envelope,
    st.sampled_from(PayloadType).map(str),
    st.binary(max_size=200),
    st.lists(SIGNATURES, min_size=1, max_size=2).map(tuple),
)


@given(st.lists(ENVELOPES, max_size=5))
def test_a_body_is_read_as_it_was_written(sent: list[Envelope]) -> None:
    assert list(frames.read(frames.write(sent))) == sent


@given(ENVELOPES)
def test_frame_and_file_say_the_same(sent: Envelope) -> None:
    (framed,) = frames.read(frames.write([sent]))

    assert envelope.from_json(envelope.to_json(framed)) == sent


@given(st.binary(max_size=300))
def test_any_bytes_are_frames_or_refused(data: bytes) -> None:
    try:
        assert frames.write(frames.read(data)) == data
    except EvidenceError:
        assert data


@pytest.fixture
def body() -> bytes:
    return frames.write([envelope.sign(PayloadType.SYNC, b'{"v":1}', key("OP1 courier"))])


def test_a_heartbeat_fits_into_300_bytes(body: bytes) -> None:
    assert len(body) < 300


@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[:-1],
        lambda body: body[:-1] + b"x",
        lambda body: body + b"x",
        lambda body: body.replace(b"sync.v1 7", b"sync.v1 8"),
        lambda body: body.replace(b"sync.v1 7", b"sync.v1 07"),
        lambda body: body.replace(b"sync.v1 7", b"sync.v9 7"),
        lambda body: body.replace(b"sync.v1 7", b"sync.v1  7"),
        lambda body: body.replace(b":", b";", 1),
        lambda body: b"\n" + body,
        lambda body: b"x" * 2000,
    ],
)
def test_a_body_is_frames_from_its_first_byte_to_its_last(body: bytes, damage: object) -> None:
    with pytest.raises(Malformed):
        frames.read(damage(body))  # type: ignore[operator]


def test_a_body_has_no_more_frames_than_are_asked_for(body: bytes) -> None:
    assert len(frames.read(body * 65)) == 65
    with pytest.raises(TooLarge):
        frames.read(body * 66)


def test_a_payload_is_no_larger_than_its_type_allows() -> None:
    limit = PayloadType.SYNC.limit
    largest = envelope.sign(PayloadType.SYNC, bytes(limit), key("OP1 courier"))
    larger = envelope.sign(PayloadType.SYNC, bytes(limit + 1), key("OP1 courier"))

    assert frames.read(frames.write([largest])) == (largest,)
    with pytest.raises(TooLarge):
        frames.read(frames.write([larger]))


def test_a_body_is_deflated_and_inflated(body: bytes) -> None:
    assert frames.inflate(frames.deflate(body * 20)) == body * 20
    assert gzip.decompress(frames.deflate(body)) == body


@pytest.mark.threat("bomb")
def test_a_bomb_is_not_inflated_beyond_its_limit() -> None:
    assert len(frames.inflate(frames.deflate(bytes(1000)), limit=1000)) == 1000
    with pytest.raises(TooLarge):
        frames.inflate(frames.deflate(bytes(1001)), limit=1000)


@pytest.mark.parametrize("cut", [0, 5, -1])
def test_gzip_that_is_cut_or_goes_on_is_refused(body: bytes, cut: int) -> None:
    packed = frames.deflate(body)
    with pytest.raises(Malformed):
        frames.inflate(packed[:cut])
    with pytest.raises(Malformed):
        frames.inflate(packed + b"x")
    with pytest.raises(Malformed):
        frames.inflate(b"not gzip")
