"""The packs that we ship are tested whole: every part of every leaf, and every small mistake."""

import pytest

from rules.compiled.rule import Rule
from rules.verdict import Verdict
from rules.workbench import test as runner
from rules.workbench.packs import SHIPPED

PACKS = sorted(file.parent for file in SHIPPED.glob("*/pack.yaml"))


@pytest.fixture(scope="module", params=PACKS, ids=lambda folder: folder.name)
def tested(request: pytest.FixtureRequest) -> runner.Tested:
    return runner.run([request.param], runner.Wanted(mutants=True, coverage=True))


def may_not_apply(rule: Rule) -> bool:
    """Can the rule be not-applicable? By `when`, or where an empty list is all there is to it."""
    if rule.when is not None:
        return True
    return not rule.must and rule.over is not None and rule.over.if_none is Verdict.NOT_APPLICABLE


def test_every_test_holds(tested: runner.Tested) -> None:
    assert [str(problem) for problem in tested.all_problems] == []
    assert tested.is_green


def test_every_rule_is_seen_to_pass_to_fail_and_not_to_know(tested: runner.Tested) -> None:
    ((pack, suite),) = tested.report.suites
    for rule in pack.rules.values():
        seen = {case.expected.verdict for case in suite.of_rule(rule.id)}
        wanted = {Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN}
        wanted |= {Verdict.NOT_APPLICABLE} if may_not_apply(rule) else set()
        assert wanted <= seen, rule.id


def test_every_atom_is_seen_both_true_and_false(tested: runner.Tested) -> None:
    assert {one.rule for one in tested.covered} == set(tested.report.packs[0].rules)
    assert [one.rule for one in tested.covered if one.both < one.atoms] == []
    assert all(one.atoms for one in tested.covered)


def test_every_mutant_is_dead_or_listed_with_a_reason(tested: runner.Tested) -> None:
    assert {one.rule for one in tested.mutated} == set(tested.report.packs[0].rules)
    assert [one.rule for one in tested.mutated if one.survived] == []
    assert sum(one.dead for one in tested.mutated) > sum(one.listed for one in tested.mutated)


def test_losing_a_fact_was_tried_for_every_rule(tested: runner.Tested) -> None:
    assert tested.lost > 3 * tested.run
