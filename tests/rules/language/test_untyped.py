"""An expression as a tree without overloads: what stands where, and what CEL's macros become."""

import pytest

from rules.compiled.tree import Node
from rules.language.parse import parse
from rules.language.tokens import LeafError
from rules.language.untyped import untyped


def shape(node: Node) -> str:
    """The tree as it is nested: `add(x, 1)`."""
    if node.op == "name":
        return str(node.args[0])
    if node.op == "value":
        return repr(node.args[0].value)
    inside = (shape(arg) if isinstance(arg, Node) else str(arg) for arg in node.args)
    return f"{node.op}({', '.join(inside)})"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("x + 1 <= -y", "le(add(x, 1), neg(y))"),
        ("a.b and not c[0]", "and(get(a, b), not(index(c, 0)))"),
        ("x ? {'a': 1} : [y, z,]", "if(x, entries('a', 1), list(y, z))"),
        ("has(a.b.c)", "has(get(get(a, b), c))"),
        ("size(x) + x.size()", "add(size(x), size(x))"),
        ("dyn(x)", "x"),
        ("l.all(x, x.ok)", "all(items(l), x, get(x, ok))"),
        ("l.map(x, x > 1, -x)", "map(filter(items(l), x, gt(x, 1)), x, neg(x))"),
        ("l.filter(x)", "call(filter, l, x)"),
        ("l.exists(x, y, z)", "call(exists, l, x, y, z)"),
        ("l.map(w, x, y, z)", "call(map, l, w, x, y, z)"),
        ("f(x, 1)", "call(f, x, 1)"),
        ("s.startsWith()", "call(startsWith, s)"),
        ("dyn(1, 2)", "call(dyn, 1, 2)"),
        ("x.int()", "call(int, x)"),
    ],
)
def test_each_part_is_a_node(text, tree) -> None:
    assert shape(untyped(parse(text))) == tree


def test_a_node_knows_the_stretch_that_it_stands_on() -> None:
    node = untyped(parse("x and 1 / 0 > 2"))
    divided = node.args[1].args[0]
    assert (divided.place.column, divided.place.end) == (7, 12)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("has(x)", "DL311"),
        ("has(x.y, 1)", "DL311"),
        ("has()", "DL311"),
        ("l.all(1, true)", "DL311"),
        ("l.map(x.y, true, true)", "DL311"),
        ("type(x)", "DL206"),
        ("x.getHours()", "DL206"),
        ("optional.of(1)", "DL206"),
    ],
)
def test_what_is_no_expression_of_ours_is_told(text, code) -> None:
    with pytest.raises(LeafError) as odd:
        untyped(parse(text))
    assert odd.value.code == code
