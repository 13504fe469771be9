"""The agent's own health is a rule like any other: who is not heard for a week says so himself."""

from datetime import UTC, datetime, timedelta

from agent.errands import patrol, results
from agent.outbox.store import Outbox
from evidence import report
from evidence.bodies import Delta, Full
from rules.verdict import Verdict

RULE = "agent-reports"


def walk(practice, capsys):
    """One patrol; what it found of the rule."""
    assert patrol.main(practice.home, ()) == 0
    capsys.readouterr()
    return results.load(practice.home).verdicts[RULE]


def sealed(practice):
    """What the reports have said of the rule, the oldest first."""
    keys = practice.identity.report_keys()
    with Outbox(practice.home.outbox, read_only=True) as outbox:
        bodies = [report.unseal(one.envelope, keys).body for one in outbox.kept()]
    return [
        one.verdict
        for body in bodies
        if isinstance(body, Full | Delta)
        for one in body.verdicts
        if one.rule == RULE
    ]


def heard(practice, ago):
    """The courier reaches the controller, that long ago."""
    practice.now = datetime.now(UTC) - ago
    practice.controller.now = lambda: practice.now
    practice.deliver()


def test_who_has_not_reached_his_controller_for_a_week_says_so_until_he_does(practice, capsys):
    heard(practice, timedelta(days=8))
    found = walk(practice, capsys)

    assert found["verdict"] == "fail"
    assert [item["clause"] for item in found["items"]] == [1]
    heard(practice, timedelta())
    assert walk(practice, capsys)["verdict"] == "pass"
    assert sealed(practice) == [Verdict.FAIL, Verdict.PASS]


def test_a_weekend_without_the_controller_is_no_fault(practice, capsys):
    heard(practice, timedelta(days=3))

    assert walk(practice, capsys)["verdict"] == "pass"
