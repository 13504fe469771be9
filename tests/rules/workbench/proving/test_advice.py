"""An administrator has one test of his rule, and follows what he is told until nothing is left."""

import json

import pytest

from rules.workbench.build import build
from rules.workbench.proving.search import examples
from rules.workbench.test import Wanted, run
from rules.workbench.variants.mutants import mutants
from rules.workbench.variants.written import Written

RULES = {
    "the screens of the practice lock": (
        """
        when: host.os == "windows"
        params:
          max_idle: {type: duration, default: 15m, basis: practice_policy}
        every: users
        where:
          - user.interactive
          - user.kind in ["local", "domain"]
        each_must:
          - that: user.lock.after != null and user.lock.after <= params.max_idle
            say: ${user.name} locks after ${user.lock.after}
        if_none: unknown
        """,
        {
            "host": {"os": "windows"},
            "users": [{"kind": "local", "interactive": True, "lock": {"after": "600s"}}],
        },
    ),
    "patches do not wait": (
        """
        must:
          - that: patching.last_scan != null and age(patching.last_scan) < "7d"
            say: nobody looks
        every: patching.pending
        where: patch.security
        each_must:
          - that: patch.severity != "critical" or age(patch.waiting_since) <= "15d"
            say: ${patch.id} waits
        if_none: pass
        """,
        {
            "patching": {
                "last_scan": "2026-11-22T06:00:00Z",
                "pending": [
                    {
                        "severity": "critical",
                        "security": True,
                        "waiting_since": "2026-11-20T10:00:00Z",
                    }
                ],
            }
        },
    ),
    "nobody is an administrator without a password": (
        """
        no: users
        where: user.admin and user.blank_password != false
        say: ${user.name} has no password
        """,
        {"users": [{"admin": True, "blank_password": False}]},
    ),
    "somebody can administer the machine": (
        """
        some: users
        where: user.admin and user.enabled
        at_least: 2
        say: fewer than two administrators
        """,
        {"users": [{"admin": True, "enabled": True}, {"admin": True, "enabled": True}]},
    ),
}


def written(tests):
    lines = [f"  - {json.dumps(test)}\n" for test in tests]
    head = 'dentinel: rule-tests/v1\npack: north-quay\nnow: "2026-11-22T10:00:00Z"\ntests:\n'
    return head + "".join(lines)


def advice(tested):
    """The facts that are shown with survivors, and what the rule says of them."""
    ((checked, suite),) = tested.report.suites
    rule, source = checked.rules["a-rule"], checked.sources[0]
    told = " ".join(note for problem in tested.problems for note in problem.notes)
    alive = [one for one in mutants(rule, Written(source, {})) if f'"{one.at}"' in told]
    found = examples(build(checked)[0], rule, alive, suite.of_rule("a-rule"))
    assert len(found) == len(alive)
    return {json.dumps(one.facts): one for one in found.values()}.values()


@pytest.mark.parametrize("rule", RULES)
def test_the_advice_leads_from_one_test_to_all_that_are_needed(rule, write_pack) -> None:
    body, facts = RULES[rule]
    tests = [{"name": rule, "rule": "a-rule", "facts": facts, "expect": {"verdict": "pass"}}]
    for _ in range(4):
        folder = write_pack(body, rules_test=written(tests))
        tested = run([folder], Wanted(mutants=True))
        if tested.is_green:
            break
        assert {problem.id for problem in tested.all_problems} == {"DL506"}
        tests += [
            {
                "name": f"{one.change} in {one.test}"[:100],
                "rule": "a-rule",
                "facts": one.facts,
                "expect": {"verdict": str(one.verdict)},
            }
            for one in advice(tested)
        ]
    assert tested.is_green
    assert len(tests) < 20
