"""Whatever direction is claimed of a change, no machine of which all is known belies it.

| claimed | never seen |
|---|---|
| reworded | another verdict |
| tightened | failed before, and is well now |
| loosened | was well before, and fails now |
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiled.literal import Literal
from rules.compiled.load import reads
from rules.compiled.rule import Clause, Over, Pack, Quantifier, Rule, expressions
from rules.compiled.tree import Node
from rules.engine.judge import judge
from rules.errors import Place
from rules.facts.base import Reading, Status
from rules.verdict import Verdict
from rules.workbench.diff.kinds import Kind
from rules.workbench.diff.rules import changed_rule

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
AT = Place("people.yaml")
FIELDS = ("enabled", "admin", "guest")
WELL = {Verdict.PASS, Verdict.NOT_APPLICABLE}
IF_NONE = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)


def node(op: str, *args: Any) -> Node:
    return Node(op, AT, args)


def field(root: str, name: str) -> Node:
    return node("get", node("name", root), name)


def number(value: int) -> Node:
    return node("value", Literal("int", value))


@st.composite
def atoms(draw: st.DrawFn, item: str | None) -> Node:
    """Something simple, of the machine or of a user."""
    if item is not None and draw(st.booleans()):
        return field(item, draw(st.sampled_from(FIELDS)))
    if draw(st.booleans()):
        op = draw(st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]))
        return node(f"{op}.int", field("agent", "memory"), number(draw(st.integers(0, 3))))
    words = draw(st.lists(st.sampled_from(["linux", "macos", "windows"]), max_size=3))
    values = [node("value", Literal("enum", word)) for word in words]
    return node("in.enum", field("host", "os"), node("list", *values))


@st.composite
def leaves(draw: st.DrawFn, item: str | None = None, deeper: int = 2) -> Node:
    """Something true or false."""
    if deeper == 0:
        return draw(atoms(item))
    match draw(st.sampled_from(["atom", "and", "or", "not", "loop", "count"])):
        case "and" | "or" as op:
            parts = [draw(leaves(item, deeper - 1)) for _ in range(2)]
            return node(op, *parts)
        case "not":
            return node("not", draw(leaves(item, deeper - 1)))
        case "loop":
            op = draw(st.sampled_from(["all", "exists", "exists_one"]))
            return node(op, node("name", "users"), "u", draw(leaves("u", deeper - 1)))
        case "count":
            chosen = node("filter", node("name", "users"), "u", draw(leaves("u", deeper - 1)))
            op = draw(st.sampled_from(["lt.int", "le.int", "gt.int", "ge.int"]))
            return node(op, node("size.list", chosen), number(draw(st.integers(0, 2))))
    return draw(atoms(item))


@st.composite
def turned(draw: st.DrawFn, leaf: Node, item: str | None = None) -> Node:
    """The same leaf, or one that stands near to it."""
    if draw(st.integers(0, 3)) == 0:
        return leaf
    if leaf.op in ("and", "or", "not") and draw(st.booleans()):
        parts = list(leaf.args)
        at = draw(st.integers(0, len(parts) - 1))
        parts[at] = draw(turned(parts[at], item))
        return leaf._replace(args=tuple(parts))
    if leaf.op in ("all", "exists", "exists_one"):
        over, name, body = leaf.args
        return leaf._replace(args=(over, name, draw(turned(body, name))))
    op = draw(st.sampled_from(["and", "or"]))
    return node(op, leaf, draw(atoms(item)))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    must = draw(st.lists(leaves(), max_size=2))
    where = tuple(draw(st.lists(leaves("user", 1), min_size=1, max_size=2)))
    quantifier = draw(st.sampled_from(Quantifier))
    each = (None,)
    if quantifier is Quantifier.EVERY:
        each = tuple(draw(st.lists(leaves("user", 1), min_size=1, max_size=2)))
    over = Over(
        *(quantifier, ("users",), "user", where, tuple(Clause(e, ("x",), AT) for e in each)),
        if_none=draw(st.sampled_from(IF_NONE)) if quantifier is Quantifier.EVERY else None,
        at_least=draw(st.integers(1, 2)) if quantifier is Quantifier.SOME else 1,
    )
    return made(
        when=draw(st.none() | leaves(deeper=1)),
        must=tuple(Clause(leaf, ("x",), AT) for leaf in must),
        over=over if not must or draw(st.booleans()) else None,
    )


def made(when: Node | None, must: tuple[Clause, ...], over: Over | None) -> Rule:
    return Rule(
        *("a-rule", "A rule", "high", (), {}, "1.0", AT),
        when=when,
        must=must,
        over=over,
        reads=reads(expressions(when, {}, must, over), over),
    )


@st.composite
def later(draw: st.DrawFn, rule: Rule) -> Rule:
    """A rule as it might read a year after: a part or two differ."""
    when, must, over = rule.when, rule.must, rule.over
    if draw(st.booleans()):
        when = draw(st.none() | (turned(when) if when else leaves(deeper=1)))
    if draw(st.booleans()):
        must = tuple(c._replace(that=draw(turned(c.that))) for c in must)
    if over is not None and draw(st.booleans()):
        where = tuple(draw(turned(leaf, "user")) for leaf in over.where)
        clauses = tuple(
            c if c.that is None else c._replace(that=draw(turned(c.that, "user")))
            for c in over.clauses
        )
        over = over._replace(where=where, clauses=clauses)
        if over.if_none is not None and draw(st.booleans()):
            over = over._replace(if_none=draw(st.sampled_from(IF_NONE)))
        if over.quantifier is Quantifier.SOME:
            over = over._replace(at_least=draw(st.integers(1, 2)))
    return made(when, must, over)


USER = st.fixed_dictionaries({name: st.booleans() for name in FIELDS})
MACHINES = st.fixed_dictionaries(
    {
        "users": st.lists(USER, max_size=3),
        "agent": st.fixed_dictionaries({"memory": st.integers(0, 3)}),
        "host": st.fixed_dictionaries({"os": st.sampled_from(["linux", "macos", "windows"])}),
    }
)


def verdict(rule: Rule, machine: dict[str, Any]) -> Verdict:
    day = timedelta(days=1)
    readings = {n: Reading(n, Status.OK, form, NOW, day) for n, form in machine.items()}
    pack = Pack("north-quay", "1.0.0", "", "1.0", "", "2026-11-22", (), (), (rule,))
    return judge(pack, readings, NOW, stopwatch=lambda: 0)[0].verdict


@settings(max_examples=150)
@given(st.data())
def test_no_machine_belies_what_is_claimed_of_a_change(data) -> None:
    before = data.draw(rules())
    after = data.draw(later(before))
    kinds = {change.kind for change in changed_rule(before, after)}
    for machine in data.draw(st.lists(MACHINES, min_size=8, max_size=8)):
        old, new = verdict(before, machine), verdict(after, machine)
        if kinds <= {Kind.REWORDED}:
            assert old is new
        if kinds <= {Kind.REWORDED, Kind.TIGHTENED}:
            assert not (old is Verdict.FAIL and new in WELL)
        if kinds <= {Kind.REWORDED, Kind.LOOSENED}:
            assert not (old in WELL and new is Verdict.FAIL)
