"""An accepted failure is counted apart, and only where the machine still speaks."""

from datetime import timedelta

import pytest

from controller.findings import accepted
from controller.findings.queries import standings
from tests.controller import waived
from tests.controller.clinic import MORNING, Machine, Server, verdict, volume


@pytest.fixture
def nas(server: Server) -> Machine:
    """A machine that is always on and fails, accepted for a month."""
    machine = server.machine("NAS-1", presence="always_on")
    machine.seal(machine.full(verdict("volumes-encrypted", "fail", volume("/srv", "unprotected"))))
    machine.sync(*machine.sealed)
    waived.waiver(server.clinic, "volumes-encrypted")
    waived.lay(server.home, server.clinic)
    return machine


def test_an_accepted_failure_leaves_the_failing_and_is_not_proven(nas: Machine) -> None:
    (one,) = standings(nas.server.clinic.place, MORNING)

    assert (one.tally.accepted, one.tally.failing, one.tally.percent) == (1, 0, 0)
    assert one.tally.words == "0 of 1 check proven (0 %). 1 accepted until a date."


@pytest.mark.parametrize("days", [-2, 31], ids=["before it begins", "after its end"])
def test_outside_of_its_time_a_waiver_accepts_nothing(nas: Machine, days: int) -> None:
    at = MORNING + timedelta(days=days)
    assert accepted.counted(nas.server.clinic.place, at).count() == 0


def test_of_a_silent_machine_nothing_is_accepted(nas: Machine) -> None:
    place, later = nas.server.clinic.place, MORNING + timedelta(hours=1)

    assert accepted.counted(place, MORNING).count() == 1
    assert accepted.counted(place, later).count() == 0
