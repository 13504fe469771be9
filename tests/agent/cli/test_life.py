"""`run`, `status` and `doctor`: a person and a monitor learn how the agent is."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from agent.cli.context import Chosen
from agent.cli.health import Exit, Health
from agent.cli.program import program
from agent.errands import patrol, results
from agent.facts.host import hardware
from agent.guard import state
from agent.host.local import LocalHost
from rules.compiled import builtin
from rules.verdict import Verdict


def dentinel(home, *words):
    return CliRunner().invoke(program(), ["--home", str(home.root), *words])


def judged(home, **verdicts):
    """As if a patrol had just found these verdicts."""
    patrol.main(home, ["--only=host"])
    found = results.load(home)
    names = list(found.verdicts)
    said = {name: {**found.verdicts[name], "verdict": "pass", "items": []} for name in names}
    for name, verdict in verdicts.items():
        said[name.replace("_", "-")] |= {"verdict": verdict}
    results.save(home, replace(found, verdicts=said))


@pytest.fixture
def guarded(practice):
    """OP1, which has joined, with a guard."""
    practice.home.create()
    with state.lock(practice.home):
        yield practice.home


def test_a_machine_that_is_well_and_proven_exits_0(guarded):
    judged(guarded)

    done = dentinel(guarded, "status")

    assert done.exit_code == Exit.PROVEN
    assert "!" not in done.output


def test_a_failed_rule_exits_1_and_is_told(guarded):
    judged(guarded, volumes_encrypted="fail", patches_current="unknown")

    done = dentinel(guarded, "status")

    assert done.exit_code == Exit.FAILED
    assert "volumes-encrypted" in done.output


def test_what_a_sweep_waits_for_is_told(guarded):
    root = {"watched": True, "stream_since": 1.0, "oldest_pending": None, "dirty": True}
    said = dict.fromkeys(state.State.__required_keys__, 0) | {
        "roots": {"sidexis": root | {"sweep_waits": "battery"}, "old": root}
    }
    guarded.guard.write_text(json.dumps(said))

    assert "sidexis: watched; its sweep waits until the machine is plugged in" in (
        dentinel(guarded, "status").output
    )
    told = json.loads(dentinel(guarded, "status", "--format", "json").output)["roots"]
    assert {label: one["sweep_waits"] for label, one in told.items()} == {
        "sidexis": "battery",
        "old": None,
    }


@pytest.mark.parametrize("verdict", ["unknown", "error"])
def test_what_is_not_known_exits_3(guarded, verdict):
    judged(guarded, patches_current=verdict)

    assert dentinel(guarded, "status").exit_code == Exit.UNPROVEN


def test_a_guard_that_does_not_run_exits_4_whatever_the_rules_say(practice):
    judged(practice.home)

    done = dentinel(practice.home, "status")

    assert done.exit_code == Exit.UNWELL
    assert "the guard does not run" in done.output


def test_old_results_exit_4(guarded):
    judged(guarded)
    found = results.load(guarded)
    older = replace(found.clocks, at=datetime.now(UTC) - timedelta(hours=3))
    results.save(guarded, replace(found, clocks=older))

    done = dentinel(guarded, "status")

    assert done.exit_code == Exit.UNWELL
    assert "the last patrol ended 3 h ago" in done.output


def test_lost_keys_exit_4(guarded):
    judged(guarded)
    guarded.trust.write_text("{")

    assert dentinel(guarded, "status").exit_code == Exit.UNWELL


def test_a_machine_that_never_joined_exits_4_and_is_told_how(tmp_path):
    home = Chosen(str(tmp_path)).home()
    home.create()
    with state.lock(home):
        judged(home)
        done = dentinel(home, "status")

    assert done.exit_code == Exit.UNWELL
    assert "dentinel enroll JOIN" in done.output


def test_the_line_is_one_line_with_numbers(guarded):
    judged(guarded, volumes_encrypted="fail")

    done = dentinel(guarded, "status", "--format", "line")

    assert done.output.count("\n") == 1
    others = len(builtin.pack().rules) - 1
    assert done.output.startswith(f"dentinel failed: {others} pass, 1 fail | ")
    assert f"pass={others} fail=1 error=0 unknown=0 not-applicable=0 waiting=2" in done.output


def test_the_document_says_the_same(guarded):
    judged(guarded, volumes_encrypted="fail")

    said = json.loads(dentinel(guarded, "status", "--format", "json").output)

    assert (said["status"], said["exit"], said["faults"]) == ("failed", 1, [])
    assert said["verdicts"]["volumes-encrypted"] == "fail"
    assert said["running"] is True


def test_health_is_the_worst_that_holds(guarded):
    judged(guarded, volumes_encrypted="fail", patches_current="unknown")
    health = Health.of(guarded)

    assert health.counts()[Verdict.FAIL] == 1
    assert health.exit() is Exit.FAILED
    assert replace(health, faults=("it is unwell",)).exit() is Exit.UNWELL


def test_the_doctor_finds_nothing_on_a_machine_that_is_well(guarded, practice, tmp_path):
    hardware.read(LocalHost()).save(guarded.binding)
    images = tmp_path / "PDATA"
    images.mkdir()
    guarded.settings.write_text(
        f'[[imaging.root]]\nlabel = "sidexis"\npath = "{images}"\nrole = "store"\n'
    )
    judged(guarded)
    practice.deliver()
    done = dentinel(guarded, "doctor", "--format", "json")

    said = json.loads(done.output)["checks"]
    assert [check for check in said if check["advice"] is not None] == []
    assert done.exit_code == 0
    assert len(said) >= 20


def test_the_doctor_says_of_each_fault_what_to_do(tmp_path):
    home = Chosen(str(tmp_path / "op1")).home()
    home.create()
    home.settings.write_text(
        '[[imaging.root]]\nlabel = "sidexis"\npath = "/nowhere/PDATA"\nrole = "store"\n'
    )
    done = dentinel(home, "doctor")

    assert done.exit_code == 1
    faults = [line for line in done.output.splitlines() if line.startswith("FAULT")]
    assert len(faults) == done.output.count("= do:") >= 4
    assert "sidexis is not there" in done.output
    assert "/nowhere/PDATA" not in done.output, "an RMM takes it along"


def test_the_doctor_tells_of_a_home_that_is_a_file(tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert "file is a file" in dentinel(Chosen(str(tmp_path / "file")).home(), "doctor").output


def test_the_doctor_names_a_key_that_others_can_read(guarded):
    guarded.report_key.chmod(0o644)

    assert f"chmod 600 {guarded.report_key}" in dentinel(guarded, "doctor").output


def test_the_doctor_tells_of_settings_that_cannot_be_used(guarded):
    guarded.settings.write_text("role = 'dentist'")

    assert "write one of workstation" in dentinel(guarded, "doctor").output


def test_a_second_run_on_one_home_is_refused(guarded):
    done = dentinel(guarded, "run")

    assert done.exit_code == 2
    assert "a guard keeps" in done.output
