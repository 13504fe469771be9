"""Which key is this, and is it worth believing?"""

import json
from pathlib import Path

import pytest

from evidence import bodies, keys
from evidence.errors import Malformed, WeakKey
from evidence.keys import PublicKey, SigningKey
from evidence.messages import Notice, seal, unseal_notice
from evidence.note import ED25519, Verifier
from tests.evidence.clinic import key

# RFC 8032, section 7.1, test 1.
SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
SIGNATURE = (
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd"
    "25bf5f0595bbe24655141438e7a100b"
)
SMALL_ORDER = [
    "00" * 32,
    "01" + "00" * 31,
    "ec" + "ff" * 30 + "7f",
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]


def with_sign(point: str, sign: int) -> bytes:
    raw = bytes.fromhex(point)
    return raw[:-1] + bytes([raw[-1] | sign << 7])


def test_a_key_signs_as_the_rfc_says() -> None:
    known = SigningKey.from_seed(bytes.fromhex(SEED))

    assert known.public.hex == PUBLIC
    assert known.sign(b"").hex() == SIGNATURE
    assert PublicKey.from_hex(PUBLIC).verifies(bytes.fromhex(SIGNATURE), b"")


def test_every_public_vector_of_ed25519_is_told_right(vectors: Path) -> None:
    groups = json.loads((vectors / "ed25519" / "ed25519_test.json").read_text())["testGroups"]
    told = [
        (
            PublicKey.from_hex(group["publicKey"]["pk"]).verifies(
                bytes.fromhex(test["sig"]), bytes.fromhex(test["msg"])
            ),
            test["result"] == "valid",
        )
        for group in groups
        for test in group["tests"]
    ]

    assert len(told) == 151
    assert all(said is wanted for said, wanted in told)


@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_a_key_under_which_anybody_can_sign_is_refused(point: str, sign: int) -> None:
    raw = with_sign(point, sign)

    assert keys.is_weak(raw)
    with pytest.raises(WeakKey):
        PublicKey.from_hex(raw.hex())


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_no_rotation_and_no_notice_brings_such_a_key(point: str, sign: int) -> None:
    raw = with_sign(point, sign)
    said = {"purpose": "report", "keyid": keys.keyid(raw), "public": raw.hex(), "reason": "age"}
    old = key("receipt")
    notice = Notice(kind="receipt", old=old.public.hex, new=raw.hex(), from_leaf=1, why="age")

    with pytest.raises(WeakKey):
        bodies.read("key_rotate", said)
    with pytest.raises(WeakKey):
        unseal_notice(seal(notice, old, key("other")), {old.keyid: old.public})


@pytest.mark.threat("weak-key")
@pytest.mark.parametrize("sign", [0, 1])
@pytest.mark.parametrize("point", SMALL_ORDER)
def test_such_a_key_is_refused_as_a_log_key_too(point: str, sign: int) -> None:
    weak = PublicKey(with_sign(point, sign), "", key("any").public._point)
    vkey = str(Verifier("dentinel/log", weak, ED25519))

    with pytest.raises(WeakKey):
        Verifier.parse(vkey)


@pytest.mark.parametrize("text", ["", "00", PUBLIC.upper(), PUBLIC + "00", "zz" * 32])
def test_what_is_not_64_lower_case_digits_is_no_key(text: str) -> None:
    with pytest.raises(Malformed):
        PublicKey.from_hex(text)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_and_a_key_have_32_bytes(length: int) -> None:
    with pytest.raises(Malformed):
        SigningKey.from_seed(bytes(length))
    with pytest.raises(Malformed):
        PublicKey.from_raw(bytes(length))


def test_a_signature_of_the_wrong_length_is_no_signature() -> None:
    public = key("report").public

    assert not public.verifies(b"", b"x")
    assert not public.verifies(bytes(63), b"x")
    assert not public.verifies(bytes(65), b"x")


def test_the_secret_never_prints() -> None:
    secret = key("report")

    assert secret.seed.hex() not in repr(secret)
    assert repr(secret.seed) not in repr(secret)
    assert secret.keyid == secret.public.keyid == keys.keyid(secret.public.raw)
