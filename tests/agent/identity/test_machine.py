"""Who a machine is, and what it says when it cannot tell any more."""

from pathlib import Path

import pytest

from agent.errors import IdentityLost, NotEnrolled
from agent.identity import keyfile
from agent.identity.machine import Identity
from agent.paths import Home
from evidence.keys import SigningKey
from tests.agent.practice import Practice


def test_a_machine_that_never_joined_is_not_enrolled(tmp_path: Path) -> None:
    with pytest.raises(NotEnrolled, match="not joined"):
        Identity.load(Home(tmp_path))


@pytest.mark.parametrize("name", ["enrolled", "trust"])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"v":2}'])
def test_damage_is_a_lost_identity_and_never_a_new_one(
    practice: Practice, name: str, damage: bytes
) -> None:
    getattr(practice.home, name).write_bytes(damage)
    with pytest.raises(IdentityLost):
        Identity.load(practice.home)


@pytest.mark.parametrize("name", ["report_key", "courier_key"])
@pytest.mark.parametrize("damage", [None, b"", b"{}", b"rubbish", b'{"purpose":"report"}'])
def test_a_key_that_cannot_be_read_is_said_with_what_to_do(
    practice: Practice, name: str, damage: bytes | None
) -> None:
    path = getattr(practice.home, name)
    path.unlink()
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(IdentityLost) as caught:
        getattr(practice.identity, name)()

    assert "dentinel enroll" in caught.value.advice
    assert (path.read_bytes() if path.exists() else None) == damage


def test_one_key_is_never_taken_for_the_other(practice: Practice) -> None:
    practice.home.report_key.write_bytes(practice.home.courier_key.read_bytes())
    with pytest.raises(IdentityLost, match="no report key"):
        practice.identity.report_key()


def test_a_key_of_somebody_else_is_refused(practice: Practice) -> None:
    keyfile.write(practice.home.report_key, SigningKey.from_seed(b"7" * 32), "report")
    with pytest.raises(IdentityLost, match="not the one"):
        practice.identity.report_key()


@pytest.mark.threat("weak-key")
def test_a_receipt_key_of_small_order_is_never_believed(practice: Practice) -> None:
    (key,) = practice.identity.trust.receipt
    data = practice.home.trust.read_bytes().replace(key.encode(), b"00" * 32)
    practice.home.trust.write_bytes(data)
    with pytest.raises(IdentityLost):
        Identity.load(practice.home)


def test_a_secret_key_does_not_print(practice: Practice) -> None:
    key = practice.identity.report_key()

    assert key.seed.hex() not in repr(key)
    assert repr(key.seed) not in repr(key)


def test_the_trust_of_another_enrolment_does_not_count(practice: Practice) -> None:
    anchor = practice.identity.anchor
    data = practice.home.trust.read_bytes().replace(anchor.encode(), b"ab" * 32)
    practice.home.trust.write_bytes(data)
    with pytest.raises(IdentityLost, match="another enrolment"):
        Identity.load(practice.home)
