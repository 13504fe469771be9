"""Do the rules of these packs do what their tests say, and keep the law that losing never helps?

Every test is judged by the compiled form that a machine would get. Then each leaf of its facts
that the rule reads is lost, one by one, and each list left incomplete: a verdict that gets better
by that, or turns round, is DL505. On demand mutants and coverage are looked at besides.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rules.compiled import limits
from rules.compiled.rule import Rule
from rules.errors import Place, Problem
from rules.language.source import Source
from rules.verdict import Verdict
from rules.workbench.build import build
from rules.workbench.cases.case import Case, Suite
from rules.workbench.check import Report, check
from rules.workbench.packs import Checked, in_order
from rules.workbench.proving.compare import compare
from rules.workbench.proving.coverage import Covered, cover
from rules.workbench.proving.decided import Told
from rules.workbench.proving.difference import problem
from rules.workbench.proving.judging import judge_case, judge_facts
from rules.workbench.proving.losses import is_allowed, losses
from rules.workbench.proving.mutate import Mutated, mutate
from rules.workbench.proving.reads import reads
from rules.workbench.reports.base import Outcome
from rules.workbench.variants.written import Written

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how many are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run: which tests, and what besides.

    Tests whose name or rule holds a text; of a file that is named, those in it or of its rules.
    """

    containing: str = ""
    mutants: bool = False
    coverage: bool = False

    @property
    def is_more(self) -> bool:
        """Is more wanted than the tests?"""
        return self.mutants or self.coverage


@dataclass(slots=True)
class Tested:
    """The tests of some packs after they ran.

    `lost` is how often a fact was lost; in `cut` tests, with very many facts, not each of them.
    """

    report: Report
    wanted: Wanted
    run: int = 0
    lost: int = 0
    cut: int = 0
    problems: list[Problem] = field(default_factory=list)
    mutated: list[Mutated] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)

    @property
    def all_problems(self) -> list[Problem]:
        """What check and tests found, in the order in which it is shown."""
        return in_order([*self.report.problems, *self.problems])

    @property
    def counts(self) -> dict[str, int]:
        """How much was looked at."""
        found = {**self.report.counts, "tests": self.run}
        if self.wanted.mutants:
            found["mutants"] = sum(one.total for one in self.mutated)
        if self.wanted.coverage:
            found["atoms"] = sum(one.atoms for one in self.covered)
        return found

    @property
    def outcome(self) -> Outcome:
        """What is written of it."""
        return Outcome(self.all_problems, self.counts, self.report.sources)

    @property
    def is_green(self) -> bool:
        """Did tests run, and all of them hold?"""
        return self.run > 0 and not any(one.level == "error" for one in self.all_problems)


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody waits."""


def run_tests(paths: Sequence[Path], containing: str = "", progress: Progress = _silent) -> Tested:
    """Check the packs under the paths, and run the tests whose name or rule holds a text."""
    return run(paths, Wanted(containing), progress)


def run(paths: Sequence[Path], wanted: Wanted, progress: Progress = _silent) -> Tested:
    """Check the packs under the paths, and run what is wanted."""
    report = check(paths)
    tested = Tested(report, wanted)
    for checked, suite in report.suites:
        if not checked.has_errors:
            meant = [one for one in suite.cases if one.is_meant(wanted.containing)]
            meant = _under(paths, meant)
            _Run(tested, checked, suite, report.sources, progress).all(meant)
    if not tested.run and not report.has_errors:
        tested.problems.append(_nothing(report, wanted))
    return tested


def _under(paths: Sequence[Path], cases: Sequence[Case]) -> list[Case]:
    """The tests that lie under the paths, and those of rules that do; without paths all."""
    whole = [path.parent if path.name == "pack.yaml" else path for path in paths]
    named = [path.resolve() for path in whole]

    def is_named(place: Place) -> bool:
        file = Path(place.file).resolve()
        return not named or any(file.is_relative_to(path) for path in named)

    return [case for case in cases if is_named(case.place) or is_named(case.rule.place)]


def _nothing(report: Report, wanted: Wanted) -> Problem:
    """Nothing that ran is never green."""
    place = Place(next((pack.folder.as_posix() for pack in report.packs), "."))
    if wanted.containing:
        message = f"no test, and no rule with a test, is called {wanted.containing!r}"
        return Problem("DL107", message, place, "-k takes a part of the name of a test or a rule")
    message = "there are no tests: nothing is shown to hold"
    return Problem("DL107", message, place, "write one in a file that ends in _test.yaml")


class _Run:
    """Runs the tests of one pack."""

    def __init__(
        self,
        tested: Tested,
        checked: Checked,
        suite: Suite,
        files: Mapping[str, Source],
        progress: Progress,
    ) -> None:
        self._tested = tested
        self._suite = suite
        self._progress = progress
        self._pack = build(checked)[0]
        self._written = {one.id: Written(one, files) for one in checked.sources}
        self._failed: set[str] = set()

    def all(self, meant: Sequence[Case]) -> None:
        """Tests first; mutants and coverage only of rules whose tests hold."""
        wanted = self._tested.wanted
        for number, case in enumerate(meant):
            self._progress("tests", number, len(meant))
            self._case(case)
        rules = dict.fromkeys(case.rule.id for case in meant if not case.is_todo)
        sound = [one for one in rules if one not in self._failed]
        for number, identifier in enumerate(sound if wanted.is_more else ()):
            self._progress("rules", number, len(sound))
            self._more(identifier)
        self._progress("", 0, 0)

    def _case(self, case: Case) -> None:
        rule = self._rule(case)
        result = judge_case(self._pack, [rule], case)[0]
        mismatch = compare(case.expected, rule, result)
        self._tested.run += 1
        if case.is_todo and mismatch.is_none:
            message = f"{case.name}: it holds now"
            self._say(Problem("DL508", message, case.place, "leave out todo", rule.id))
        elif not case.is_todo and not mismatch.is_none:
            told = Told(self._pack, case, result, mismatch, self._written[rule.id])
            self._say(problem(told))
            self._failed.add(rule.id)
        self._lose(rule, case, result.verdict)

    def _lose(self, rule: Rule, case: Case, before: Verdict) -> None:
        """Lose one fact after the other, as long as that costs no more than ten rules may."""
        steps = 0
        for lost, facts in losses(case.facts, reads(rule)):
            if steps > 10 * limits.STEPS:
                self._tested.cut += 1
                return
            result = judge_facts(self._pack, [rule], facts, case)[0]
            self._tested.lost += 1
            steps, after = steps + result.steps, result.verdict
            if not is_allowed(before, after):
                message = f"{case.name}: without {lost} the verdict turns from {before} to {after}"
                help_ = "no rule can do this: it is a fault of the engine, please report it"
                self._say(Problem("DL505", message, case.place, help_, rule.id))

    def _more(self, identifier: str) -> None:
        """Mutants and coverage of one rule, by all of its tests that hold."""
        cases = [case for case in self._suite.of_rule(identifier) if self._holds(case)]
        rule, wanted = cases[0].rule, self._tested.wanted
        if wanted.mutants:
            entries = [one for one in self._suite.equivalents if one.rule == identifier]
            found = mutate(self._pack, rule, self._written[identifier], cases, entries)
            self._tested.mutated.append(found)
            self._tested.problems += found.problems
        if wanted.coverage:
            seen = cover(self._pack, rule, cases)
            self._tested.covered.append(seen)
            self._tested.problems += seen.problems

    def _holds(self, case: Case) -> bool:
        result = judge_case(self._pack, [case.rule], case)[0]
        return compare(case.expected, case.rule, result).is_none

    def _rule(self, case: Case) -> Rule:
        return self._pack.rule(case.rule.id) or case.rule

    def _say(self, found: Problem) -> None:
        self._tested.problems.append(found)
