"""Values know what they are and where they stand, through quotes and escapes."""

import pytest

from rules.language import events, source
from rules.language.document import Mapping, Scalar


def scalar(text: str) -> Scalar:
    read = source.read("rules.yaml", f"key: {text}\n".encode())
    assert isinstance(read, source.Source)
    value, problems = events.compose(read)
    assert problems == []
    assert isinstance(value, Mapping)
    found = value.get("key")
    assert isinstance(found, Scalar)
    return found


@pytest.mark.parametrize(
    ("text", "word", "column"),
    [
        ("volume.kind", "kind", 13),
        ("'volume.kind'", "kind", 14),
        ("'it''s kind'", "kind", 13),
        ('"volume.kind"', "kind", 14),
        ('"a\\tb\\x41\\u0041\\U00000041kind"', "kind", 31),
        ("über kind", "kind", 11),
    ],
)
def test_a_word_inside_a_value_has_its_column(text, word, column) -> None:
    value = scalar(text)
    start = value.text.index(word)
    place = value.part(start, start + len(word))
    assert (place.line, place.column, place.end) == (1, column, column + len(word))


def test_a_value_over_lines_is_marked_to_the_end_of_its_first() -> None:
    value = scalar("one two\n  three")
    assert value.text == "one two three"
    assert not value.is_one_line
    assert value.part(8, 13) == value.place
    assert value.place.end == len("key: one two") + 1


@pytest.mark.parametrize(
    "text",
    [
        *["yes", "No", "ON", "off", "y", "n", "1.10", "22.04", "12:30", "0644", "1_000"],
        *["2026-11-22", "1e3", "0x1F", "0o17", ".5", "7", "-7", ".inf", ".NaN"],
    ],
)
def test_what_readers_of_yaml_disagree_about_is_ambiguous(text) -> None:
    assert scalar(text).is_ambiguous
    assert not scalar(f'"{text}"').is_ambiguous


@pytest.mark.parametrize("text", ["C", "15m", "1.2.3", "ENC-01", "164.312(b)", "true", "a:b"])
def test_a_word_is_a_word(text) -> None:
    assert not scalar(text).is_ambiguous


def test_kinds_are_asked_for_and_never_guessed() -> None:
    assert scalar("true").as_bool() is True
    assert scalar("'true'").as_bool() is None
    assert scalar("True").as_bool() is None
    assert scalar("42").as_int() == 42
    assert scalar("042").as_int() is None
    assert scalar("1.5").as_double() == 1.5
    assert scalar("2").as_double() == 2.0
    assert scalar("1e3").as_double() is None
    assert scalar("~").is_null
    assert scalar("null").is_null
    assert not scalar("'null'").is_null
