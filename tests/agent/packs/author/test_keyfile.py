"""A key file opens by its passphrase and by nothing else."""

import json
import os

import pytest

from agent.errors import AuthorError, WrongPassphrase
from agent.packs.author import keyfile
from evidence.keys import SigningKey

WORDS = "molar basket ninety harbour"


@pytest.fixture(scope="module")
def key() -> SigningKey:
    """The author's key."""
    return SigningKey.from_seed(bytes(range(32)))


@pytest.fixture(scope="module")
def sealed(key: SigningKey) -> bytes:
    """Its file on the PC of dr_lee."""
    return keyfile.seal(key, WORDS, os.urandom)


def test_the_passphrase_opens_it_and_the_secret_is_not_in_it(
    key: SigningKey, sealed: bytes
) -> None:
    assert keyfile.read(sealed, "author.key").open(WORDS) == key
    assert key.seed.hex() not in sealed.decode()
    assert json.loads(sealed)["kdf"] | {"salt": ""} == {
        "name": "scrypt",
        "n": 131072,
        "r": 8,
        "p": 1,
        "salt": "",
    }


def test_another_passphrase_tells_itself(sealed: bytes) -> None:
    with pytest.raises(WrongPassphrase, match="does not open the key"):
        keyfile.read(sealed, "author.key").open(WORDS.upper())


def test_a_file_whose_public_key_was_exchanged_does_not_open(sealed: bytes) -> None:
    other = SigningKey.from_seed(bytes(32)).public.hex
    changed = json.dumps(json.loads(sealed) | {"public": other}).encode()
    with pytest.raises(WrongPassphrase):
        keyfile.read(changed, "author.key").open(WORDS)


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file | {"dentinel": "key/v2"},
        lambda file: file | {"kdf": file["kdf"] | {"n": 2**10}},
        lambda file: file | {"kdf": file["kdf"] | {"n": 2**30}},
        lambda file: file | {"kdf": file["kdf"] | {"salt": "00"}},
        lambda file: file | {"public": "00" * 32},
        lambda file: {"dentinel": "key/v1"},
        lambda file: [],
    ],
)
def test_a_file_that_asks_for_another_lock_is_no_key_file(sealed: bytes, damage) -> None:
    with pytest.raises(AuthorError, match=r"author\.key is no key file"):
        keyfile.read(json.dumps(damage(json.loads(sealed))).encode(), "author.key")


def test_a_short_passphrase_makes_no_file(key: SigningKey) -> None:
    with pytest.raises(AuthorError, match="at least 10 characters"):
        keyfile.seal(key, "molar", os.urandom)


def test_a_key_file_is_known_by_its_first_bytes(sealed: bytes) -> None:
    assert keyfile.is_key_file(sealed)
    assert not keyfile.is_key_file(b'{"dentinel":"public-keys/v1"}')
