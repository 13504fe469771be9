"""Which small mistakes could stand in this rule? Each makes a mutant: the rule with one change.

| what is written | what a mutant has |
|---|---|
| `==` `!=`, `<` `<=`, `>` `>=`, `and` `or` | the other of the two |
| an entry of `must` or `each_must` | nothing in its place: it never fails |
| an entry of `where` | nothing: it keeps nothing out |
| `no` or `some` | nothing: the list is not asked about |
| `when` | its opposite; nothing: the rule always applies |
| `if_none` | each other word |
| `at_least` | one less; one more |

A mutant keeps the numbers of clauses, so that a test sees what changed and no renumbering.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.compiled.literal import Literal
from rules.compiled.load import IF_NONE
from rules.compiled.rule import Over, Quantifier, Rule
from rules.compiled.tree import Node
from rules.engine.unparse import unparse
from rules.errors import Place
from rules.verdict import Verdict
from rules.workbench.leaves import Spot, leaves, with_leaf
from rules.workbench.written import Written

SWAPS = {
    "eq": ("ne", "==", "!="),
    "ne": ("eq", "!=", "=="),
    "lt": ("le", "<", "<="),
    "le": ("lt", "<=", "<"),
    "gt": ("ge", ">", ">="),
    "ge": ("gt", ">=", ">"),
    "and": ("or", "and", "or"),
    "or": ("and", "or", "and"),
}
"""By the name of an operation: what stands there instead, and the signs of the two."""

DROPPED = "dropped"
NEGATED = "negated"

_TRUE = Literal("bool", value=True)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the spot of the rule, what was and what is, and the texts of both."""

    spot: Spot
    what: str
    place: Place
    original: str
    changed: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A rule with one change; `at` is the name by which a test file lists it."""

    rule: Rule
    change: Change
    at: str


def mutants(rule: Rule, written: Written) -> tuple[Mutant, ...]:
    """Every mutant of a rule, in the order in which a reader meets the places."""
    found = list(_changes(rule, written))
    total = Counter(_name(rule, change) for change, _ in found)
    before: Counter[str] = Counter()
    named = []
    for change, changed in found:
        name = _name(rule, change)
        before[name] += 1
        at = name if total[name] == 1 else f"{name} ({before[name]})"
        named.append(Mutant(changed, change, at))
    return tuple(named)


def _name(rule: Rule, change: Change) -> str:
    return f"{rule.id} {change.spot}: {change.what}"


_Changed = tuple[Change, Rule]


def _changes(rule: Rule, written: Written) -> Iterator[_Changed]:
    for spot, leaf in leaves(rule):
        yield from _whole(rule, spot, leaf)
        for node, swapped, made in _swaps(leaf):
            _, old, new = SWAPS[_kind(node)]
            place = written.sign(node)
            change = Change(spot, f"{old} to {new}", place, _text(node), _text(swapped))
            yield change, with_leaf(rule, spot, made)
    if rule.over is not None:
        yield from _of_list(rule, rule.over, written)


def _whole(rule: Rule, spot: Spot, leaf: Node) -> Iterator[_Changed]:
    """A leaf that is dropped, and one that says the opposite."""
    text = _text(leaf)
    if spot.key == "when":
        opposite = Node("not", leaf.place, (leaf,))
        change = Change(spot, NEGATED, leaf.place, text, _text(opposite))
        yield change, with_leaf(rule, spot, opposite)
        yield Change(spot, DROPPED, leaf.place, text, ""), replace(rule, when=None)
    elif spot.key != "define":
        always = Node("value", leaf.place, (_TRUE,))
        change = Change(spot, DROPPED, leaf.place, text, "")
        yield change, with_leaf(rule, spot, always)


def _swaps(node: Node) -> Iterator[tuple[Node, Node, Node]]:
    """Each operator of a tree, left to right: it, its opposite, and the tree with that."""
    for number, part in enumerate(node.args):
        if number == 1 and _kind(node) in SWAPS:
            yield _swapped(node)
        if isinstance(part, Node):
            for one, other, made in _swaps(part):
                args = (*node.args[:number], made, *node.args[number + 1 :])
                yield one, other, replace(node, args=args)


def _swapped(node: Node) -> tuple[Node, Node, Node]:
    name, dot, overload = node.op.partition(".")
    other = replace(node, op=f"{SWAPS[name][0]}{dot}{overload}")
    return node, other, other


def _of_list(rule: Rule, over: Over, written: Written) -> Iterator[_Changed]:
    """What is asked of the list as a whole."""
    if over.quantifier is Quantifier.EVERY:
        for word in IF_NONE:
            if word != over.if_none:
                other = replace(over, if_none=Verdict(word))
                yield _of_key("if_none", (str(over.if_none), word), rule, other, written)
        return
    key = str(over.quantifier)
    change = Change(Spot(key), DROPPED, written.key(key), ".".join(over.path), "")
    yield change, replace(rule, over=None)
    if over.quantifier is Quantifier.SOME:
        for count in (over.at_least - 1, over.at_least + 1):
            other = replace(over, at_least=count)
            yield _of_key("at_least", (str(over.at_least), str(count)), rule, other, written)


def _of_key(
    key: str, words: tuple[str, str], rule: Rule, other: Over, written: Written
) -> _Changed:
    old, new = words
    change = Change(Spot(key), f"{old} to {new}", written.key(key), old, new)
    return change, replace(rule, over=other)


def _kind(node: Node) -> str:
    return node.op.partition(".")[0]


def _text(node: Node) -> str:
    return unparse(node, lambda name: f"params.{name}")
