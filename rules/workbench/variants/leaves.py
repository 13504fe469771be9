"""Which leaves has a rule, how are they called, and what is the rule with another in its place?

A leaf is called by its key and its number in it: `when`, `define.fresh`, `must[0]`, `where[1]`,
`each_must[0]`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.compiled.rule import Clause, Over, Rule
from rules.compiled.tree import Node


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a leaf in its rule: the key, and the number or the name below it."""

    key: str
    under: int | str | None = None

    def __str__(self) -> str:
        if isinstance(self.under, int):
            return f"{self.key}[{self.under}]"
        return self.key if self.under is None else f"{self.key}.{self.under}"


def leaves(rule: Rule) -> Iterator[tuple[Spot, Node]]:
    """All leaves of a rule, in the order in which a reader meets them."""
    if rule.when is not None:
        yield Spot("when"), rule.when
    yield from ((Spot("define", name), leaf) for name, leaf in rule.define.items())
    yield from _of_clauses("must", rule.must)
    if rule.over is not None:
        yield from ((Spot("where", n), leaf) for n, leaf in enumerate(rule.over.where))
        yield from _of_clauses("each_must", rule.over.clauses)


def _of_clauses(key: str, clauses: tuple[Clause, ...]) -> Iterator[tuple[Spot, Node]]:
    for number, clause in enumerate(clauses):
        if clause.that is not None:
            yield Spot(key, number), clause.that


def with_leaf(rule: Rule, spot: Spot, leaf: Node) -> Rule:
    """The rule with another leaf in one spot; KeyError if it has no such spot."""
    return _PUT[spot.key](rule, spot.under, leaf)


def _when(rule: Rule, _under: int | str | None, leaf: Node) -> Rule:
    return replace(rule, when=leaf)


def _define(rule: Rule, name: int | str | None, leaf: Node) -> Rule:
    return replace(rule, define={**rule.define, str(name): leaf})


def _must(rule: Rule, number: int | str | None, leaf: Node) -> Rule:
    return replace(rule, must=_with_that(rule.must, number, leaf))


def _where(rule: Rule, number: int | str | None, leaf: Node) -> Rule:
    over = _over(rule)
    kept = tuple(leaf if n == number else one for n, one in enumerate(over.where))
    return replace(rule, over=over._replace(where=kept))


def _each_must(rule: Rule, number: int | str | None, leaf: Node) -> Rule:
    over = _over(rule)
    return replace(rule, over=over._replace(clauses=_with_that(over.clauses, number, leaf)))


def _with_that(
    clauses: tuple[Clause, ...], number: int | str | None, leaf: Node
) -> tuple[Clause, ...]:
    return tuple(
        clause._replace(that=leaf) if n == number else clause for n, clause in enumerate(clauses)
    )


def _over(rule: Rule) -> Over:
    if rule.over is None:
        raise KeyError(f"{rule.id} walks no list")
    return rule.over


_PUT = {
    "when": _when,
    "define": _define,
    "must": _must,
    "where": _where,
    "each_must": _each_must,
}
