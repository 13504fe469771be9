"""One seed, every key: the same tomorrow, apart from one another, and recovered from paper."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.errors import HomeProblem, Refusal
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys, recovery_sheet, seed_of_sheet

CLINIC = UUID("5b0c0a7e-9d3c-4a58-8f0e-0f6d1f2b3c4d")
CONTROLLER = UUID("91aa0a7e-9d3c-4a58-8f0e-0f6d1f2b3c4d")


@pytest.fixture
def empty(tmp_path) -> ControllerHome:
    """A home that was just made."""
    return ControllerHome(tmp_path / "home").make(CONTROLLER)


def test_a_key_is_the_same_whenever_it_is_derived() -> None:
    one, other = Keys(b"\x01" * 32), Keys(b"\x01" * 32)
    assert one.receipt().public == other.receipt().public
    assert one.log(CLINIC, 3).public == other.log(CLINIC, 3).public


def test_derivation_is_hkdf_of_rfc_5869() -> None:
    import hashlib
    import hmac

    seed = bytes(range(32))
    drawn = hmac.digest(b"dentinel/v1", seed, hashlib.sha256)
    wanted = hmac.digest(drawn, b"log\0abc\x002\x01", hashlib.sha256)
    assert Keys(seed).derive("log", "abc", 2) == wanted


def test_no_two_purposes_share_a_key() -> None:
    keys = Keys(b"\x02" * 32)
    derived = {
        keys.receipt().seed,
        keys.receipt(2).seed,
        keys.log(CLINIC, 1).seed,
        keys.log(CLINIC, 2).seed,
        keys.log(CONTROLLER, 1).seed,
        keys.fact_key(CLINIC),
        keys.fact_key(CONTROLLER),
        keys.hardware_salt(CLINIC),
        keys.derive("secrets", ""),
    }
    assert len(derived) == 9


def test_keys_do_not_print_their_seed() -> None:
    assert "0202" not in repr(Keys(b"\x02" * 32))
    assert "x02" not in repr(Keys(b"\x02" * 32))


@given(st.binary(min_size=32, max_size=32))
def test_a_sheet_gives_the_seed_back(seed: bytes) -> None:
    groups = re.findall(r"^ {3}([A-Z2-7 ]+)$", recovery_sheet(Keys(seed), CONTROLLER), re.M)
    check = re.search(r"check ([A-Z2-7]{4})", recovery_sheet(Keys(seed), CONTROLLER))
    assert check is not None
    characters = " ".join(groups)
    assert len(characters.replace(" ", "")) == 52
    assert seed_of_sheet(characters.lower(), check[1]) == seed


def test_a_character_copied_wrongly_is_noticed() -> None:
    sheet = recovery_sheet(Keys(bytes(32)), CONTROLLER)
    check = sheet.split("check ")[1][:4]
    with pytest.raises(Refusal, match="do not match"):
        seed_of_sheet("B" + "A" * 51, check)


def test_a_new_home_is_closed_to_others(empty: ControllerHome) -> None:
    Keys.make(empty, lambda size: b"\x07" * size)
    assert [path.stat().st_mode & 0o077 for path in (empty.root, empty.keys, empty.seed)] == [0] * 3


def test_a_home_keeps_its_seed_and_its_id(empty: ControllerHome) -> None:
    Keys.make(empty, lambda size: b"\x07" * size)
    empty.make(CLINIC)
    assert Keys.make(empty, lambda size: b"\x08" * size).seed == b"\x07" * 32
    assert empty.id() == CONTROLLER


def test_a_home_that_was_never_made_says_what_to_do(tmp_path) -> None:
    nowhere = ControllerHome(tmp_path / "nowhere")
    for ask in (nowhere.id, lambda: Keys.load(nowhere)):
        with pytest.raises(HomeProblem) as told:
            ask()
        assert "dentinel-controller init" in told.value.help


def test_a_seed_that_others_may_read_is_not_used(empty: ControllerHome) -> None:
    Keys.make(empty, lambda size: b"\x07" * size)
    empty.seed.chmod(0o640)
    with pytest.raises(HomeProblem, match="others"):
        Keys.load(empty)


def test_a_seed_that_was_cut_is_not_used(empty: ControllerHome) -> None:
    Keys.make(empty, lambda size: b"\x07" * size)
    empty.seed.write_bytes(b"\x07" * 31)
    with pytest.raises(HomeProblem, match="31 bytes"):
        Keys.load(empty)
