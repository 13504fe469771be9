"""Would a test notice if this rule were a little different?

A mutant dies when a test of its rule would fail by it: another verdict or another set of items
than the test expects. One that survives is told with its place (DL506), unless the test file lists
it under `equivalent` with a reason. An entry there that is not so any more is told too (DL510).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from rules.compiled.rule import Pack, Rule
from rules.errors import Place, Problem
from rules.workbench.cases.case import Case, Equivalent
from rules.workbench.proving.compare import compare
from rules.workbench.proving.judging import judge_case
from rules.workbench.proving.notes import labelled
from rules.workbench.proving.search import EXPECT, Example, examples
from rules.workbench.variants.mutants import Mutant, mutants
from rules.workbench.variants.written import Written


@dataclass(frozen=True, slots=True)
class Mutated:
    """What became of the mutants of one rule.

    `doubts` are entries of `equivalent` for which facts were found that show a difference.
    """

    rule: str
    total: int
    survived: int
    listed: int
    problems: tuple[Problem, ...]
    doubts: tuple[str, ...]

    @property
    def dead(self) -> int:
        """How many a test sees."""
        return self.total - self.survived - self.listed


def mutate(
    pack: Pack, rule: Rule, written: Written, cases: Sequence[Case], entries: Sequence[Equivalent]
) -> Mutated:
    """Judge every mutant of a rule by its tests, which all hold for the rule itself."""
    made = mutants(rule, written)
    alive = _alive(pack, list(made), cases)
    shown = examples(pack, rule, alive, cases)
    listed = {entry.at for entry in entries}
    survivors = [one for one in alive if one.at not in listed]
    spared = [one for one in alive if one.at in listed]
    problems = [_survived(rule, list(alike), shown) for _, alike in groupby(survivors, _what)]
    dead = {one.at for one in made} - {one.at for one in alive}
    problems += [_seen(entry) for entry in entries if entry.at in dead]
    doubts = tuple(f"{one.at}: {shown[one.at]}" for one in spared if one.at in shown)
    return Mutated(rule.id, len(made), len(survivors), len(spared), tuple(problems), doubts)


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


def _survived(rule: Rule, alike: Sequence[Mutant], shown: Mapping[str, Example]) -> Problem:
    first = alike[0].change
    notes = labelled("original", first.original)
    for one in alike:
        notes += labelled("changed", one.change.changed or "(nothing)")
        notes.append(f'at        "{one.at}"')
    message = f"no test notices {first.spot}: {', '.join(one.change.what for one in alike)}"
    example = next((shown[one.at] for one in alike if one.at in shown), None)
    notes += example.note if example is not None else []
    otherwise = "list it under equivalent if there can be none"
    help_ = f"add {first.hint}; {EXPECT if example is not None else otherwise}"
    return Problem("DL506", message, first.place, help_, rule.id, notes=tuple(notes))


def _seen(entry: Equivalent) -> Problem:
    message = "a test sees this mutant: it is not equivalent"
    return Problem("DL510", message, entry.place, "leave the entry out", entry.rule)
