"""What does a rule look like when it is ready to run? Closures, and the frame that they share.

Made once for each rule of a loaded pack.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

from rules.compiled import catalogue, scope, tree
from rules.compiled.rule import Clause, Over, Rule
from rules.compiled.tree import Node
from rules.engine.budget import Budget
from rules.engine.build import BUDGET, NOW, Closure, Frame, constant
from rules.engine.evaluate import Deferred, Slots, build
from rules.engine.snapshot import Snapshot
from rules.engine.terms import Effective
from rules.engine.values import Value


class Leaf(NamedTuple):
    """An expression that is ready to run, and the steps that it is charged."""

    closure: Closure
    cost: int

    def run(self, frame: Frame) -> Value:
        """Charge the leaf and evaluate it."""
        frame[BUDGET].spend(self.cost)
        return self.closure(frame)


class Walk(NamedTuple):
    """The part of a rule that walks a list: what selects an item, and what it must be."""

    over: Over
    items: Leaf
    slot: int
    where: Leaf
    met: Leaf
    clauses: tuple[Leaf, ...]
    first_clause: int


class Program(NamedTuple):
    """A rule that is ready to run."""

    rule: Rule
    size: int
    facts: tuple[tuple[int, str], ...]
    params: int
    defines: tuple[Deferred, ...]
    when: Leaf | None
    must: tuple[Leaf, ...]
    walk: Walk | None
    names: Mapping[str, int]

    def frame(
        self, snapshot: Snapshot, now: int, params: Mapping[str, Effective], budget: Budget
    ) -> Frame:
        """A fresh frame: facts, params and defines in their slots."""
        frame: Frame = [None] * self.size
        frame[BUDGET] = budget
        frame[NOW] = now
        for slot, fact in self.facts:
            frame[slot] = snapshot.value(fact)
        frame[self.params] = {name: param.value for name, param in params.items()}
        for define in self.defines:
            frame[define.slot] = define
        return frame


@lru_cache(maxsize=4096)
def program(rule: Rule) -> Program:
    """Make a rule ready; the same rule is made ready once."""
    slots = Slots()
    slots.names[scope.NOW] = NOW
    facts = tuple((slots.take(fact), fact) for fact in _facts(rule))
    params = slots.take(scope.PARAMS)
    when = None if rule.when is None else _leaf((rule.when,), slots)
    defines = tuple(_define(name, leaf, slots) for name, leaf in rule.define.items())
    must = tuple(_leaf(_that(clause), slots) for clause in rule.must)
    walk = None if rule.over is None else _walk(rule.over, len(must), slots)
    return Program(rule, slots.taken, facts, params, defines, when, must, walk, dict(slots.names))


def _facts(rule: Rule) -> Iterator[str]:
    """The facts that leaves read, and those that texts alone name."""
    named = {part[0] for clause in rule.clauses for part in clause.say if not isinstance(part, str)}
    yield from sorted((set(rule.reads) | named) & catalogue.facts().keys())


def _define(name: str, leaf: Node, slots: Slots) -> Deferred:
    closure = build(leaf, slots)
    return Deferred(closure, slots.take(name), tree.size(leaf))


def _walk(over: Over, first_clause: int, slots: Slots) -> Walk:
    items = _leaf((_path(over),), slots)
    slot = slots.take(over.item)
    clauses = [_that(clause) for clause in over.clauses if clause.that is not None]
    return Walk(
        over=over,
        items=items,
        slot=slot,
        where=_leaf(over.where, slots),
        met=_leaf([leaf for clause in clauses for leaf in clause], slots),
        clauses=tuple(_leaf(clause, slots) for clause in clauses),
        first_clause=first_clause,
    )


def _path(over: Over) -> Node:
    place = over.clauses[0].place
    root = Node("name", place, (over.path[0],))
    return reduce(lambda node, word: Node("get", place, (node, word)), over.path[1:], root)


def _that(clause: Clause) -> tuple[Node, ...]:
    return () if clause.that is None else (clause.that,)


def _leaf(nodes: Sequence[Node], slots: Slots) -> Leaf:
    """All of the nodes must hold; none at all always hold."""
    if not nodes:
        return Leaf(constant(True), 0)  # noqa: FBT003 - the value itself
    all_of = reduce(lambda one, other: Node("and", other.place, (one, other)), nodes)
    return Leaf(build(all_of, slots), tree.size(all_of))
