"""Expressions are written in one way, and mean what they meant, token for token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.language.parse import parse
from rules.language.tokens import LeafError
from rules.workbench.layout.leaf import meaning, written


@pytest.mark.parametrize(
    ("typed", "should_be"),
    [
        ("a&&b||!c", "a and b or not c"),
        ("!(a in ['x','y'])", 'not (a in ["x", "y"])'),
        ("!!a", "not not a"),
        ("age( t )<=params . max", "age(t) <= params.max"),
        ("a -5<-3", "a - 5 < -3"),
        ("a+ -b*(c-d)", "a + -b * (c - d)"),
        ("- 5<a", "- 5 < a"),
        ("l.filter(u,u.a&&!u.b).size( )>=2", "l.filter(u, u.a and not u.b).size() >= 2"),
        ("c?-1:2", "c ? -1 : 2"),
        ("a[ 0 ].b", "a[0].b"),
        ("x.in=='in'", 'x.in == "in"'),
        ("x.not", "x.not"),
        ("a in[1,2]", "a in [1, 2]"),
        ("a == 'it\"s'", "a == 'it\"s'"),
        ("a == r'C:\\d'", 'a == r"C:\\d"'),
        ("a == '''x'''", "a == '''x'''"),
        ("a=='' // never named", 'a == ""  // never named'),
        ('a == "x"', 'a == "x"'),
        ("not an expression(", "not an expression("),
        ("{'a':1}.a", "{'a':1}.a"),
        ("", ""),
        ("a -", "a -"),
        ("-" * 900, "-" * 900),
    ],
)
def test_an_expression_is_written_in_one_way(typed, should_be) -> None:
    assert written(typed) == should_be
    assert written(should_be) == should_be


NAMES = st.sampled_from(["a", "b.c", "user.lock.after", "x.size()", "age(t)", "true", "null"])
VALUES = NAMES | st.sampled_from(["1", "-1", "1.5", "'x'", '"y"', "r'\\d'", "['a','b']", "[]"])
OPERATORS = st.sampled_from(
    ["&&", "||", "and", "or", "==", "!=", "<", ">=", "in", "+", "-", "*", "%"]
)
BLANKS = st.sampled_from(["", " ", "  "])


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    """Expressions as hurried people type them."""
    if depth == 0:
        return draw(VALUES)
    inner = expressions(depth - 1)
    blank = draw(BLANKS)
    form = draw(st.integers(0, 5))
    if form == 0:
        return f"({blank}{draw(inner)}{blank})"
    if form == 1:
        return f"{draw(st.sampled_from(['!', 'not ', '-', '- ', '!!']))}{draw(inner)}"
    if form == 2:
        return f"{draw(inner)}{blank} ?{blank}{draw(inner)} :{blank}{draw(inner)}"
    if form == 3:
        return f"l.exists(u,{blank}{draw(inner)})"
    operator = draw(OPERATORS)
    space = " " if operator.isalpha() else blank
    return f"{draw(inner)}{space}{operator}{space}{draw(inner)}"


@given(expressions())
def test_what_is_written_means_the_same_and_stays(text) -> None:
    new = written(text)
    assert meaning(new) == meaning(text)
    assert written(new) == new


@given(expressions())
def test_the_tree_is_the_same(text) -> None:
    try:
        before = parse(text)
    except LeafError:
        return
    assert bare(parse(written(text))) == bare(before)


def bare(node: object) -> object:
    """A tree without the places of its parts."""
    slots = getattr(node, "__dataclass_fields__", None)
    if slots is None:
        return [bare(one) for one in node] if isinstance(node, tuple) else node
    places = ("span", "name_span", "word_span")
    return {name: bare(getattr(node, name)) for name in slots if name not in places}
