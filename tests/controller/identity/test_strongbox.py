"""Only the seed opens it, and nothing of it is read that was not written so."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.errors import Refusal
from controller.identity.secrets import Keys
from controller.identity.strongbox import MAGIC, PIECE, Opening, Sealing

KEYS = Keys(b"s" * 32)
SALT = b"0" * 32


def sealed(data: bytes, keys: Keys = KEYS) -> bytes:
    out = io.BytesIO()
    with Sealing(out, keys, SALT) as box:
        box.write(data)
    return out.getvalue()


def opened(box: bytes, keys: Keys = KEYS) -> bytes:
    return Opening(io.BytesIO(box), keys).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_what_was_sealed_comes_out(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)
    assert opened(sealed(data[:size])) == data[:size]


def test_nothing_of_it_stands_in_the_file() -> None:
    assert b"Smith_John" not in sealed(b"Smith_John" * 1000)


def test_another_seed_opens_nothing() -> None:
    with pytest.raises(Refusal, match="another controller's seed"):
        opened(sealed(b"data"), Keys(b"t" * 32))


def test_another_file_is_no_backup() -> None:
    with pytest.raises(Refusal, match="no backup"):
        opened(b"SQLite format 3\x00" + bytes(100))


@pytest.mark.parametrize("cut", [1, 16, 17, PIECE, PIECE + 16])
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    box = sealed(bytes(2 * PIECE + 5))
    with pytest.raises(Refusal):
        opened(box[:-cut])


def test_pieces_that_changed_places_are_refused() -> None:
    box = sealed(bytes(3 * PIECE))
    head, piece = len(MAGIC) + 32, PIECE + 16
    first, second = box[head : head + piece], box[head + piece : head + 2 * piece]
    with pytest.raises(Refusal):
        opened(box[:head] + second + first + box[head + 2 * piece :])


@given(at=st.integers(0, 300), bit=st.integers(0, 7))
@settings(max_examples=60)
def test_one_bit_flipped_anywhere_is_refused(at: int, bit: int) -> None:
    box = bytearray(sealed(b"x" * 235))
    box[at % len(box)] ^= 1 << bit
    with pytest.raises(Refusal):
        opened(bytes(box))
