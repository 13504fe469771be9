"""Outside of the logic an operand in error gives error, else an unread one gives unknown.

Held of every operation in the tables, in every place, so that a new one is held to it at once.
"""

from itertools import product
from typing import Any

import pytest

from rules.compiled.literal import Literal
from rules.compiled.operations import GENERIC, PLAIN
from rules.compiled.tree import Node
from rules.engine.budget import Budget
from rules.engine.build import BUDGET, NOW
from rules.engine.evaluate import Slots, build
from rules.engine.values import DIVIDED_BY_ZERO, Gap, Listing
from rules.errors import Place

PLACE = Place("strict.yaml")
UNREAD = Gap("timeout")
KNOWN: dict[str, Any] = {
    "bool": True,
    "int": 1,
    "double": 1.0,
    "number": 1,
    "string": "1",
    "caseless": "One",
    "duration": 1,
    "timestamp": 1,
    "version": (1,),
    "enum": "one",
    "list": Listing((1,)),
    "list_caseless": Listing(("One",)),
    "any": 1,
}


def node(op: str, *args: Any) -> Node:
    return Node(op, PLACE, args)


def evaluate(tree: Node, **values: Any) -> Any:
    slots = Slots()
    places = {name: slots.take(name) for name in values}
    closure = build(tree, slots)
    frame: list[Any] = [None] * slots.taken
    frame[BUDGET], frame[NOW] = Budget(lambda: 0), 0
    for name, slot in places.items():
        frame[slot] = values[name]
    return closure(frame)


def worst(operands: tuple[Any, ...]) -> Gap:
    return DIVIDED_BY_ZERO if DIVIDED_BY_ZERO in operands else UNREAD


APART = ("and", "or", "not", "matches.string", "matches.caseless")
CASES = [(op, of.takes) for op, of in PLAIN.items() if op not in APART]


@pytest.mark.parametrize(("op", "takes"), CASES, ids=[op for op, _ in CASES])
def test_an_operation_is_strict_in_every_place(op, takes) -> None:
    every = product(*((KNOWN[kind], UNREAD, DIVIDED_BY_ZERO) for kind in takes))
    known = tuple(KNOWN[kind] for kind in takes)
    for operands in every:
        names = dict(zip("xy", operands, strict=False))
        if operands != known:
            found = evaluate(node(op, *(node("name", name) for name in names)), **names)
            assert found is worst(operands), (op, operands)


X, Y = node("name", "x"), node("name", "y")
ONE, YES = node("value", Literal("int", 1)), node("value", Literal("bool", True))
LIST = node("list", ONE)
PATTERN = node("value", Literal("string", "o"))
GENERAL = {
    "get": node("get", X, "field"),
    "has": node("has", node("get", X, "field")),
    "list": node("list", X, ONE, Y),
    "index": node("index", X, Y),
    "add.list": node("add.list", X, Y),
    "if": node("if", X, ONE, ONE),
    **{op: node(op, X, Y) for op in GENERIC if op.startswith("in.")},
    **{op: node(op, X) for op in GENERIC if op.startswith("distinct.")},
    **{op: node(op, X, PATTERN) for op in ("matches.string", "matches.caseless")},
    **{op: node(op, X, "i", YES) for op in ("all", "exists", "exists_one", "filter", "map")},
}
LOOPED = {op: node(op, LIST, "i", X) for op in ("all", "exists", "exists_one", "filter", "map")}


def test_no_operation_is_forgotten() -> None:
    assert {*GENERAL, "name", "value"} >= set(GENERIC)


@pytest.mark.parametrize("op", GENERAL)
@pytest.mark.parametrize("gap", [UNREAD, DIVIDED_BY_ZERO], ids=["unknown", "error"])
def test_what_is_asked_of_a_gap_is_that_gap(op, gap) -> None:
    assert evaluate(GENERAL[op], x=gap, y=gap) is gap


@pytest.mark.parametrize("op", LOOPED)
@pytest.mark.parametrize("gap", [UNREAD, DIVIDED_BY_ZERO], ids=["unknown", "error"])
def test_a_body_that_is_a_gap_makes_its_loop_one(op, gap) -> None:
    assert evaluate(LOOPED[op], x=gap) is gap


@pytest.mark.parametrize("tree", [GENERAL[op] for op in ("list", "index", "add.list", "in.int")])
def test_error_beats_unknown_among_operands(tree) -> None:
    assert evaluate(tree, x=UNREAD, y=DIVIDED_BY_ZERO) is DIVIDED_BY_ZERO
    assert evaluate(tree, x=DIVIDED_BY_ZERO, y=UNREAD) is DIVIDED_BY_ZERO


BOTH = Listing((UNREAD, DIVIDED_BY_ZERO))


@pytest.mark.parametrize("op", ["exists_one", "filter", "map"])
def test_error_beats_unknown_in_a_loop_that_is_strict(op) -> None:
    assert evaluate(node(op, X, "i", node("name", "i")), x=BOTH) is DIVIDED_BY_ZERO


@pytest.mark.parametrize("op", ["all", "exists"])
def test_unknown_beats_error_in_a_loop_that_is_logic(op) -> None:
    assert evaluate(node(op, X, "i", node("name", "i")), x=BOTH) is UNREAD


@pytest.mark.parametrize("op", ["exists_one", "filter", "map"])
def test_a_strict_loop_stops_at_no_answer(op) -> None:
    """One item that fits, a second that fits, and a third that breaks: CEL says error."""
    items = Listing((True, True, DIVIDED_BY_ZERO))
    assert evaluate(node(op, X, "i", node("name", "i")), x=items) is DIVIDED_BY_ZERO


HALF = Listing((1,), UNREAD)


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        (node("in.int", ONE, X), True),
        (node("in.int", node("value", Literal("int", 2)), X), UNREAD),
        (node("all", X, "i", YES), UNREAD),
        (node("all", X, "i", node("not", YES)), False),
        (node("exists", X, "i", YES), True),
        (node("exists", X, "i", node("not", YES)), UNREAD),
        (node("exists_one", X, "i", YES), UNREAD),
        (node("size.list", X), UNREAD),
        (node("index", X, node("value", Literal("int", 0))), UNREAD),
        (node("eq.list", X, LIST), UNREAD),
        (node("ne.list", LIST, X), UNREAD),
        (node("filter", X, "i", YES), HALF),
        (node("map", X, "i", node("name", "i")), HALF),
        (node("distinct.int", X), HALF),
        (node("add.list", X, LIST), Listing((1, 1), UNREAD)),
        (node("add.list", LIST, X), Listing((1, 1), UNREAD)),
    ],
    ids=lambda tree: tree.op if isinstance(tree, Node) else "",
)
def test_an_incomplete_list_proves_less_than_a_whole_one(tree, found) -> None:
    assert evaluate(tree, x=HALF) == found


def test_a_list_that_breaks_off_in_error_is_that_error() -> None:
    broken = Listing((1,), DIVIDED_BY_ZERO)
    assert evaluate(node("size.list", X), x=broken) is DIVIDED_BY_ZERO
    joined = evaluate(node("add.list", X, Y), x=HALF, y=broken)
    assert joined.missing is DIVIDED_BY_ZERO


def test_a_hole_in_a_list_is_equal_to_nothing() -> None:
    holed = Listing((1, UNREAD))
    assert evaluate(node("in.int", ONE, X), x=holed) is True
    assert evaluate(node("in.int", node("value", Literal("int", 2)), X), x=holed) is UNREAD
    assert evaluate(node("eq.list", X, X), x=holed) is UNREAD
    assert evaluate(node("distinct.int", X), x=holed) is UNREAD


def test_what_is_not_among_the_doubles_of_half_a_list_may_still_come() -> None:
    half = Listing((1.5,), UNREAD)
    assert evaluate(node("in.double", Y, X), x=half, y=1.5) is True
    assert evaluate(node("in.double", Y, X), x=half, y=2.5) is UNREAD


def test_nan_is_equal_to_nothing_not_even_in_lists() -> None:
    nan = float("nan")
    assert evaluate(node("eq.list", X, X), x=Listing((nan,))) is False
    assert evaluate(node("in.double", X, node("list", X)), x=nan) is False
    assert evaluate(node("ne.double", X, X), x=nan) is True
