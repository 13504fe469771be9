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
from rules.compiled.rule import IF_NONE, Over, Quantifier, Rule
from rules.compiled.tree import Node
from rules.errors import Place
from rules.verdict import Verdict
from rules.workbench.variants import hints
from rules.workbench.variants.atoms import text
from rules.workbench.variants.leaves import Spot, leaves, with_leaf
from rules.workbench.variants.written import Written

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

_DROPPED = "dropped"
_NEGATED = "negated"
_TRUE = Literal("bool", value=True)


@dataclass(frozen=True, slots=True)
class Change:
    """One change: where, what it is called, both texts, and the test that would see it."""

    spot: Spot
    what: str
    place: Place
    original: str
    changed: str
    hint: str


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
            texts, hint = (text(node), text(swapped)), hints.of_sign(node)
            change = Change(spot, f"{old} to {new}", place, *texts, hint)
            yield change, with_leaf(rule, spot, made)
    if rule.over is not None:
        yield from _of_list(rule, rule.over, written)


def _whole(rule: Rule, spot: Spot, leaf: Node) -> Iterator[_Changed]:
    """A leaf that is dropped, and one that says the opposite."""
    if spot.key == "define":
        return
    written, hint = text(leaf), hints.of_key(spot.key)
    if spot.key == "when":
        opposite = Node("not", leaf.place, (leaf,))
        change = Change(spot, _NEGATED, leaf.place, written, text(opposite), hint)
        yield change, with_leaf(rule, spot, opposite)
        changed = replace(rule, when=None)
    else:
        changed = with_leaf(rule, spot, Node("value", leaf.place, (_TRUE,)))
    yield Change(spot, _DROPPED, leaf.place, written, "", hint), changed


def _swaps(node: Node) -> Iterator[tuple[Node, Node, Node]]:
    """Each operator of a tree, left to right: it, its opposite, and the tree with that."""
    for number, part in enumerate(node.args):
        if number == 1 and _kind(node) in SWAPS:
            yield _swapped(node)
        if isinstance(part, Node):
            for one, other, made in _swaps(part):
                args = (*node.args[:number], made, *node.args[number + 1 :])
                yield one, other, node._replace(args=args)


def _swapped(node: Node) -> tuple[Node, Node, Node]:
    name, dot, overload = node.op.partition(".")
    other = node._replace(op=f"{SWAPS[name][0]}{dot}{overload}")
    return node, other, other


def _of_list(rule: Rule, over: Over, written: Written) -> Iterator[_Changed]:
    """What is asked of the list as a whole."""
    if over.quantifier is Quantifier.EVERY:
        for word in IF_NONE:
            if word != over.if_none:
                change = _of_key("if_none", str(over.if_none), word, written)
                yield change, replace(rule, over=over._replace(if_none=Verdict(word)))
        return
    key = str(over.quantifier)
    path, hint = ".".join(over.path), hints.of_key(key)
    yield (
        Change(Spot(key), _DROPPED, written.key(key), path, "", hint),
        replace(rule, over=None),
    )
    if over.quantifier is Quantifier.SOME:
        for count in (over.at_least - 1, over.at_least + 1):
            change = _of_key("at_least", str(over.at_least), str(count), written)
            yield change, replace(rule, over=over._replace(at_least=count))


def _of_key(key: str, old: str, new: str, written: Written) -> Change:
    hint = hints.of_count(int(old), int(new)) if key == "at_least" else hints.of_key(key)
    return Change(Spot(key), f"{old} to {new}", written.key(key), old, new, hint)


def _kind(node: Node) -> str:
    return node.op.partition(".")[0]
