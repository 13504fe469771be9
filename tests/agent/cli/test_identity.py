"""`seal`, `rotate-keys`, and what `status` and `doctor` say of an identity that is not well."""

import json

import pytest
from typer.testing import CliRunner

from agent.cli.program import program
from agent.errands import patrol
from agent.guard import state
from agent.identity import copy
from agent.identity.binding import Binding
from evidence.bodies import KeyRotate
from tests.agent.practice import Practice

ELSEWHERE = Binding("board-2", "install-2", "disk-2")


def dentinel(practice: Practice, *words: str, stdin: str | None = None):
    return CliRunner().invoke(
        program(), ["--home", str(practice.home.root), *words], input=stdin, env={"COLUMNS": "200"}
    )


@pytest.fixture
def sent(practice: Practice) -> Practice:
    """OP1, whose reports have all arrived."""
    practice.seal(1)
    practice.deliver()
    return practice


def test_seal_removes_the_identity_and_says_what_is_left(sent: Practice) -> None:
    sent.home.settings.write_text("")
    done = dentinel(sent, "seal", "--yes")

    assert done.exit_code == 0, done.output
    assert str(sent.home.settings) in done.output
    assert "dentinel enroll JOIN" in done.output
    assert not sent.home.identity.exists()


def test_seal_does_nothing_while_reports_wait(practice: Practice) -> None:
    practice.seal(2)
    done = dentinel(practice, "seal", "--yes")

    assert done.exit_code == 2
    assert "2 sealed reports wait to be sent" in done.output
    assert practice.identity.report_key()
    assert dentinel(practice, "seal", "--yes", "--discard-unsent").exit_code == 0


def test_seal_does_nothing_while_the_guard_runs(sent: Practice) -> None:
    sent.home.create()
    with state.lock(sent.home):
        done = dentinel(sent, "seal", "--yes")

    assert done.exit_code == 2
    assert "stop it first" in done.output
    assert sent.identity.report_key()


def test_seal_asks_and_takes_silence_for_a_no(sent: Practice) -> None:
    done = dentinel(sent, "seal", stdin="")

    assert done.exit_code == 2
    assert "dentinel seal --yes" in done.output
    assert sent.identity.report_key()


def test_rotate_keys_is_done_by_the_next_patrol(sent: Practice) -> None:
    before = sent.identity.report_key()
    done = dentinel(sent, "rotate-keys")
    patrol.main(sent.home, ["--only=host"])
    sent.deliver()

    assert done.exit_code == 0, done.output
    assert sent.identity.report_key() != before
    said = [r.body for r in sent.machine.reports if isinstance(r.body, KeyRotate)]
    assert [body.purpose for body in said] == ["report", "courier"]


def test_rotate_keys_of_a_machine_that_never_joined_is_refused(strangers: Practice) -> None:
    done = dentinel(strangers, "rotate-keys")

    assert done.exit_code == 2
    assert "has not joined" in done.output


@pytest.fixture
def copied(sent: Practice) -> Practice:
    """A copy of OP1 that has noticed it."""
    copy.check(sent.home, sent.identity.anchor, ELSEWHERE)
    return sent


def test_a_copy_is_told_by_status_and_doctor_with_what_to_do(copied: Practice) -> None:
    status, doctor = dentinel(copied, "status"), dentinel(copied, "doctor")

    assert "clone_reset: this computer is a copy" in status.output
    assert status.exit_code == 4
    assert "dentinel enroll JOIN" in doctor.output


def test_a_copy_judges_on_and_goes_to_no_controller(copied: Practice) -> None:
    heard = len(copied.door.heard)

    assert patrol.main(copied.home, ["--only=host"]) == 0
    assert "clone_reset" in dentinel(copied, "status").output
    assert len(copied.door.heard) == heard


@pytest.mark.parametrize("name", ["report_key", "courier_key"])
def test_a_lost_key_is_told_and_the_machine_is_judged_on(sent: Practice, name: str) -> None:
    getattr(sent.home, name).write_bytes(b"rubbish")

    assert patrol.main(sent.home, ["--only=host"]) == 0
    said = json.loads(dentinel(sent, "status", "--format", "json").stdout)
    assert any(fault.startswith("identity_lost: ") for fault in said["faults"])
    assert getattr(sent.home, name).read_bytes() == b"rubbish"


def test_a_machine_that_is_not_approved_says_so_before_it_was_ever_heard(
    strangers: Practice,
) -> None:
    real = strangers.controller._admitted

    def pending(enroll, request):
        from dataclasses import replace

        from evidence import messages
        from evidence.messages import Enrolled

        answer = real(enroll, request)
        said = replace(Enrolled.from_bytes(answer.payload), state="pending")
        return messages.seal(said, strangers.controller.receipt)

    strangers.controller._admitted = pending
    strangers.join()

    assert "somebody must approve this machine" in dentinel(strangers, "status").output
