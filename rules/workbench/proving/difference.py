"""How is a failed test shown? What was expected, what came, which leaf decided, what it read.

A test that expected more to fail is told which leaf let it through: the engine is asked about that
leaf alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rules.compiled.catalogue import field
from rules.compiled.codes import MEANINGS
from rules.compiled.rule import Clause, Over, Pack, Quantifier, Rule
from rules.compiled.tree import Node
from rules.engine.result import ItemResult, Result
from rules.engine.words import clean, words
from rules.errors import Place, Problem
from rules.verdict import Verdict
from rules.workbench.cases.case import Case, Entry
from rules.workbench.proving.compare import Mismatch, failed
from rules.workbench.proving.judging import judge_case
from rules.workbench.proving.notes import labelled, wrapped
from rules.workbench.variants.leaves import Spot, leaves
from rules.workbench.variants.written import Written

_SHOWN = 6
_DID = {Verdict.FAIL: "fails", Verdict.ERROR: "is in error", Verdict.UNKNOWN: "is unknown"}
_COUNTED = (
    ("passes", "pass"),
    ("fails", "fail"),
    ("in error", "in error"),
    ("unknown", "unknown"),
    ("not selected", "not selected"),
)
"""What one and what more of them do, in the order of `n`."""


@dataclass(frozen=True, slots=True)
class Told:
    """A test that does not hold: the pack, the test, what came and how it differs."""

    pack: Pack
    case: Case
    result: Result
    mismatch: Mismatch
    written: Written


def problem(told: Told) -> Problem:
    """The problem of a test that failed, at the first thing that is not as expected."""
    case, mismatch = told.case, told.mismatch
    blocks = list(_blocks(told))
    shown = [line for block in blocks[:_SHOWN] for line in block]
    if len(blocks) > _SHOWN:
        shown += [f"and {len(blocks) - _SHOWN} more"]
    notes = [*labelled("expected", _expected(case)), *labelled("got", _got(told)), *shown]
    return Problem(
        "DL504",
        f"{case.name}: {_summary(told)}",
        _first(case, mismatch),
        _help(told),
        case.rule.id,
        notes=tuple(notes),
    )


def _summary(told: Told) -> str:
    expected, mismatch = told.case.expected, told.mismatch
    if mismatch.verdict:
        return f"{expected.verdict} was expected, it came to {told.result.verdict}"
    if mismatch.why:
        return f"the reason {expected.why} was expected, it came to {told.result.why}"
    if mismatch.missing:
        return f"{_entry(mismatch.missing[0])} does not fail"
    if mismatch.surplus:
        return f"{_name(mismatch.surplus[0].item)} fails too"
    return f"{mismatch.left_out} more fail than can be listed"


def _first(case: Case, mismatch: Mismatch) -> Place:
    expected = case.expected
    if mismatch.verdict:
        return expected.verdict_place
    if mismatch.why and expected.why_place is not None:
        return expected.why_place
    if mismatch.missing:
        return mismatch.missing[0].place
    return expected.items_place or expected.verdict_place


def _help(told: Told) -> str:
    if told.result.verdict is Verdict.UNKNOWN and told.result.why == "not_collected":
        return "a fact that the test leaves out is unknown (not_collected): write all that is read"
    return ""


def _expected(case: Case) -> str:
    expected = case.expected
    text = str(expected.verdict) + (f" ({expected.why})" if expected.why else "")
    if expected.items is None:
        return text
    if not expected.items:
        return f"{text}, and nothing fails"
    return f"{text}, exactly {'; '.join(_entry(one) for one in expected.items)}"


def _entry(entry: Entry) -> str:
    """An expected entry: `D:`, `D: in clause 0`, `D:, saying "D: is unprotected"`."""
    text = entry.item or ("" if entry.say else "anything")
    if entry.clause is not None:
        text += f"{' ' if text else ''}in clause {entry.clause}"
    if entry.say is not None:
        text += f'{", saying " if text else ""}"{entry.say}"'
    return text


def _got(told: Told) -> str:
    result, rule = told.result, told.case.rule
    text = str(result.verdict)
    if result.why is not None:
        meaning = f": {MEANINGS[result.why]}" if result.why in MEANINGS else ""
        text += f" ({result.why}{meaning})"
    total = sum(result.n)
    if rule.over is not None and total:
        counted = zip(result.n, _COUNTED, strict=True)
        said = ", ".join(f"{count} {words_[count > 1]}" for count, words_ in counted if count)
        text += f"; of {total} {'.'.join(rule.over.path)} {said}"
    return text


# --- which leaf decided ------------------------------------------------------------------------

_Block = list[str]


def _blocks(told: Told) -> Iterator[_Block]:
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
    head = f"{_name(item)} {_DID[item.verdict]}: {said}   {_at(clause.place)}"
    return [*wrapped(head), *_leaf(told, clause.that), *_seen(item)]


def _let_through(told: Told) -> Iterator[_Block]:
    """The leaves that kept things from failing, and what they read."""
    rule, wanted = told.case.rule, {one.item for one in told.mismatch.missing if one.item}
    applies = told.result.verdict is not Verdict.NOT_APPLICABLE or told.result.items
    for spot, leaf in leaves(rule):
        if spot.key == "when" and not applies:
            yield from _asked(told, spot, leaf, truth=False, wanted=set())
        elif spot.key == "where":
            yield from _asked(told, spot, leaf, truth=False, wanted=wanted)
        elif spot.key in ("must", "each_must"):
            yield from _asked(told, spot, leaf, truth=True, wanted=wanted)


def _asked(
    told: Told, spot: Spot, leaf: Node, *, truth: bool, wanted: set[str]
) -> Iterator[_Block]:
    """Blocks for what a leaf is true of, or false of."""
    variant = _only(told.case.rule, spot, _opposite(leaf) if truth else leaf)
    for item in judge_case(told.pack, [variant], told.case)[0].items:
        if item.verdict is Verdict.FAIL and (not wanted or item.item in wanted):
            yield [
                *wrapped(f"{_ROLE[spot.key].format(_name(item), spot)}   {_at(leaf.place)}"),
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


# --- lines ---------------------------------------------------------------------------------------


def _name(item: ItemResult) -> str:
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
