"""The tables of what a rule says, written a second time from the page, and held against the engine.

A leaf is true, false, unknown or in error, `T F U E`: a fact decides which, through a rule whose
leaves read one field each. Every list of up to two items is tried, whole and incomplete, and
leaves are nested at random.
"""

from collections.abc import Callable, Sequence
from functools import cache, reduce
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiled.rule import Pack
from rules.compiled.tree import Node
from rules.engine.budget import Budget
from rules.engine.build import BUDGET
from rules.engine.evaluate import Slots, build
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.engine.values import DIVIDED_BY_ZERO, Gap
from rules.errors import Place
from rules.verdict import Verdict

PASS, FAIL, UNKNOWN, ERROR, NA = (
    Verdict.PASS,
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.ERROR,
    Verdict.NOT_APPLICABLE,
)

# --- the tables ---------------------------------------------------------------------------------

LETTERS = "TFUE"


def table(*rows: str) -> dict[str, dict[str, str]]:
    """A row a letter, a column a letter, as the page prints it."""
    return {
        letter: dict(zip(LETTERS, row, strict=True))
        for letter, row in zip(LETTERS, rows, strict=False)
    }


AND = table("TFUE", "FFFF", "UFUU", "EFUE")
OR = table("TTTT", "TFUE", "TUUU", "TEUE")
NOT = {"T": "F", "F": "T", "U": "U", "E": "E"}
LEAF = {"T": PASS, "F": FAIL, "U": UNKNOWN, "E": ERROR}
WORST = (FAIL, ERROR, UNKNOWN, PASS)

Item = tuple[str, str]
"""What `where` and `each_must` say of one item."""


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    return next((one for one in WORST if one in verdicts), NA)


def unless_known(values: Sequence[str], missing: str) -> Verdict:
    """Error before unknown; the rest of an incomplete list is an unknown too."""
    return ERROR if "E" in (*values, missing) else UNKNOWN


def every(items: Sequence[Item], if_none: Verdict, missing: str) -> Verdict:
    values = [OR[NOT[where]][must] for where, must in items]
    selected = [where for where, _ in items]
    if "F" in values:
        return FAIL
    if set(values) - {"T"} or missing:
        return unless_known(values, missing)
    if "T" in selected:
        return PASS
    if set(selected) <= {"F"}:
        return if_none
    if if_none is PASS:
        return PASS
    return UNKNOWN if "U" in selected else ERROR


def no(selected: Sequence[str], missing: str) -> Verdict:
    if "T" in selected:
        return FAIL
    return PASS if set(selected) <= {"F"} and not missing else unless_known(selected, missing)


def some(selected: Sequence[str], least: int, missing: str) -> Verdict:
    if selected.count("T") >= least:
        return PASS
    if not missing and len(selected) - selected.count("F") < least:
        return FAIL
    return unless_known(selected, missing)


def verdict(when: str, parts: Sequence[Verdict]) -> Verdict:
    if when == "F":
        return NA
    return worst(parts) if when == "T" else LEAF[when]


# --- the rules, and the facts that decide their leaves ------------------------------------------

HOLE, WRONG = {"$unknown": "timeout"}, 7
BOOL = {"T": True, "F": False, "U": HOLE, "E": WRONG}
KIND = {"T": "fixed", "F": "network", "U": HOLE, "E": WRONG}
PROTECTION = {"T": "protected", "F": "unprotected", "U": HOLE, "E": WRONG}
MISSING = {"": None, "U": "timeout", "E": "no such code"}

WHERE = '    where: volume.kind == "fixed"\n'
EVERY = f"""    every: volumes
{WHERE}    each_must:
      - {{that: volume.protection == "protected", say: wrong}}
    if_none: %s
"""
NO = f"    no: volumes\n{WHERE}    say: wrong\n"
SOME = f"    some: volumes\n{WHERE}    at_least: %s\n    say: wrong\n"
WHEN = "    when: host.portable\n"
MUST = "    must:\n      - {that: agent.elevated, say: wrong}\n"
IF_NONE = (PASS, FAIL, UNKNOWN, NA)

Judge = Callable[..., Result]


@pytest.fixture
def judged(compile_rule, read, now) -> Judge:
    """Judges a rule, made ready once, of facts in which each letter decides a leaf."""

    @cache
    def pack(text: str) -> Pack:
        return compile_rule(text)

    def judged(text: str, items: Sequence[Item] = (), missing: str = "", **more: Any) -> Result:
        volumes: Any = [
            {"name": "C:", "kind": KIND[w], "protection": PROTECTION[m]} for w, m in items
        ]
        if missing:
            volumes = {"$items": volumes, "$missing": MISSING[missing]}
        facts = {"volumes": volumes, **more}
        readings = {name: read(name, form) for name, form in facts.items()}
        return judge(pack(text), readings, now, stopwatch=lambda: 0)[0]

    return judged


ITEMS = tuple(product("TFUE", repeat=2))
LISTS = [items for length in range(3) for items in product(ITEMS, repeat=length)]
SELECTED = [letters for length in range(4) for letters in product("TFUE", repeat=length)]


@pytest.mark.parametrize("if_none", IF_NONE)
def test_every_follows_its_row_for_every_list_of_two(judged, if_none) -> None:
    for items, missing in product(LISTS, MISSING):
        found = judged(EVERY % if_none, items, missing)
        assert found.verdict is every(items, if_none, missing), (items, missing)


def test_no_follows_its_row_for_every_list_of_three(judged) -> None:
    for selected, missing in product(SELECTED, MISSING):
        found = judged(NO, [(where, "T") for where in selected], missing)
        assert found.verdict is no(selected, missing), (selected, missing)


@pytest.mark.parametrize("least", [1, 2, 3])
def test_some_follows_its_row_for_every_list_of_three(judged, least) -> None:
    for selected, missing in product(SELECTED, MISSING):
        found = judged(SOME % least, [(where, "T") for where in selected], missing)
        assert found.verdict is some(selected, least, missing), (selected, missing)


@pytest.mark.parametrize("if_none", IF_NONE)
def test_a_rule_is_its_worst_part_where_it_applies(judged, if_none) -> None:
    text = WHEN + MUST + EVERY % if_none
    for when, must, items in product("TFUE", "TFUE", LISTS[:17]):
        facts = {"host": {"portable": BOOL[when]}, "agent": {"elevated": BOOL[must]}}
        found = judged(text, items, **facts)
        parts = [LEAF[must], every(items, if_none, "")]
        assert found.verdict is verdict(when, parts), (when, must, items)


# --- leaves -------------------------------------------------------------------------------------

PLACE = Place("model.yaml")
VALUES = {"T": True, "F": False, "U": Gap("timeout"), "E": DIVIDED_BY_ZERO}


def node(op: str, *args: Any) -> Node:
    return Node(op, PLACE, args)


@st.composite
def leaves(draw: st.DrawFn, depth: int = 4) -> tuple[Node, str]:
    """An expression of `and`, `or`, `not` and `?:`, and what the tables make of it."""
    sort = draw(st.integers(0, 5)) if depth else 0
    if sort < 2:
        letter = draw(st.sampled_from("TFUE"))
        return node("name", letter), letter
    one, value = draw(leaves(depth - 1))
    if sort == 2:
        return node("not", one), NOT[value]
    other, further = draw(leaves(depth - 1))
    if sort == 3:
        return node("and", one, other), AND[value][further]
    if sort == 4:
        return node("or", one, other), OR[value][further]
    last, final = draw(leaves(depth - 1))
    return node("if", one, other, last), {"T": further, "F": final}.get(value, value)


def letter_of(value: Any) -> str:
    if isinstance(value, Gap):
        return "E" if value.is_error else "U"
    return {True: "T", False: "F"}[value]


@settings(max_examples=500)
@given(leaves())
def test_a_leaf_follows_the_tables_however_it_is_nested(leaf) -> None:
    tree, wanted = leaf
    slots = Slots()
    places = {letter: slots.take(letter) for letter in VALUES}
    closure = build(tree, slots)
    frame: list[Any] = [None] * slots.taken
    frame[BUDGET] = Budget(lambda: 0)
    for letter, slot in places.items():
        frame[slot] = VALUES[letter]
    assert letter_of(closure(frame)) == wanted


@pytest.mark.parametrize(("name", "table"), [("all", AND), ("exists", OR)])
def test_a_loop_is_its_operator_over_all_items(judged, name, table) -> None:
    text = f"    must:\n      - {{that: 'volumes.{name}(v, v.kind == \"fixed\")', say: wrong}}\n"
    start = "T" if name == "all" else "F"
    for letters, missing in product(SELECTED, MISSING):
        found = judged(text, [(letter, "T") for letter in letters], missing)
        wanted = reduce(lambda one, other: table[one][other], (*letters, *missing), start)
        assert found.verdict is LEAF[wanted], (letters, missing)
