"""Expressions are read by the grammar: what binds tighter, which escapes, which words."""

import pytest

from rules.language.parse import parse
from rules.language.syntax import (
    Binary,
    Call,
    Choice,
    Constant,
    Index,
    ListOf,
    MapOf,
    Member,
    Unary,
)
from rules.language.tokens import RESERVED, LeafError, faults


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\x41\u0041\U00000041\101"', "AAAA"),
        (r'"\a\b\f\n"', "\a\b\f\n"),
        ("'a\tb'", "a\tb"),
        ("'''a\nb'''", "a\nb"),
        (r'"\\ \" \' \? \`"', "\\ \" ' ? `"),
        (r"'it\'s'", "it's"),
        (r"r'\d'", r"\d"),
        ('R"a"', "a"),
        ('"""a "quoted" word"""', 'a "quoted" word'),
        ("'''it's'''", "it's"),
        ('"é"', "é"),
    ],
)
def test_strings_and_escapes_are_those_of_cel(text, value) -> None:
    found = parse(text)
    assert isinstance(found, Constant)
    assert found.value == value


def test_a_line_ends_a_string_in_single_quotes() -> None:
    with pytest.raises(LeafError) as odd:
        parse("'a\nb'")
    assert odd.value.code == "DL203"


@pytest.mark.parametrize(
    "text",
    ["pkg.T{a: 1}", "T{}", "a.?b", "a[?0]", "[?a]", "{?a: 1}", ".a", "a.`b-c`", "1u", "b'a'"],
)
def test_what_cel_has_and_rules_have_not_is_told_as_such(text) -> None:
    with pytest.raises(LeafError) as odd:
        parse(text)
    assert odd.value.code == "DL206"


@pytest.mark.parametrize(
    "text", [r'"\xZZ"', r'"\u12"', r'"\UFFFFFFFF"', r'"\ud800"', r'"\9"', '"\\']
)
def test_an_escape_that_stands_for_nothing_is_told(text) -> None:
    with pytest.raises(LeafError) as odd:
        parse(text)
    assert odd.value.code == "DL203"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("42", "int", 42),
        ("-42", "int", -42),
        ("0x2A", "int", 42),
        ("-9223372036854775808", "int", -(2**63)),
        ("1.5", "double", 1.5),
        (".5", "double", 0.5),
        ("1e3", "double", 1000.0),
        ("true", "bool", True),
        ("null", "null", None),
        ("42 // and so on", "int", 42),
    ],
)
def test_constants_are_those_of_cel(text, kind, value) -> None:
    found = parse(text)
    assert isinstance(found, Constant)
    assert (found.kind, found.value) == (kind, value)


def shape(text: str) -> str:  # noqa: C901 - one arm a part
    def show(part) -> str:  # noqa: C901 - one arm a part
        match part:
            case Binary():
                return f"({show(part.left)} {part.op} {show(part.right)})"
            case Unary():
                return f"({part.op} {show(part.of)})"
            case Choice():
                return f"({show(part.condition)} ? {show(part.then)} : {show(part.other)})"
            case Member():
                return f"{show(part.of)}.{part.word}"
            case Index():
                return f"{show(part.of)}[{show(part.index)}]"
            case Call():
                of = f"{show(part.of)}." if part.of else ""
                return f"{of}{part.name}({', '.join(map(show, part.args))})"
            case ListOf():
                return f"[{', '.join(map(show, part.items))}]"
            case MapOf():
                return "{" + ", ".join(f"{show(k)}: {show(v)}" for k, v in part.entries) + "}"
            case Constant():
                return repr(part.value)
        return part.name

    return show(parse(text))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a or b and c", "(a or (b and c))"),
        ("a || b && !c", "(a or (b and (not c)))"),
        ("not a == b", "((not a) == b)"),
        ("a + b * c - d", "((a + (b * c)) - d)"),
        ("a < b == c", "((a < b) == c)"),
        ("-a.b", "(- a.b)"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b or c : d", "(a ? (b or c) : d)"),
        ("a.b[0].c(d, e)", "a.b[0].c(d, e)"),
        ("a.for.and", "a.for.and"),
        ("[a, b,]", "[a, b]"),
        ("{a: b, c: d,}", "{a: b, c: d}"),
        ("{}", "{}"),
        ("f()", "f()"),
        ("a in [1] and b", "((a in [1]) and b)"),
        ("!!a", "(not (not a))"),
        ("- -1", "(- -1)"),
        ("a-1", "(a - 1)"),
    ],
)
def test_what_binds_tighter_stands_together(text, read) -> None:
    assert shape(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "a b",
        "a.",
        "a..b",
        "a[",
        "a[]",
        "(",
        ")",
        "f(,)",
        "[,]",
        "{a}",
        "{a: b c: d}",
        "!-a",
        "a ? b",
        "1 2",
        "and",
        "a.'b'",
    ],
)
def test_what_is_no_expression_is_told(text) -> None:
    with pytest.raises(LeafError) as odd:
        parse(text)
    assert odd.value.code in ("DL201", "DL202", "DL205")


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_reserved_word_is_no_name_and_may_follow_a_dot(word) -> None:
    with pytest.raises(LeafError) as odd:
        parse(f"{word} == 1")
    assert odd.value.code == "DL205"
    assert odd.value.help
    found = parse(f"a.{word}")
    assert isinstance(found, Member)
    assert found.word == word


def test_everything_that_is_no_word_is_told_at_once() -> None:
    text = r"""a = 1 and b =< 2 and "x\qy" == 'z' ; 15m"""
    assert [(one.code, text[slice(*one.span)]) for one in faults(text)] == [
        ("DL201", "="),
        ("DL201", "="),
        ("DL203", r"\q"),
        ("DL201", ";"),
        ("DL201", "15m"),
    ]
    assert faults("a == 1") == []


def test_a_part_in_parentheses_has_them_in_its_place() -> None:
    text = "not (a or b) and c"
    found = parse(text)
    assert isinstance(found, Binary)
    assert text[slice(*found.left.span)] == "not (a or b)"
