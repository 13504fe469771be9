"""Do the rules of these packs do what their tests say, and keep the law that losing never helps?

Every test is judged by the compiled form that a machine would get. Then each leaf of its facts is
lost, one by one, and each list left incomplete: a verdict that gets better by that, or turns
round, is DL505.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from rules.compiled.rule import Pack, Rule
from rules.engine.explain import sentence
from rules.engine.judge import judge
from rules.engine.result import ItemResult, Result
from rules.errors import Problem
from rules.facts.base import Reading, Status
from rules.verdict import Verdict
from rules.workbench.build import build
from rules.workbench.cases import Case, Expected
from rules.workbench.check import Report, check
from rules.workbench.losses import is_allowed, losses
from rules.workbench.packs import in_order

Json = Any
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tested:
    """The tests of some packs after they ran; no test ran if the check found errors."""

    report: Report
    run: int
    problems: tuple[Problem, ...]

    @property
    def all_problems(self) -> list[Problem]:
        """What check and tests found, in the order in which it is shown."""
        return in_order([*self.report.problems, *self.problems])

    @property
    def counts(self) -> dict[str, int]:
        """How much was looked at."""
        return {**self.report.counts, "tests": self.run}

    @property
    def is_green(self) -> bool:
        """Did tests run, and all of them hold?"""
        return self.run > 0 and not any(one.level == "error" for one in self.all_problems)


def run_tests(paths: Sequence[Path], containing: str = "") -> Tested:
    """Check the packs under the paths, and run the tests whose name holds a text."""
    report = check(paths)
    problems: list[Problem] = []
    run = 0
    for checked, cases in report.cases:
        if checked.has_errors:
            continue
        pack, _ = build(checked)
        for case in cases:
            if containing in case.name:
                problems += run_case(pack, case)
                run += 1
    return Tested(report, run, tuple(problems))


def readings(facts: Mapping[str, Json], now: datetime) -> dict[str, Reading]:
    """Facts of a test as a machine would have read them at that instant."""
    return {name: Reading(name, Status.OK, form, now, _DAY) for name, form in facts.items()}


def judge_one(
    pack: Pack, rule: Rule, facts: Mapping[str, Json], now: datetime, params: Mapping[str, Json]
) -> Result:
    """What one rule of a pack says of some facts."""
    alone = replace(pack, rules=(rule,))
    return judge(alone, readings(facts, now), now, {rule.id: params})[0]


def run_case(pack: Pack, case: Case) -> list[Problem]:
    """What is wrong with one test."""
    rule = pack.rule(case.rule.id)
    if rule is None:
        return [_problem("DL501", case, f"there is no rule {case.rule.id}")]
    result = judge_one(pack, rule, case.facts, case.now, case.params)
    wrong = _differences(case, rule, result)
    if case.is_todo:
        return [] if wrong else [_problem("DL508", case, "it passes now: leave out todo")]
    problems = [_problem("DL504", case, sentence_) for sentence_ in wrong]
    return problems + _losses(pack, rule, case, result.verdict)


def _differences(case: Case, rule: Rule, result: Result) -> list[str]:
    wrong = []
    if result.verdict is not case.verdict:
        wrong.append(f"the verdict is {_said(result)}, not {case.verdict}")
    elif case.why is not None and case.why != result.why:
        wrong.append(f"the reason is {result.why}, not {case.why}")
    if case.items is not None:
        wrong += _items(case.items, rule, result)
    return wrong


def _said(result: Result) -> str:
    return f"{result.verdict} ({result.why})" if result.why else str(result.verdict)


def _items(expected: Sequence[Expected], rule: Rule, result: Result) -> list[str]:
    forms = {name: param.form for name, param in result.params.items()}
    failed = [
        (item, sentence(rule, item.clause, item.seen, forms))
        for item in result.items
        if item.verdict is Verdict.FAIL
    ]
    missing = [one for one in expected if not any(_meets(one, *entry) for entry in failed)]
    extra = [entry for entry in failed if not any(_meets(one, *entry) for one in expected)]
    return [f"nothing failed as {_describe(one)}" for one in missing] + [
        f"{item.item or 'the machine'} failed too: {said}" for item, said in extra
    ]


def _meets(one: Expected, item: ItemResult, said: str) -> bool:
    return (
        one.item in (None, item.item)
        and one.clause in (None, item.clause)
        and one.say in (None, said)
    )


def _describe(one: Expected) -> str:
    return ", ".join(str(part) for part in (one.item, one.clause, one.say) if part is not None)


def _losses(pack: Pack, rule: Rule, case: Case, before: Verdict) -> list[Problem]:
    problems = []
    for lost, facts in losses(case.facts):
        after = judge_one(pack, rule, facts, case.now, case.params).verdict
        if not is_allowed(before, after):
            message = f"without {lost} the verdict turns from {before} to {after}"
            problems.append(_problem("DL505", case, message))
    return problems


def _problem(code: str, case: Case, message: str) -> Problem:
    return Problem(code, f"{case.name}: {message}", case.place, "", case.rule.id)
