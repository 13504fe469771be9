"""Which facts would show the difference between a rule and its mutants?

Looked for a step or two from the facts of the tests, and not further: what is not found may exist.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from rules.compiled.rule import Pack, Rule
from rules.engine.result import Result
from rules.verdict import Verdict
from rules.workbench.cases.case import Case, Json
from rules.workbench.proving.forms import size
from rules.workbench.proving.judging import judge_facts
from rules.workbench.proving.nearby import one_step, two_steps
from rules.workbench.proving.notes import labelled
from rules.workbench.proving.reads import reads
from rules.workbench.variants.mutants import Mutant

EXPECT = "expect there what you mean, whatever the rule says"
"""Said with every example: a test that was read off the rule shows nothing."""

_MOST = 500
"""So many facts are tried for a rule at each distance."""

_LARGEST = 500
"""A test with more values than these is no place to begin: each try would cost too much."""


@dataclass(frozen=True, slots=True)
class Example:
    """Facts that show something: those of a test with one change, and what the rule says of them.

    `mutant` is what another rule says of them, if it is about one.
    """

    test: str
    change: str
    facts: Mapping[str, Json]
    verdict: Verdict
    mutant: Verdict | None = None

    @property
    def note(self) -> list[str]:
        """The lines that show it under a caret."""
        mutant = "" if self.mutant is None else f", the mutant {self.mutant}"
        mutant = ", as the mutant does of other items" if self.mutant is self.verdict else mutant
        said = f'"{self.test}" with {self.change}; the rule says {self.verdict}{mutant}'
        return labelled("such as", said)

    def __str__(self) -> str:
        is_alike = self.verdict is self.mutant
        came = "other items fail" if is_alike else f"it is {self.mutant}, not {self.verdict}"
        return f'{came}, with {self.change} in "{self.test}"'


def examples(
    pack: Pack, rule: Rule, mutants: Sequence[Mutant], cases: Sequence[Case]
) -> dict[str, Example]:
    """An example for each mutant for which one was found, by its name."""
    found: dict[str, Example] = {}
    left = list(mutants)
    for case, change, facts in tried(rule, cases):
        if not left:
            break
        before, *after = judge_facts(pack, [rule, *(one.rule for one in left)], facts, case)
        for mutant, result in zip(left, after, strict=True):
            if _seen(result) != _seen(before):
                found[mutant.at] = Example(case.name, change, facts, before.verdict, result.verdict)
        left = [one for one in left if one.at not in found]
    return found


def tried(rule: Rule, cases: Sequence[Case]) -> Iterator[tuple[Case, str, dict[str, Json]]]:
    """The facts that are tried: of which test, what was changed, and the facts."""
    read, small = reads(rule), [case for case in cases if size(case.facts) <= _LARGEST]
    for steps in (one_step, two_steps):
        near = ((case, *found) for case in small for found in steps(case, read))
        yield from islice(near, _MOST)


def _seen(result: Result) -> tuple[Verdict, frozenset[tuple[str | None, int]]]:
    """What a test can see: the verdict, and what fails."""
    failed = [one for one in result.items if one.verdict is Verdict.FAIL]
    return result.verdict, frozenset((one.item, one.clause) for one in failed)
