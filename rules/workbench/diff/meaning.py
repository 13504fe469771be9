"""What do the expressions of a rule ask now, seen from what they asked before?

Params that both rules have are compared by name; one that only one of them has stands for its
default. Defines are written out.
"""

from collections.abc import Sequence

from rules.compiled.rule import Rule
from rules.compiled.tree import Node
from rules.engine.unparse import unparse
from rules.workbench.diff.implies import Relation, relation
from rules.workbench.diff.normal import TooBigError, Writer


def text(node: Node) -> str:
    """An expression as its author writes it."""
    return unparse(node, lambda name: f"params.{name}")


class Meaning:
    """Compares expressions of two rules."""

    def __init__(self, before: Rule, after: Rule) -> None:
        shared = before.params.keys() & after.params.keys()
        self._before, self._after = (_writer(rule, shared) for rule in (before, after))

    def relation(self, before: Sequence[Node], after: Sequence[Node]) -> Relation:
        """All expressions of one side against all of the other; none at all always hold."""
        if self._before is None or self._after is None:
            return Relation.OTHER
        try:
            return relation(self._before.all_of(before), self._after.all_of(after))
        except TooBigError:
            return Relation.OTHER


def _writer(rule: Rule, shared: set[str]) -> Writer | None:
    own = {name: param.default for name, param in rule.params.items() if name not in shared}
    writer = Writer(own)
    try:
        for name, node in rule.define.items():
            writer.define(name, node)
    except TooBigError:
        return None
    return writer
