"""A pattern is read whole or refused at the right place, and never grows too big."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.compiled import limits
from rules.compiled.pattern import PatternError, parse


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        ("(?i)usb", "(?i", "flags"),
        ("a(?=b)", "(?=", "look-around"),
        ("(?<!a)b", "(?<", "look-around"),
        ("(?P<drive>[A-Z])", "(?P", "names of groups"),
        (r"(a)\1", r"\1", "refer back"),
        (r"\bUSB", r"\b", "word boundaries"),
        (r"C:\Users", r"\U", "no meaning"),
        (r"usb\_", r"\_", "no meaning"),
        (r"\é", r"\é", "no meaning"),
        (r"\pL", r"\p", "Unicode"),
        (r"a\Z", r"\Z", "write $"),
        ("a*?", "?", "lazy"),
        ("a+?", "?", "lazy"),
        ("a{2}?", "?", "lazy"),
        ("a*+", "+", "possessive"),
        ("a**", "*", "write (…)"),
        ("a{2}{3}", "{3}", "write (…)"),
        ("*.exe", "*", "nothing here"),
        ("a|+", "+", "nothing here"),
        ("(?:*)", "*", "nothing here"),
        ("^*", "*", "end of the text"),
        ("a{,3}", "{", "counts nothing"),
        ("${name}", "{", "counts nothing"),
        ("a{3,1}", "{3,1}", "below the least"),
        ("a{1001}", "{1001}", "1,000 states"),
        ("(){1000000000}", "{1000000000}", "1,000 states"),
        ("(a{99}){99}", "{99}", "1,000 states"),
        ("((a{1,99}){1,99}){1,99}", "{1,99}", "1,000 states"),
        ("(a{400}|b{700})", "(a{400}|b{700})", "1,000 states"),
        ("(a", "(", "never closed"),
        ("((a)", "(", "never closed"),
        ("a)", ")", "no group to close"),
        ("a\\", "\\", "a backslash at the end"),
        ("[a", "[", "never closed"),
        ("[]", "[", "never closed"),
        ("[^]", "[", "never closed"),
        ("[a-", "[", "never closed"),
        ("[a\\", "\\", "a backslash at the end"),
        ("[z-a]", "z-a", "comes before its start"),
        (r"[a-\d]", r"a-\d", "no end of a range"),
        (r"[\w-.]", r"\w-.", "no end of a range"),
        ("[a-c-e]", "-", "hyphen"),
        ("[[:alpha:]]", "[:", "[: :]"),
        (r"[\b]", r"\b", "word boundaries"),
    ],
)
def test_what_is_no_pattern_of_ours_is_refused_at_its_place(text, where, says) -> None:
    with pytest.raises(PatternError) as refused:
        parse(text)
    odd = refused.value
    assert says in odd.message
    assert text[odd.start : odd.end] == where


def test_a_pattern_that_is_too_long_is_refused_unread() -> None:
    parse("(" * 128 + ")" * 128)
    with pytest.raises(PatternError, match="257 characters; 256 are the most") as refused:
        parse("(" * 257)
    assert (refused.value.start, refused.value.end) == (256, 257)


def test_as_many_states_as_there_may_be_are_taken() -> None:
    assert len(parse("a{1000}").program) == limits.PATTERN_STATES
    assert len(parse("(a{1,2}b{10,20}){20}").program) <= limits.PATTERN_STATES
    assert parse("(a{99}){0}").program == ()


PIECES = st.sampled_from(
    [*"ab1.^$|()[]*+?-\\é", "(?:", "{2}", "{0,9}", "{999}", "[^", r"\d", r"\W", "a-z", "(a|b)", "]"]
)


def outcome(text: str) -> tuple[int, int, int]:
    """The states of a pattern, and the place of what is wrong with it."""
    try:
        return len(parse(text).program), 0, 1
    except PatternError as odd:
        return 0, odd.start, odd.end


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_text_does_more_than_be_refused(text) -> None:
    states, start, end = outcome(text)
    assert states <= limits.PATTERN_STATES
    assert 0 <= start < end <= max(len(text), 1)
