"""The facts that show a difference are found near those of the tests, and told to the author."""

import pytest

from rules.workbench import tally
from rules.workbench.proving.nearby import one_step, two_steps, written
from rules.workbench.proving.reads import reads
from rules.workbench.test import Wanted, run

RULE = """
    params:
      within: {type: duration, default: 7d, basis: practice_policy}
    must:
      - that: patching.last_scan != null
        say: nobody has looked
    every: patching.pending
    where: patch.security
    each_must:
      - that: age(patch.waiting_since) <= params.within and patch.severity != "critical"
        say: ${patch.id} has waited
    if_none: pass
"""
TESTS = """dentinel: rule-tests/v1
pack: north-quay
now: "2026-11-22T10:00:00Z"
tests:
  - name: a young patch
    rule: a-rule
    facts:
      patching:
        last_scan: "2026-11-22T06:00:00Z"
        pending: [{id: KB1, security: true, severity: high, waiting_since: "2026-11-20T10:00:00Z"}]
    expect: {verdict: pass}
"""


@pytest.fixture
def tested(write_pack):
    def tested(more="", **wanted):
        return run([write_pack(RULE, rules_test=TESTS + more)], Wanted(**wanted))

    return tested


@pytest.fixture
def steps(tested):
    """What is changed, one step from the facts of the test."""
    ((_, suite),) = tested().report.suites
    (case,) = suite.cases
    return [change for change, _ in one_step(case, reads(case.rule))]


@pytest.mark.parametrize(
    "change",
    [
        "patching.last_scan: null",
        "patching.last_scan: {$unknown: timeout}",
        "patching.pending: []",
        "$missing: timeout in patching.pending",
        "patching.pending[0].security: false",
        'patching.pending[0].severity: "critical"',
        'patching.pending[0].waiting_since: "2026-11-15T10:00:00Z"',
        'patching.pending[0].waiting_since: "2026-11-15T09:59:59Z"',
    ],
)
def test_a_step_is_one_value_on_which_the_rule_may_turn(steps, change) -> None:
    assert change in steps


def test_one_step_is_an_item_more(steps) -> None:
    (more,) = [step for step in steps if step.startswith("one more of patching.pending: {")]
    assert {"severity:", "security:", "waiting_since:"} <= set(more.replace("{", " ").split())


def test_no_step_changes_what_no_leaf_reads(steps) -> None:
    assert not any(".id" in change for change in steps)
    assert len(steps) == len(set(steps)) < 40


def test_the_facts_of_the_test_are_left_as_they_are(tested) -> None:
    ((_, suite),) = tested().report.suites
    (case,) = suite.cases
    before = repr(case.facts)
    assert all(facts != case.facts for _, facts in one_step(case, reads(case.rule)))
    assert repr(case.facts) == before


def test_two_steps_change_two_places(tested) -> None:
    ((_, suite),) = tested().report.suites
    (case,) = suite.cases
    both = [change for change, _ in two_steps(case, reads(case.rule))]
    assert "patching.last_scan: null and patching.pending[0].security: false" in both
    assert not any("pending: []" in one and "pending[0]" in one for one in both)


def test_values_are_written_as_in_a_test() -> None:
    assert [written(form) for form in (None, True, 3, "é", [], {"$unknown": "timeout"})] == [
        "null",
        "true",
        "3",
        '"é"',
        "[]",
        "{$unknown: timeout}",
    ]


def test_every_survivor_comes_with_facts_that_would_kill_it(tested) -> None:
    survivors = [one for one in tested(mutants=True).problems if one.id == "DL506"]
    assert len(survivors) > 5
    assert all(any(note.startswith("such as") for note in one.notes) for one in survivors)


def test_a_wrong_entry_of_equivalent_is_doubted_and_not_refused(tested) -> None:
    entry = "equivalent:\n  - at: 'a-rule if_none: pass to not-applicable'\n    why: must passes\n"
    said = " ".join(" ".join(tally.lines(tested(entry, mutants=True))).split())
    assert (
        "listed as equivalent, and yet: a-rule if_none: pass to not-applicable: "
        "it is unknown, not pass, with patching.pending[0].security: {$unknown: timeout} "
        'in "a young patch"'
    ) in said
