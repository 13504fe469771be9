"""A reader sees all of a text, and what he saw before he sees unchanged."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.legible import is_legible, legible, on_one_line

HIDING = (
    *(
        "X-ray\u202egpj.exe",
        "OP1\u200b",
        "\u2066OP1",
        "\x1b]0;root\x07",
        "a\x00b",
        "a\rb",
        "a\x85b",
    ),
    *("a\u2028b", "\ufeffOP1", "OP\u00ad1", "\U000e0041", "\ud800", "\u3164"),
)


@pytest.mark.parametrize("text", HIDING)
def test_what_hides_or_turns_a_line_is_marked(text: str) -> None:
    assert not is_legible(text)
    assert "\ufffd" in legible(text)


@pytest.mark.parametrize(
    "text", ["Zoë O’Neil", "مرحبا", "שלום", "می‌خواهم", "👩‍⚕️", "a\tb\r\nc", "診療所"]
)
def test_names_and_sentences_of_people_stay_as_they_are(text: str) -> None:
    assert legible(text) == text
    assert is_legible(text)


@given(st.text())
def test_what_is_told_is_legible_and_as_long(text: str) -> None:
    told = legible(text)

    assert is_legible(told)
    assert len(told) == len(text)
    assert told.encode().decode() == told


@given(st.text())
def test_one_line_is_one_line_for_every_reader(text: str) -> None:
    told = on_one_line(text)

    assert len(told.splitlines()) <= 1
    assert all(unicodedata.category(one) not in ("Cc", "Cs", "Zl", "Zp") for one in told)
