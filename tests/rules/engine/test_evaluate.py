"""Trees that no checker of ours writes, and a pack may hold all the same, end in an error.

A loader types every tree, but does not ask whether a value may be null: here a null stands where
the author would have been told DL307.
"""

import pytest

from rules.compiled.literal import NULL, Literal
from rules.compiled.operations import PLAIN, SCALARS
from rules.compiled.tree import Node
from rules.engine.budget import Budget
from rules.engine.build import BUDGET, NOW
from rules.engine.evaluate import Slots, build
from rules.engine.values import DIVIDED_BY_ZERO, NO_OVERLOAD, Gap, Listing, in_logic, strict
from rules.errors import Place

PLACE = Place("hostile.yaml")
LIST = Node("list", PLACE, (Node("name", PLACE, ("nothing",)),))
NOTHING = Node("name", PLACE, ("nothing",))
ONE = Node("value", PLACE, (Literal("int", 1),))
A_PATTERN = Node("value", PLACE, (Literal("string", "a+"),))


def node(op: str, *args) -> Node:
    return Node(op, PLACE, args)


def run(tree: Node):
    slots = Slots()
    slots.take("nothing")
    closure = build(tree, slots)
    frame = [None] * slots.taken
    frame[BUDGET], frame[NOW] = Budget(lambda: 0), 0
    return closure(frame)


NULL_IS_AN_ANSWER = {"eq", "ne"}
STRICT = [op for op in PLAIN if op.partition(".")[0] not in NULL_IS_AN_ANSWER]


@pytest.mark.parametrize("op", STRICT)
def test_null_is_no_operand(op) -> None:
    arity = len(PLAIN[op].takes)
    args = [NOTHING, A_PATTERN] if op.startswith("matches.") else [NOTHING] * arity
    found = run(node(op, *args))
    assert isinstance(found, Gap)
    assert found.code == "DL801"


@pytest.mark.parametrize(
    "tree",
    [
        node("get", node("get", NOTHING, "x"), "y"),
        node("get", NOTHING, "x"),
        node("if", NOTHING, ONE, ONE),
        node("index", NOTHING, ONE),
        node("index", LIST, NOTHING),
        node("add.list", NOTHING, LIST),
        node("size.list", NOTHING),
        node("in.int", ONE, NOTHING),
        node("distinct.int", NOTHING),
        node("all", NOTHING, "x", ONE),
        node("all", LIST, "x", NOTHING),
        node("exists", LIST, "x", NOTHING),
        node("exists_one", LIST, "x", NOTHING),
        node("filter", LIST, "x", NOTHING),
        node("map", NOTHING, "x", ONE),
        node("lt.int", NOTHING, ONE),
        node("eq.list", LIST, ONE),
    ],
)
def test_null_is_no_record_no_list_and_no_condition(tree) -> None:
    found = run(tree)
    assert isinstance(found, Gap)
    assert found.code == "DL801"


def test_lists_may_be_null_on_both_sides_of_equality() -> None:
    assert run(node("eq.list", NOTHING, NOTHING)) is True
    assert run(node("ne.list", NOTHING, NOTHING)) is False
    assert run(node("eq.list", LIST, NOTHING)) is False


@pytest.mark.parametrize("kind", SCALARS)
def test_null_is_in_a_list_that_holds_it(kind) -> None:
    assert run(node(f"in.{kind}", NOTHING, LIST)) is True
    assert run(node(f"eq.{kind}", NOTHING, NOTHING)) is True
    assert run(node(f"ne.{kind}", NOTHING, node("value", NULL))) is False


def test_true_is_not_1_and_nan_is_not_itself() -> None:
    nan = node("value", Literal("double", float("nan")))
    assert run(node("eq.double", nan, nan)) is False
    assert run(node("in.double", nan, node("list", nan))) is False
    assert run(node("lt.number", ONE, nan)) is False


def test_a_gap_has_no_truth() -> None:
    with pytest.raises(TypeError, match="timeout"):
        bool(Gap("timeout"))


def test_unknown_comes_first_in_logic_and_error_elsewhere() -> None:
    unread = Gap("timeout")
    assert in_logic(DIVIDED_BY_ZERO, unread) is unread
    assert strict(unread, DIVIDED_BY_ZERO) is DIVIDED_BY_ZERO
    assert in_logic(True, None) is NO_OVERLOAD


def test_lists_are_equal_by_what_they_hold() -> None:
    assert Listing((1, 2)) == Listing((1, 2))
    assert Listing((1,)) != Listing((1,), Gap("timeout"))
    assert Listing(()) != ()
    assert hash(Listing((1,))) == hash(Listing((1,)))
    assert repr(Listing((1,))) == "Listing((1,), None)"
