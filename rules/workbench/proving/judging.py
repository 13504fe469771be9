"""What do rules say of the facts of a test? Asked of the machines' engine, at the test's time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from rules.compiled.rule import Pack, Rule
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.engine.tailor import given
from rules.facts.base import Reading, Status
from rules.workbench.cases.case import Case, Json

_DAY = timedelta(days=1)


def judge_case(pack: Pack, rules: Sequence[Rule], case: Case) -> tuple[Result, ...]:
    """What each of these rules, the case's own or variants of it, says of a case."""
    return judge_facts(pack, rules, case.facts, case)


def judge_facts(
    pack: Pack, rules: Sequence[Rule], facts: Mapping[str, Json], case: Case
) -> tuple[Result, ...]:
    """The same of other facts, such as those with a hole."""
    variants = replace(pack, rules=tuple(rules))
    terms = given(pack, {case.rule.id: case.params})
    return judge(variants, readings(facts, case.now), case.now, terms, stopwatch=_still)


def readings(facts: Mapping[str, Json], now: datetime) -> dict[str, Reading]:
    """Facts as a machine would have read them at that instant."""
    return {name: Reading(name, Status.OK, form, now, _DAY) for name, form in facts.items()}


def _still() -> int:
    """No test depends on how fast the machine is that runs it: steps alone are counted."""
    return 0
