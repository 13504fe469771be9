"""Which leaf made a verdict what it is, and what did it read?

Of what did not pass the engine tells itself. What let a thing through is found by asking the same
engine about one leaf alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.compiled.catalogue import field
from rules.compiled.rule import Clause, Over, Pack, Quantifier, Rule
from rules.compiled.tree import Node
from rules.engine.result import ItemResult, Result
from rules.engine.words import clean, words
from rules.errors import Place
from rules.verdict import Verdict
from rules.workbench.cases.case import Case
from rules.workbench.proving.compare import Mismatch, failed
from rules.workbench.proving.judging import judge_case
from rules.workbench.proving.notes import wrapped
from rules.workbench.variants.leaves import Spot, leaves
from rules.workbench.variants.written import Written

_DID = {Verdict.FAIL: "fails", Verdict.ERROR: "is in error", Verdict.UNKNOWN: "is unknown"}


@dataclass(frozen=True, slots=True)
class Told:
    """A test that does not hold: the pack, the test, what came and how it differs."""

    pack: Pack
    case: Case
    result: Result
    mismatch: Mismatch
    written: Written


_Block = list[str]


def blocks(told: Told) -> Iterator[_Block]:
    """A block for each entry that did not pass; for a verdict without any, why there is none."""
    entries = told.result.items
    if told.case.expected.verdict is told.result.verdict:
        surplus = {id(one.item) for one in told.mismatch.surplus}
        entries = tuple(one for one in entries if id(one) in surplus)
    for item in entries:
        yield _of_entry(told, item)
    if not told.result.items or told.mismatch.missing:
        yield from _let_through(told)


def _of_entry(told: Told, item: ItemResult) -> _Block:
    rule = told.case.rule
    said = next((one.said for one in failed(rule, told.result) if one.item is item), item.why or "")
    clause = rule.clauses[item.clause]
    head = f"{name_of(item)} {_DID[item.verdict]}: {said}   {_at(clause.place)}"
    return [*wrapped(head), *_leaf(told, clause.that), *_seen(item)]


def _let_through(told: Told) -> Iterator[_Block]:
    """The leaves that kept things from failing, and what they read."""
    rule, wanted = told.case.rule, {one.item for one in told.mismatch.missing if one.item}
    if rule.when is not None and told.result.verdict is Verdict.NOT_APPLICABLE:
        stopped = list(_asked(told, Spot("when"), rule.when, truth=False, wanted=set()))
        if stopped:
            yield from stopped
            return
    for spot, leaf in leaves(rule):
        if spot.key in ("must", "where", "each_must"):
            yield from _asked(told, spot, leaf, truth=spot.key != "where", wanted=wanted)


def _asked(
    told: Told, spot: Spot, leaf: Node, *, truth: bool, wanted: set[str]
) -> Iterator[_Block]:
    """Blocks for what a leaf is true of, or false of."""
    variant = _only(told.case.rule, spot, _opposite(leaf) if truth else leaf)
    for item in judge_case(told.pack, [variant], told.case)[0].items:
        if item.verdict is Verdict.FAIL and (not wanted or item.item in wanted):
            yield [
                *wrapped(f"{_ROLE[spot.key].format(name_of(item), spot)}   {_at(leaf.place)}"),
                *_leaf(told, leaf),
                *_seen(item),
            ]


def _only(rule: Rule, spot: Spot, leaf: Node) -> Rule:
    """A rule that asks one leaf alone, of each item or of the machine."""
    clause = (Clause(leaf, (), leaf.place),)
    over = rule.over
    if spot.key in ("when", "must") or over is None:
        return replace(rule, when=None, must=clause, over=None)
    every = Over(Quantifier.EVERY, over.path, over.item, (), clause, Verdict.PASS)
    return replace(rule, when=None, must=(), over=every)


def _opposite(leaf: Node) -> Node:
    return Node("not", leaf.place, (leaf,))


_ROLE = {
    "when": "the rule does not apply: {1} is false",
    "where": "{0} is not selected: {1} is false",
    "must": "{0} passes {1}",
    "each_must": "{0} passes {1}",
}


def name_of(item: ItemResult) -> str:
    """How an entry is called: by its item, or as the machine."""
    return "the machine" if item.item is None else clean(item.item, 40)


def _at(place: Place) -> str:
    return f"{place.file.rpartition('/')[2]}:{place.line}"


def _leaf(told: Told, leaf: Node | None) -> list[str]:
    return [] if leaf is None else wrapped(told.written.text(leaf.place), 4)


def _seen(item: ItemResult) -> list[str]:
    lines = []
    for path, form in item.seen.items():
        found = field(tuple(path.split(".")))
        lines += wrapped(f"{path} = {words(found.type if found else None, form)}", 4)
    return lines
