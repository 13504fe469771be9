"""Would a test notice if this rule were a little different?

A mutant dies when a test of its rule would fail by it: another verdict or another set of items
than the test expects. One that survives is told with its place (DL506), unless the test file lists
it under `equivalent` with a reason. An entry there that is not so any more is told too (DL510).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.compiled.rule import Pack, Rule
from rules.errors import Problem
from rules.workbench.cases import Case, Equivalent
from rules.workbench.compare import compare
from rules.workbench.judging import judge_case
from rules.workbench.mutants import DROPPED, Change, Mutant, mutants
from rules.workbench.notes import labelled
from rules.workbench.written import Written


@dataclass(frozen=True, slots=True)
class Mutated:
    """What became of the mutants of one rule."""

    rule: str
    total: int
    survived: int
    listed: int
    problems: tuple[Problem, ...]

    @property
    def dead(self) -> int:
        """How many a test sees."""
        return self.total - self.survived - self.listed


def mutate(
    pack: Pack, rule: Rule, written: Written, cases: Sequence[Case], entries: Sequence[Equivalent]
) -> Mutated:
    """Judge every mutant of a rule by its tests, which all hold for the rule itself."""
    made = {one.at: one for one in mutants(rule, written)}
    alive = {one.at for one in _alive(pack, list(made.values()), cases)}
    spared = alive & {entry.at for entry in entries}
    problems = [_survived(rule, one) for at, one in made.items() if at in alive - spared]
    problems += [_seen(entry) for entry in entries if entry.at in made and entry.at not in alive]
    return Mutated(rule.id, len(made), len(alive - spared), len(spared), tuple(problems))


def _alive(pack: Pack, alive: list[Mutant], cases: Sequence[Case]) -> list[Mutant]:
    """The mutants that no test sees. All that still live are judged at once, test by test."""
    for case in cases:
        results = judge_case(pack, [one.rule for one in alive], case)
        pairs = zip(alive, results, strict=True)
        alive = [one for one, got in pairs if compare(case.expected, one.rule, got).is_none]
    return alive


def _survived(rule: Rule, mutant: Mutant) -> Problem:
    change = mutant.change
    notes = (
        *labelled("original", change.original),
        *labelled("changed", change.changed or "(nothing)"),
        f"at        {mutant.at}",
    )
    help_ = f"add {_missing_test(change)}; if there can be none, list it under equivalent"
    message = f"no test notices {change.spot}: {change.what}"
    return Problem("DL506", message, change.place, help_, rule.id, notes=notes)


def _seen(entry: Equivalent) -> Problem:
    message = "a test sees this mutant: it is not equivalent"
    return Problem("DL510", message, entry.place, "leave the entry out", entry.rule)


def _missing_test(change: Change) -> str:
    """The test that would see a change."""
    if change.what in _SIGNS:
        return _SIGNS[change.what]
    if change.spot.key == "at_least":
        fewer = min(int(change.original), int(change.changed))
        return f"a test in which exactly {fewer} of the items hold"
    if change.spot.key == "where" and change.what == DROPPED:
        return "a test with an item that this alone keeps out, and that would change the verdict"
    return _KEYS.get(change.spot.key, "a test that fails by this clause alone")


_BOUND = "a test in which both sides are equal, and the verdict hangs on it"
_EQUAL = "a test whose verdict hangs on this comparison"
_BOTH = "a test in which one side is true and the other false, and the verdict hangs on it"
_SIGNS: Mapping[str, str] = {
    "== to !=": _EQUAL,
    "!= to ==": _EQUAL,
    "< to <=": _BOUND,
    "<= to <": _BOUND,
    "> to >=": _BOUND,
    ">= to >": _BOUND,
    "and to or": _BOTH,
    "or to and": _BOTH,
}
_KEYS: Mapping[str, str] = {
    "when": "a test of a machine to which the rule does not apply",
    "if_none": "a test in which nothing is selected",
    "no": "a test that fails by an item of the list",
    "some": "a test that fails for want of such an item",
}
