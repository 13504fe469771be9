"""Globs and caseless text do what an author means, in time that their length bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.engine.fold import fold
from rules.engine.glob import glob


@pytest.mark.parametrize(
    ("text", "pattern", "fits"),
    [
        ("", "", True),
        ("a", "", False),
        ("", "*", True),
        ("abc", "abc", True),
        ("abc", "a?c", True),
        ("abc", "a?", False),
        ("abc", "*", True),
        ("abc", "a*", True),
        ("abc", "*c", True),
        ("abc", "*b*", True),
        ("abc", "b*", False),
        ("abc", "*a", False),
        ("aXbXc", "a*b*c", True),
        ("ab", "a*b*b", False),
        ("aa", "a*a*a", False),
        ("abcabd", "*ab?", True),
        ("abcabd", "*b?a*", True),
        ("xay", "*?a?", True),
        ("ay", "*?a?", False),
        ("a.c", "a.c", True),
        ("abc", "a.c", False),
        ("a[b", "a[*", True),
    ],
)
def test_a_star_is_any_run_and_a_question_mark_one_character(text, pattern, fits) -> None:
    assert glob(text, pattern) is fits


def slow(text: str, pattern: str) -> bool:
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(slow(text[n:], pattern[1:]) for n in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and slow(text[1:], pattern[1:])


@given(st.text("ab", max_size=8), st.text("ab*?", max_size=6))
def test_a_glob_agrees_with_its_definition(text, pattern) -> None:
    assert glob(text, pattern) is slow(text, pattern)


def test_case_folds_after_composing() -> None:
    assert fold("RemoteRegistry") == fold("remoteREGISTRY")
    assert fold("CAFE\u0301") == fold("caf\u00e9")
    assert fold(None) is None
