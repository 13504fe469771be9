"""Would a test notice if this rule were a little different?

A mutant dies when a test of its rule would fail by it: another verdict or another set of items
than the test expects. One that survives is told with its place (DL506), unless the test file lists
it under `equivalent` with a reason. An entry there that is not so any more is told too (DL510).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rules.compiled.rule import Pack, Rule
from rules.errors import Place, Problem
from rules.workbench.cases.case import Case, Equivalent
from rules.workbench.proving.compare import compare
from rules.workbench.proving.judging import judge_case
from rules.workbench.proving.notes import labelled
from rules.workbench.variants.mutants import Mutant, mutants
from rules.workbench.variants.written import Written


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
    survivors = [one for at, one in made.items() if at in alive - spared]
    problems = [_survived(rule, list(alike)) for _, alike in groupby(survivors, _what)]
    problems += [_seen(entry) for entry in entries if entry.at in made and entry.at not in alive]
    return Mutated(rule.id, len(made), len(alive - spared), len(spared), tuple(problems))


def _alive(pack: Pack, alive: list[Mutant], cases: Sequence[Case]) -> list[Mutant]:
    """The mutants that no test sees. All that still live are judged at once, test by test."""
    for case in cases:
        results = judge_case(pack, [one.rule for one in alive], case)
        pairs = zip(alive, results, strict=True)
        alive = [one for one, got in pairs if compare(case.expected, one.rule, got).is_none]
    return alive


def _what(mutant: Mutant) -> tuple[Place, str]:
    """Survivors of one text are told together: one test would see them all."""
    return mutant.change.place, mutant.change.original


def _survived(rule: Rule, alike: Sequence[Mutant]) -> Problem:
    first = alike[0].change
    notes = labelled("original", first.original)
    for one in alike:
        notes += labelled("changed", one.change.changed or "(nothing)")
        notes.append(f'at        "{one.at}"')
    message = f"no test notices {first.spot}: {', '.join(one.change.what for one in alike)}"
    help_ = f"add {first.hint}; if there can be none, list it under equivalent"
    return Problem("DL506", message, first.place, help_, rule.id, notes=tuple(notes))


def _seen(entry: Equivalent) -> Problem:
    message = "a test sees this mutant: it is not equivalent"
    return Problem("DL510", message, entry.place, "leave the entry out", entry.rule)
