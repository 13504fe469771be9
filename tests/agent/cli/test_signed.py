"""`dentinel status` and `dentinel doctor` on the rules of a machine, and their age."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.cli.checks import ruled
from agent.cli.checks.base import Seen
from agent.cli.health import Health
from agent.cli.signed import Signed
from agent.errands import patrol, results
from agent.errors import PacksRefused
from agent.host.local import LocalHost
from agent.packs.record import Record
from rules.compiled import builtin
from tests.agent.packs.conftest import Machine, op1, repository  # noqa: F401 - fixtures
from tests.evidence.clinic import uuid


@pytest.fixture
def judged(op1: Machine, repository, capsys):  # noqa: F811
    """OP1, judged by rules that somebody signed."""
    repository.publish("9.0.0", patrol="7200s")
    op1.update()
    assert patrol.main(op1.home, ["--only=agent"]) == 0
    return op1


def signed(machine, after=timedelta(0)):
    return Signed.of(machine.home, results.load(machine.home).policy, machine.now + after)


def advice_on_rules(home):
    """What the doctor says is to be done about them."""
    seen = Seen(home=home, now=datetime.now(UTC), host=LocalHost())
    return [advice for _, advice in ruled.rules(seen) if advice is not None]


def test_a_machine_without_signed_rules_says_that_they_are_built_in(practice):
    version = builtin.pack().version

    health = Health.of(practice.home)

    assert health.rules.said == f"built in (dental-baseline {version})"
    assert advice_on_rules(practice.home) == []


def test_signed_rules_are_named_with_their_assignment_and_age(judged):
    at = judged.now

    assert signed(judged).said == (
        f"signed (dental-baseline 9.0.0; assignment 1, newest as of {at:%Y-%m-%d %H:%M} UTC): fresh"
    )
    assert signed(judged).fault is None


@pytest.mark.parametrize(("days", "state"), [(3, "stale"), (181, "expired")])
def test_old_rules_are_a_fault_that_says_what_to_do(judged, days, state):
    found = signed(judged, timedelta(days=days))

    assert found.state == state
    assert state in found.fault


def test_refused_rules_are_a_fault(judged, repository):  # noqa: F811
    repository.publish("9.1.0", clinic=uuid("another clinic"))
    with pytest.raises(PacksRefused):
        judged.update()

    assert "refused" in Health.of(judged.home).rules.fault
    assert advice_on_rules(judged.home)


def test_the_period_of_the_assignment_says_when_a_patrol_is_late(judged):
    after = timedelta(hours=3)
    late = [
        fault for fault in Health.of(judged.home, judged.now + after).faults if "patrol" in fault
    ]

    assert late == []
    assert signed(judged).every == timedelta(hours=2)


def test_the_document_names_root_targets_and_ends(judged):
    document = Health.of(judged.home).to_json()["rules"]

    assert (document["state"], document["root"], document["targets"]) == ("fresh", 1, 1)
    assert document["expires_at"] is not None


def test_a_damaged_record_is_told(judged):
    judged.home.in_force.write_bytes(b"{")

    assert any("damaged" in fault for fault in Health.of(judged.home).faults)


def test_a_machine_that_joined_too_early_is_told_to_join_again(practice):
    practice.home.packs_wanted.touch()

    (advice,) = advice_on_rules(practice.home)
    assert "enroll" in advice


def test_the_fact_of_the_agent_says_the_same(judged):
    value = results.load(judged.home).readings["agent"].value

    assert (value["rules_state"], value["pack_version"]) == ("fresh", "9.0.0")


def test_words_come_from_the_rules_in_force(judged):
    record = Record.load(judged.home)
    assert replace(record.rules, serial=1) == record.rules

    assert Health.of(judged.home).because.keys() == {rule.id for rule in builtin.pack().rules}
