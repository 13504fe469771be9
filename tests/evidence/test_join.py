"""How does a machine know whom it joins?"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence import join
from evidence.errors import DamagedJoin, Malformed, TooLarge, WrongPin
from evidence.join import JoinString, Welcome
from tests.evidence.clinic import CLINIC, HASH, ORG, BrightSmiles

WELCOME = Welcome(
    org=ORG,
    clinic=CLINIC,
    ca=("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",),
    tuf_root="",
    receipt=(HASH,),
    log=str(BrightSmiles().verifier),
    hw_salt="0f" * 16,
)
JOIN = JoinString(b"t" * 8, b"s" * 20, join.pin_of(WELCOME.to_bytes()), "controller.example", 8443)

HOSTS = st.from_regex(r"[a-z0-9.-]{1,40}", fullmatch=True) | st.ip_addresses(v=6).map(str)


@given(
    st.builds(
        JoinString,
        st.binary(min_size=8, max_size=8),
        st.binary(min_size=20, max_size=20),
        st.binary(min_size=32, max_size=32),
        HOSTS,
        st.integers(1, 65535),
    )
)
def test_a_join_string_is_read_as_it_was_written(made: JoinString) -> None:
    assert JoinString.parse(f"  {made}\n") == made


@given(st.data())
def test_a_character_that_was_copied_wrong_is_found(data: st.DataObject) -> None:
    text = str(JOIN)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.@:"))
    if other != text[at]:
        with pytest.raises(DamagedJoin, match="copy it again"):
            JoinString.parse(text[:at] + other + text[at + 1 :])


def test_a_join_string_fits_on_a_line_and_into_a_shell() -> None:
    text = str(JOIN)

    assert len(text) < 150
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789.@:-")


@pytest.mark.parametrize("text", ["", "dentinel1", "dentinel2" + str(JOIN)[9:], str(JOIN) + "x"])
def test_what_is_no_join_string_is_damaged(text: str) -> None:
    with pytest.raises(DamagedJoin):
        JoinString.parse(text)


def test_a_port_has_its_range() -> None:
    with pytest.raises(DamagedJoin, match="port"):
        JoinString.parse(str(replace(JOIN, port=70_000)))


def test_bits_after_the_end_of_a_part_are_damage() -> None:
    body = f"dentinel1.{'a' * 12}b.{'a' * 32}.{'a' * 52}"
    with pytest.raises(DamagedJoin):
        JoinString.parse(f"{body}.{join._check(body, 'host')}@host")


def test_the_secret_never_prints() -> None:
    assert "ssss" not in repr(JOIN)


def test_the_welcome_is_the_one_that_was_pinned() -> None:
    assert Welcome.pinned(WELCOME.to_bytes(), JOIN) == WELCOME


@pytest.mark.threat("false-controller")
def test_another_controller_is_found_by_its_pin() -> None:
    other = replace(WELCOME, hw_salt="00" * 16).to_bytes()

    with pytest.raises(WrongPin, match="nothing was sent"):
        Welcome.pinned(other, JOIN)


@pytest.mark.parametrize("missing", [{"ca": ()}, {"receipt": ()}])
def test_a_welcome_names_a_ca_and_a_receipt_key(missing: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(Malformed):
        Welcome.from_bytes(replace(WELCOME, **missing).to_bytes())


def test_a_welcome_has_its_limit() -> None:
    with pytest.raises(TooLarge):
        Welcome.from_bytes(b" " * (join.WELCOME_LIMIT + 1))
