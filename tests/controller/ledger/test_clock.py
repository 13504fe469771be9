"""What the controller's own clock does is nothing that somebody did to its books."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import pytest

from controller.identity.home import ControllerHome
from controller.ledger.check import check
from controller.ledger.models import Checkpoint
from tests.controller.clinic import MORNING, Clinic, Machine, Server, verdict
from tests.controller.intake.test_commit import at_once

PASSED = verdict("volumes-encrypted", "pass")


class Ticking(Server):
    """A controller whose clock says another time at each look, as clocks do."""

    def __init__(self, home: ControllerHome, clinic: Clinic) -> None:
        self._looks = count()
        self._base = MORNING
        super().__init__(home, clinic)

    @property
    def now(self) -> datetime:
        return self._base + timedelta(milliseconds=7) * next(self._looks)

    @now.setter
    def now(self, at: datetime) -> None:
        self._base = at


@pytest.fixture
def ticking(home: ControllerHome, bright_smiles: Clinic) -> Iterator[Ticking]:
    with Ticking(home, bright_smiles) as server:
        yield server


def reports(machine: Machine) -> None:
    assert machine.sync(machine.seal(machine.full(PASSED)), machine.event())[1].code == "ok"


def checkpoints(server: Server) -> list[int]:
    """The sizes of the clinic's log at which one was signed."""
    return list(Checkpoint.objects.at(server.clinic.place).values_list("size", flat=True))


def test_what_waits_for_its_turn_is_logged_as_it_came(ticking: Ticking) -> None:
    reports(ticking.machine("OP1"))

    assert check(ticking.home, ticking.clinic.org) == []


def test_over_midnight_the_last_checkpoint_of_the_day_is_kept(ticking: Ticking) -> None:
    """A request that came in the last moment of a day is stored in the first of the next."""
    op1 = ticking.machine("OP1")
    for milliseconds in range(30):
        ticking.now = MORNING.replace(hour=23, minute=59, second=59) + timedelta(
            milliseconds=700 + 10 * milliseconds
        )
        reports(op1)

    assert check(ticking.home, ticking.clinic.org) == []


@pytest.mark.threat("wrong-clock")
@pytest.mark.parametrize("by", [timedelta(seconds=1), timedelta(days=1), timedelta(days=365)])
def test_a_controller_whose_clock_was_set_back_has_books_that_hold(
    server: Server, by: timedelta
) -> None:
    op1, op2 = server.machine("OP1"), server.machine("OP2")
    reports(op1)
    server.now -= by
    reports(op2)
    reports(op1)
    server.passes(days=2)
    reports(op2)
    reports(op1)

    assert check(server.home, server.clinic.org) == []


def test_a_transaction_of_two_days_signs_for_each(server: Server) -> None:
    """OP1 was heard tomorrow, by a clock that was set back since; OP2 is heard for the first time.

    Both wait while the writer is busy, and are stored in one transaction.
    """
    op1, op2 = server.machine("OP1"), server.machine("OP2")
    server.passes(days=1)
    reports(op1)
    server.passes(days=-1)
    before = checkpoints(server)

    at_once(server, [each.body(each.seal(each.full(PASSED))) for each in (op1, op2)])

    assert len(checkpoints(server)) == len(before) + 2
    assert check(server.home, server.clinic.org) == []
