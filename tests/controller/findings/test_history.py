"""On 3 March, was OP1 encrypted, and who knew? Silence and missing reports prove nothing."""

from datetime import timedelta

import pytest

from controller.findings import history
from controller.fleet.models import Machine as Row
from tests.controller.clinic import MORNING, Machine, Server, verdict
from tests.controller.tables import rows


@pytest.fixture
def nas(server: Server) -> Machine:
    """A machine that is always on and has said that its disk is encrypted."""
    machine = server.machine("NAS-1", presence="always_on")
    machine.seal(machine.full(verdict("volumes-encrypted")))
    machine.sync(*machine.sealed)
    return machine


def doubt(nas: Machine, minutes: int) -> str:
    place, at = nas.server.clinic.place, MORNING + timedelta(minutes=minutes)
    (then,) = history.then(place, list(history.present(place, at)), at, "known")
    return then.doubt


def test_a_machine_is_stale_while_it_is_overdue_and_no_longer(nas: Machine) -> None:
    nas.server.passes(minutes=60)
    nas.sync()

    assert [doubt(nas, minutes) for minutes in (20, 21, 59, 60)] == ["", "silent", "silent", ""]


def test_a_silence_that_lasts_is_seen_without_a_row(nas: Machine) -> None:
    assert rows(nas.server.home, "SELECT count(*) FROM contact_gap") == [(0,)]
    assert doubt(nas, 500) == "silent"


@pytest.mark.parametrize(("boot", "reason"), [("b" * 16, "unheard"), ("c" * 16, "restarted")])
def test_the_first_contact_says_whether_it_had_been_off(
    nas: Machine, boot: str, reason: str
) -> None:
    nas.server.passes(minutes=60)
    nas.boot = boot
    nas.sync()

    assert rows(nas.server.home, "SELECT presence, reason FROM contact_gap") == [
        ("always_on", reason)
    ]


def test_contact_in_time_leaves_no_gap(nas: Machine) -> None:
    nas.server.passes(minutes=20)
    nas.sync()

    assert rows(nas.server.home, "SELECT count(*) FROM contact_gap") == [(0,)]


def test_a_machine_is_not_there_before_it_joined_nor_after_its_end(nas: Machine) -> None:
    place = nas.server.clinic.place
    ended = MORNING + timedelta(days=1)
    Row.objects.at(place).update(ended_at=ended, state="retired")

    there = [
        history.present(place, at).count()
        for at in (MORNING - timedelta(seconds=1), MORNING, ended, ended - timedelta(seconds=1))
    ]

    assert there == [0, 1, 0, 1]


def test_nothing_is_proven_of_a_time_whose_reports_are_missing(nas: Machine) -> None:
    nas.server.passes(minutes=15)
    nas.gap()
    nas.sync(nas.sealed[-1])
    place, at = nas.server.clinic.place, MORNING + timedelta(minutes=5)

    was, knew = (
        history.then(place, list(history.present(place, at)), at, times)[0]
        for times in ("observed", "known")
    )

    assert (was.doubt, was.tally.proven, was.tally.stale) == ("missing", 0, 1)
    assert (knew.doubt, knew.tally.proven) == ("", 1)
