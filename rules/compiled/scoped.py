"""Which leaves and texts has a rule, and which names does each of them see?

One walk for all who ask something of every part of a rule: whether it is sound, what it uses.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from rules.compiled import scope
from rules.compiled.infer import Names, infer
from rules.compiled.rule import Clause, Over, Rule, Template
from rules.compiled.tree import Node


@dataclass(frozen=True, slots=True)
class Leaf:
    """An expression of a rule; `is_bool` is false for a define, which may be of any type."""

    node: Node
    names: Names
    is_bool: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a rule."""

    text: Template
    names: Names


Part: TypeAlias = Leaf | Text


def parts(rule: Rule) -> Iterator[Part]:
    """Every leaf and text; ValueError if a define has no type, or the list is not there."""
    names: Names = scope.machine({name: param.type for name, param in rule.params.items()})
    of_params = {scope.PARAMS: names[scope.PARAMS]}
    if rule.when is not None:
        yield Leaf(rule.when, names)
    for name, node in rule.define.items():
        if name in names:
            raise ValueError(f"the define {name!r} hides a name")
        yield Leaf(node, names, is_bool=False)
        names = {**names, name: infer(node, names)}
    yield from _clauses(rule.must, names)
    if rule.over is not None:
        yield from _over(rule.over, names)
    for text in rule.fix.values():
        yield Text(text, of_params)


def _over(over: Over, names: Names) -> Iterator[Part]:
    found = scope.item(over.path)
    if found is None or found[0] != over.item:
        raise ValueError(f"there is no list {'.'.join(over.path)[:60]!r} of {over.item[:40]!r}")
    names = {**names, over.item: found[1]}
    for node in over.where:
        yield Leaf(node, names)
    yield from _clauses(over.clauses, names)


def _clauses(clauses: Iterable[Clause], names: Names) -> Iterator[Part]:
    for clause in clauses:
        if clause.that is not None:
            yield Leaf(clause.that, names)
        yield Text(clause.say, names)
