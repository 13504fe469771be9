"""Is what came what a test expected: verdict, reason, and exactly the entries that fail?

An entry that names an item alone stands for all that fails there; any other stands for one clause
of one item. The order means nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.compiled.rule import Rule
from rules.engine.explain import sentence
from rules.engine.result import ItemResult, Result
from rules.verdict import Verdict
from rules.workbench.cases.case import Entry, Expected


@dataclass(frozen=True, slots=True)
class Failed:
    """One entry that failed, and what it says."""

    item: ItemResult
    said: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """What is not as expected; `left_out` failed too, and was not listed by the engine."""

    verdict: bool
    why: bool
    missing: tuple[Entry, ...] = ()
    surplus: tuple[Failed, ...] = ()
    left_out: int = 0

    @property
    def is_none(self) -> bool:
        """Is everything as expected?"""
        return not (self.verdict or self.why or self.missing or self.surplus or self.left_out)


def compare(expected: Expected, rule: Rule, result: Result) -> Mismatch:
    """Hold what came against what was expected."""
    verdict = result.verdict is not expected.verdict
    why = expected.why is not None and result.why != expected.why
    if expected.items is None:
        return Mismatch(verdict, why)
    found = failed(rule, result)
    missing, surplus = _match(expected.items, found)
    return Mismatch(verdict, why, missing, surplus, result.left_out if found else 0)


def failed(rule: Rule, result: Result) -> tuple[Failed, ...]:
    """The entries that failed, each with its sentence."""
    forms = {name: param.form for name, param in result.params.items()}
    return tuple(
        Failed(item, sentence(rule, item.clause, item.seen, forms, item.told))
        for item in result.items
        if item.verdict is Verdict.FAIL
    )


def _match(
    expected: Sequence[Entry], found: Sequence[Failed]
) -> tuple[tuple[Entry, ...], tuple[Failed, ...]]:
    """What was expected and did not come, and what came and was not expected."""
    single = [entry for entry in expected if not entry.is_whole_item]
    taken = _pair([[n for n, one in enumerate(found) if _meets(e, one)] for e in single])
    missing = {id(entry) for number, entry in enumerate(single) if number not in taken.values()}
    covered = set(taken)
    for entry in expected:
        if entry.is_whole_item:
            of_item = {n for n, one in enumerate(found) if _meets(entry, one)}
            covered |= of_item
            missing |= set() if of_item else {id(entry)}
    surplus = tuple(one for number, one in enumerate(found) if number not in covered)
    return tuple(entry for entry in expected if id(entry) in missing), surplus


def _meets(entry: Entry, one: Failed) -> bool:
    return (
        entry.item in (None, one.item.item)
        and entry.clause in (None, one.item.clause)
        and entry.say in (None, one.said)
    )


def _pair(wishes: Sequence[Sequence[int]]) -> dict[int, int]:
    """Give as many as possible one of what they wish for: what was given, and to whom.

    Augmenting paths (Kuhn): with `{clause: 0}` before `{item: "D:", clause: 0}` the first that
    fits is not always the right one.
    """
    given: dict[int, int] = {}

    def give(who: int, tried: set[int]) -> bool:
        for wish in wishes[who]:
            if wish not in tried:
                tried.add(wish)
                if wish not in given or give(given[wish], tried):
                    given[wish] = who
                    return True
        return False

    for who in range(len(wishes)):
        give(who, set())
    return given
