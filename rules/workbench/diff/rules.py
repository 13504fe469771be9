"""How does a rule differ from what it was?

Clauses are told one by one, but a direction is claimed of them together: a clause that was cut in
two asks what it asked before. A define is told by itself, with the direction of what uses it.
"""

from collections.abc import Iterator, Mapping, Sequence

from rules.compiled.rule import SEVERITIES, Over, Quantifier, Rule
from rules.compiled.tree import Node
from rules.verdict import Verdict
from rules.workbench.diff.implies import Relation
from rules.workbench.diff.kinds import Change, Kind
from rules.workbench.diff.meaning import Meaning, text
from rules.workbench.diff.params import changed_params
from rules.workbench.diff.texts import changed_texts

_Kinds = Mapping[Relation, Kind]

_ASKED: _Kinds = {
    Relation.SAME: Kind.REWORDED,
    Relation.STRONGER: Kind.TIGHTENED,
    Relation.WEAKER: Kind.LOOSENED,
    Relation.OTHER: Kind.CHANGED,
}
"""What is asked of a machine or an item: a stronger demand is a tighter rule."""

_SELECTED: _Kinds = {
    **_ASKED,
    Relation.STRONGER: Kind.LOOSENED,
    Relation.WEAKER: Kind.TIGHTENED,
}
"""What decides who is asked: a stronger condition asks fewer."""

_EITHER_WAY: _Kinds = {**dict.fromkeys(Relation, Kind.CHANGED), Relation.SAME: Kind.REWORDED}
"""Where the selection of nothing fails, to select more or less may help or hurt."""

_STRICTEST_FIRST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE, Verdict.PASS)


def changed_rule(before: Rule, after: Rule) -> Iterator[Change]:
    """Every difference between two rules, in the order of the keys of a rule."""
    comparison = _Comparison(before, after)
    yield from changed_texts(before, after)
    yield from comparison.severity()
    yield from changed_params(before, after)
    yield from comparison.expressions()


class _Comparison:
    """Compares two rules; `_unseen` are kinds of changes that no expression shows by itself."""

    def __init__(self, before: Rule, after: Rule) -> None:
        self._before, self._after = before, after
        self._meaning = Meaning(before, after)
        self._unseen = {Kind.REWORDED}

    def severity(self) -> Iterator[Change]:
        before, after = self._before.severity, self._after.severity
        if before != after:
            is_raised = SEVERITIES.index(after) < SEVERITIES.index(before)
            kind = Kind.TIGHTENED if is_raised else Kind.LOOSENED
            yield self._change(kind, "severity", before, after)

    def expressions(self) -> Iterator[Change]:
        before, after = ((r.when,) if r.when else () for r in (self._before, self._after))
        changes = [*self._condition("when", before, after, _SELECTED)]
        musts = ([c.that for c in r.must if c.that] for r in (self._before, self._after))
        changes += self._clauses("must", *musts)
        changes += self._over(self._before.over, self._after.over)
        yield from self._defines()
        yield from changes

    def _defines(self) -> Iterator[Change]:
        names = {**self._before.define, **self._after.define}
        worst = max(self._unseen, key=lambda kind: kind.step)
        for name in names:
            nodes = (self._before.define.get(name), self._after.define.get(name))
            before, after = (None if node is None else text(node) for node in nodes)
            if before != after:
                yield self._change(worst, f"define {name}", before, after)

    def _condition(
        self, key: str, before: Sequence[Node], after: Sequence[Node], kinds: _Kinds
    ) -> Iterator[Change]:
        texts = [" and ".join(map(text, side)) or None for side in (before, after)]
        kind = kinds[self._meaning.relation(before, after)]
        if texts[0] != texts[1]:
            yield self._change(kind, key, *texts)
        else:
            self._unseen.add(kind)

    def _clauses(self, key: str, before: list[Node], after: list[Node]) -> Iterator[Change]:
        together = _ASKED[self._meaning.relation(before, after)]
        for number, (one, other) in enumerate(_paired(before, after)):
            sides = [() if node is None else (node,) for node in (one, other)]
            alone = _ASKED[self._meaning.relation(*sides)]
            kind = alone if together is Kind.CHANGED else together
            texts = [None if node is None else text(node) for node in (one, other)]
            if texts[0] != texts[1]:
                yield self._change(kind, f"{key}[{number}]", *texts)
            else:
                self._unseen.add(alone)

    def _over(self, before: Over | None, after: Over | None) -> Iterator[Change]:
        walks = [None if over is None else _walks(over) for over in (before, after)]
        if before is None or after is None or walks[0] != walks[1]:
            if walks[0] != walks[1]:
                kind = _ASKED[_presence(before, after)]
                yield self._change(kind, "list", *walks)
            return
        yield from self._condition("where", before.where, after.where, _where(before, after))
        each = ([c.that for c in over.clauses if c.that] for over in (before, after))
        yield from self._clauses("each_must", *each)
        yield from self._if_none(before.if_none, after.if_none)
        if before.at_least != after.at_least:
            kind = Kind.TIGHTENED if after.at_least > before.at_least else Kind.LOOSENED
            yield self._change(kind, "at_least", str(before.at_least), str(after.at_least))

    def _if_none(self, before: Verdict | None, after: Verdict | None) -> Iterator[Change]:
        if before is not None and after is not None and before is not after:
            is_stricter = _STRICTEST_FIRST.index(after) < _STRICTEST_FIRST.index(before)
            kind = Kind.TIGHTENED if is_stricter else Kind.LOOSENED
            yield self._change(kind, "if_none", str(before), str(after))

    def _change(self, kind: Kind, what: str, before: str | None, after: str | None) -> Change:
        return Change(self._after.id, kind, what, before, after)


def _walks(over: Over) -> str:
    return f"{over.quantifier} {'.'.join(over.path)}"


def _presence(before: Over | None, after: Over | None) -> Relation:
    if before is None:
        return Relation.STRONGER
    return Relation.WEAKER if after is None else Relation.OTHER


def _where(before: Over, after: Over) -> _Kinds:
    if after.quantifier is Quantifier.SOME:
        return _ASKED
    return _EITHER_WAY if Verdict.FAIL in (before.if_none, after.if_none) else _SELECTED


def _paired(before: list[Node], after: list[Node]) -> Iterator[tuple[Node | None, Node | None]]:
    """The same text together wherever it stands, then the others in their order."""
    left = {text(node): node for node in before}
    kept = {text(node) for node in after} & left.keys()
    rest = iter([node for words, node in left.items() if words not in kept])
    for node in after:
        yield (left[text(node)] if text(node) in kept else next(rest, None)), node
    for node in rest:
        yield node, None
