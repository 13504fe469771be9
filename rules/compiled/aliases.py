"""What does a rule mean that calls facts by names of an older catalogue?

The same by the new names, as long as the old ones are aliases (rules.compiled.history). Asked only
when a rule is not sound as it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rules.compiled import scope
from rules.compiled.history import History
from rules.compiled.infer import Names, infer
from rules.compiled.operations import bare
from rules.compiled.rule import SIZE, Clause, Over, Rule, Template
from rules.compiled.tree import LOOPS, Node
from rules.facts.types import List, Record, Type


def resolve(rule: Rule, history: History) -> Rule:
    """The rule by the names of today; the same object if it calls nothing by an old one."""
    if not history.renamed:
        return rule
    return _Renamer(history).rule(rule)


class _Renamer:
    """Replaces old names in one rule, from the outermost name inwards."""

    def __init__(self, history: History) -> None:
        self._history = history

    def rule(self, rule: Rule) -> Rule:
        names: Names = scope.machine({name: param.type for name, param in rule.params.items()})
        when = None if rule.when is None else self._node(rule.when, names)
        define: dict[str, Node] = {}
        for name, node in rule.define.items():
            define[name] = self._node(node, names)
            names = {**names, name: infer(define[name], names)}
        return replace(
            rule,
            when=when,
            define=define,
            must=self._clauses(rule.must, names),
            over=None if rule.over is None else self._over(rule.over, names),
        )

    def _over(self, over: Over, names: Names) -> Over:
        path = self._path(over.path, names)
        found = scope.item(path)
        if found is None:
            return over
        names = {**names, over.item: found[1]}
        return over._replace(
            path=path,
            where=tuple(self._node(node, names) for node in over.where),
            clauses=self._clauses(over.clauses, names),
        )

    def _clauses(self, clauses: Iterable[Clause], names: Names) -> tuple[Clause, ...]:
        return tuple(
            clause._replace(
                that=None if clause.that is None else self._node(clause.that, names),
                say=self._text(clause.say, names),
            )
            for clause in clauses
        )

    def _text(self, text: Template, names: Names) -> Template:
        return tuple(p if isinstance(p, str) else self._path(p, names) for p in text)

    def _path(self, path: tuple[str, ...], names: Names) -> tuple[str, ...]:
        root = self._root(path[0], names)
        words, of = [root], names.get(root)
        for word in path[1:]:
            words.append(word if word == SIZE else self._field(of, word))
            record = bare(of) if of is not None else None
            field = record.field(words[-1]) if isinstance(record, Record) else None
            of = field.type if field else None
        return tuple(words)

    def _node(self, node: Node, names: Names) -> Node:
        if node.op == "name":
            return node._replace(args=(self._root(node.args[0], names),))
        if node.op in LOOPS:
            over = self._node(node.args[0], names)
            of = infer(over, names)
            item = of.of if isinstance(of, List) else of
            body = self._node(node.args[2], {**names, node.args[1]: item})
            return node._replace(args=(over, node.args[1], body))
        if node.op == "get":
            parent = self._node(node.args[0], names)
            return node._replace(args=(parent, self._field(infer(parent, names), node.args[1])))
        args = tuple(self._node(a, names) if isinstance(a, Node) else a for a in node.args)
        return node._replace(args=args)

    def _root(self, name: str, names: Mapping[str, Type]) -> str:
        return name if name in names else self._history.alias(name) or name

    def _field(self, of: Type | None, word: str) -> str:
        record = bare(of) if of is not None else None
        if not isinstance(record, Record) or record.field(word) is not None:
            return word
        new = self._history.alias(f"{record.name}.{word}")
        return word if new is None else new.partition(".")[2]
