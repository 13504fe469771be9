"""What only a person can mend is said by `dentinel status` at once."""

from agent.cli.checks.index import of_this_machine
from agent.cli.health import Health
from agent.outbox import exhibits
from agent.outbox.exhibits import Exhibit
from tests.agent.controller import problem
from tests.agent.outbox.test_witness import lines, signed
from tests.agent.practice import Practice


def faults(practice: Practice) -> str:
    return " / ".join(Health.of(practice.home).faults)


def test_a_controller_that_does_not_know_this_machine_is_an_alarm(practice: Practice) -> None:
    practice.seal(1)
    practice.controller.mangle = lambda *_: problem(401, "bad_signature")
    practice.deliver()

    assert "does not know this machine's keys" in faults(practice)


def test_the_doctor_says_that_only_a_new_identity_helps(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: problem(401, "unknown_key")
    practice.deliver()
    (found,) = [one for one in of_this_machine(practice.home) if one.name == "controller"]

    assert "restored from a copy that is older than its present ones" in found.said
    assert "dentinel enroll JOIN --new-identity" in str(found.advice)


def test_an_alarm_ends_with_the_next_answer(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: problem(401, "bad_signature")
    practice.deliver()
    practice.controller.mangle = lambda _, says: says
    practice.deliver()

    assert "does not know" not in faults(practice)


def test_an_alarm_outlives_the_weather_after_it(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: problem(401, "bad_signature")
    practice.deliver()
    practice.controller.mangle = lambda *_: problem(503, "busy")
    practice.deliver()

    assert "does not know this machine's keys" in faults(practice)


def test_weather_is_no_alarm(practice: Practice) -> None:
    practice.controller.mangle = lambda *_: problem(503, "busy")
    practice.deliver()

    assert "busy" not in faults(practice)


def test_who_was_stopped_says_so(practice: Practice) -> None:
    practice.machine.state = "revoked"
    practice.deliver()

    assert "ended this machine's enrolment" in faults(practice)


def test_a_log_that_contradicts_is_an_alarm_until_it_goes_on(practice: Practice) -> None:
    practice.seal(1)
    held = practice.identity.trust.checkpoint
    pair = Exhibit(turn="log_fork", at=practice.now, old=held, new=signed(lines(5)))
    exhibits.keep(practice.home.exhibits, [pair])
    assert "log_fork" in faults(practice)

    practice.deliver()
    practice.patrol()
    assert "log_fork" not in faults(practice)
