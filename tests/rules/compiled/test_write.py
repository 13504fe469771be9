"""What is written is read as it was, and the same pack is always the same bytes."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiled import builtin, limits
from rules.compiled.literal import Literal
from rules.compiled.pack import load
from rules.compiled.rule import SEVERITIES, SYSTEMS, Clause, Over, Pack, Param, Quantifier, Rule
from rules.compiled.tree import Node
from rules.compiled.write import write
from rules.errors import Place
from rules.facts.types import INT, STRING, List
from rules.verdict import Verdict

FILES = ("disks.yaml", "people.yaml")
NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,5}){0,3}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VERSIONS = st.from_regex(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){2}", fullmatch=True)


@st.composite
def places(draw: st.DrawFn) -> Place:
    line, column = draw(st.integers(1, 5_000)), draw(st.integers(1, 200))
    return Place(draw(st.sampled_from(FILES)), line, column, column + draw(st.integers(0, 99)))


@st.composite
def asks(draw: st.DrawFn, deeper: int = 2) -> Node:
    """Something true or false of the machine."""
    place = draw(places())
    if deeper and draw(st.booleans()):
        op = draw(st.sampled_from(["and", "or", "not"]))
        parts = [draw(asks(deeper - 1)) for _ in range(1 if op == "not" else 2)]
        return Node(op, place, tuple(parts))
    if draw(st.booleans()):
        root = Node("name", place, ("host",))
        named = Node("get", place, (root, "name"))
        text = Node("value", place, (Literal("string", draw(WORDS)),))
        return Node(f"{draw(st.sampled_from(['eq', 'ne']))}.string", place, (named, text))
    numbers = [draw(st.integers(-(1 << 63), (1 << 63) - 1)) for _ in range(2)]
    values = tuple(Node("value", place, (Literal("int", number),)) for number in numbers)
    return Node("lt.int", place, values)


@st.composite
def texts(draw: st.DrawFn) -> tuple[Any, ...]:
    return tuple(
        draw(st.lists(st.one_of(WORDS, st.just(("host", "name"))), min_size=1, max_size=3))
    )


@st.composite
def clauses(draw: st.DrawFn, least: int = 0) -> tuple[Clause, ...]:
    leaves = draw(st.lists(asks(), min_size=least, max_size=3))
    return tuple(Clause(leaf, draw(texts()), leaf.place) for leaf in leaves)


@st.composite
def params(draw: st.DrawFn, name: str) -> Param:
    said = draw(st.none() | WORDS.filter(bool))
    if draw(st.booleans()):
        items = draw(st.lists(WORDS, max_size=4))
        default = Literal("list", tuple(Literal("string", item) for item in items))
        return Param(name, "list<string>", List(STRING, "item"), default, loosen=True, about=said)
    low, value = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
    return Param(
        *(name, "int", INT, Literal("int", value), Literal("int", low)),
        tighten=draw(st.sampled_from([None, "at-most"])),
        basis=draw(st.sampled_from([None, "benchmark"])),
        source="CIS",
    )


@st.composite
def overs(draw: st.DrawFn) -> Over:
    quantifier = draw(st.sampled_from(Quantifier))
    where = tuple(draw(st.lists(asks(), min_size=1, max_size=3)))
    if quantifier is Quantifier.EVERY:
        verdicts = [Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE]
        if_none = draw(st.sampled_from(verdicts))
        return Over(quantifier, ("users",), "user", where, draw(clauses(1)), if_none)
    clause = Clause(None, draw(texts()), where[0].place)
    least = draw(st.integers(1, 9)) if quantifier is Quantifier.SOME else 1
    return Over(quantifier, ("patching", "pending"), "patch", where, (clause,), None, least)


@st.composite
def rules(draw: st.DrawFn, identifier: str) -> Rule:
    over = draw(st.none() | overs())
    names = sorted(draw(st.sets(NAMES, max_size=3)))
    defines = [name for name in draw(st.sets(NAMES, max_size=2)) if len(name) > 3]
    return Rule(
        id=identifier,
        title=draw(WORDS),
        severity=draw(st.sampled_from(SEVERITIES)),
        controls=("ENC-01",),
        cite={"in_force": ("164.312(b)",)},
        needs="1.0",
        place=draw(places()),
        plain=draw(st.none() | WORDS.filter(bool)),
        params={name: draw(params(name)) for name in names},
        define={f"d_{name}": draw(asks()) for name in defines},
        when=draw(st.none() | asks()),
        must=draw(clauses(0 if over else 1)),
        over=over,
        fix={system: (draw(WORDS),) for system in draw(st.sets(st.sampled_from(SYSTEMS)))},
        tags=tuple(draw(st.lists(NAMES, max_size=2))),
        since=draw(st.none() | VERSIONS),
    )


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    ids = sorted(draw(st.sets(IDS, min_size=2, max_size=3)))
    return Pack(
        pack="north-quay",
        version=draw(VERSIONS),
        title=draw(WORDS),
        requires_facts="1.0",
        sha256="",
        citations="2026-11-22",
        sources=tuple((file, "0" * 64) for file in FILES),
        retired=((ids[0], "1.0.0", draw(WORDS)),),
        rules=tuple(draw(rules(identifier)) for identifier in ids[1:]),
    )


def told(value: Any) -> Any:
    """A pack or rule by its fields: two rules are equal only if they are one object."""
    if isinstance(value, Pack | Rule):
        derived = {"sha256", "reads", "supported"}
        return {f.name: told(getattr(value, f.name)) for f in fields(value)} | dict.fromkeys(
            derived
        )
    return tuple(map(told, value)) if isinstance(value, tuple) else value


@settings(max_examples=50)
@given(packs())
def test_a_pack_is_read_as_it_was_written(pack) -> None:
    assert told(load(write(pack))) == told(pack)


@settings(max_examples=50)
@given(packs())
def test_the_order_in_which_a_pack_was_put_together_means_nothing(pack) -> None:
    turned = replace(pack, rules=pack.rules[::-1], sources=pack.sources[::-1])
    assert write(turned) == write(pack)


def test_the_built_in_pack_is_written_as_it_was_read() -> None:
    assert write(builtin.pack()) == builtin.data()
    assert len(builtin.data()) < limits.PACK_BYTES


@pytest.mark.parametrize("key", ["plain", "when", "params", "define", "must", "tags", "since"])
def test_what_is_empty_is_not_written(key, compile_rule) -> None:
    pack = compile_rule("no: users\nwhere: user.admin\nsay: wrong")
    assert f'"{key}":' not in write(pack).decode().split('"rules":', 1)[1]
