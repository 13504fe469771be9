"""Text fits the terminal, and a caret stands where the eye sees the mistake."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.workbench.reports.columns import Word, excerpt, seen, width, wrap

TEXTS = st.text(
    st.sampled_from("ab \t歯é🦷\u0301\u202e\ufffd‘§") | st.characters(exclude_categories=["Cs"])
)


def plain(text: str, style: str) -> str:
    return text


@pytest.mark.parametrize(
    ("text", "columns"),
    [("C:", 2), ("歯科", 4), ("🦷", 2), ("e\u0301", 1), ("ｶ", 1), ("ﾃﾞ", 2), ("", 0)],
)
def test_characters_take_the_columns_that_a_terminal_gives_them(text, columns) -> None:
    assert width(text) == columns


def test_what_cannot_be_seen_is_shown_as_such_and_a_tab_as_one_blank() -> None:
    assert seen("a\tb\x1b[31m\u202e\ud800") == "a b\ufffd[31m\ufffd\ufffd"


def test_a_short_line_is_shown_whole() -> None:
    cut = excerpt("歯: x == 1", 3, 4, 72)
    assert (cut.text, cut.start, cut.end) == ("歯: x == 1", 4, 5)


def test_a_long_line_is_cut_round_the_mistake() -> None:
    cut = excerpt("a" * 100 + "MISTAKE" + "b" * 100, 100, 107, 40)
    assert width(cut.text) == 40
    assert cut.text[cut.start : cut.end] == "MISTAKE"
    assert cut.text[0] == cut.text[-1] == "…"


def test_a_mistake_near_the_start_keeps_the_start() -> None:
    cut = excerpt("where: volum.kind" + " " * 100, 7, 12, 40)
    assert cut.text.startswith("where: volum.kind")
    assert (cut.start, cut.end) == (7, 12)


def test_a_mistake_near_the_end_shows_as_much_before_it_as_there_is_room_for() -> None:
    cut = excerpt("a" * 100 + "WRONG", 100, 105, 40)
    assert cut.text == "…" + "a" * 34 + "WRONG"
    assert cut.text[cut.start : cut.end] == "WRONG"


@given(TEXTS, st.integers(0, 400), st.integers(0, 60), st.integers(32, 112))
def test_no_excerpt_is_wider_than_its_room_and_every_caret_stands_below_it(
    line, start, length, room
) -> None:
    start = min(start, len(line))
    cut = excerpt(line, start, min(start + length, len(line)), room)
    assert width(cut.text) <= room
    assert 0 <= cut.start < cut.end <= room + 1
    assert all(unicodedata.category(c)[0] != "C" for c in cut.text)


@given(TEXTS.filter(str.strip), st.data())
def test_the_caret_stands_under_the_characters_that_it_marks(line, data) -> None:
    start = data.draw(st.integers(0, len(line) - 1))
    cut = excerpt(line, start, start + 1, 40)
    if width(seen(line)[start]) == 0:
        return
    at, under = 0, ""
    for character in cut.text:
        under += character if cut.start <= at < cut.end else ""
        at += width(character)
    assert under.strip("\u0301").startswith(seen(line)[start])


@given(st.lists(TEXTS.map(lambda text: seen(text).replace(" ", "") or "x")), st.integers(40, 100))
def test_words_are_wrapped_and_none_is_lost(words, columns) -> None:
    lines = wrap([Word("disks.yaml:1:1:"), *map(Word, words)], columns, "      ", plain)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == "disks.yaml:1:1:" + "".join(words).replace(" ", "")


def test_a_word_longer_than_a_line_is_broken() -> None:
    lines = wrap([Word("a.yaml:1:1:"), Word("x" * 100), Word("歯" * 30)], 40, "  ", plain)
    assert lines == [
        "a.yaml:1:1:",
        "  " + "x" * 38,
        "  " + "x" * 38,
        "  " + "x" * 24,
        "  " + "歯" * 19,
        "  " + "歯" * 11,
    ]


def test_a_place_is_never_broken() -> None:
    place = f"{'very-long/' * 12}disks.yaml:1:1:"
    assert wrap([Word(place), Word("error")], 60, "  ", plain) == [place, "  error"]
