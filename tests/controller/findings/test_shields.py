"""Only what fails is ever shielded, from when to when waivers say, and by no job."""

from datetime import timedelta

import pytest

from controller.findings.models import Shield
from controller.findings.rebuild import check
from controller.ledger.sql import moment
from evidence.bodies import ItemVerdict
from rules.verdict import Verdict
from tests.controller.clinic import MORNING, Machine, Server, verdict, volume
from tests.controller.waived import lay, stretches, waiver

DISKS, USB = "volumes-encrypted", "usb-storage-blocked"
DAY = timedelta(days=1)


@pytest.fixture
def op1(server: Server) -> Machine:
    """OP1, on which the disks fail and USB storage passes."""
    machine = server.machine("OP1")
    machine.seal(machine.full(verdict(DISKS, "fail", volume("/srv", "unprotected")), verdict(USB)))
    machine.sync(*machine.sealed)
    return machine


def say(machine: Machine, *verdicts) -> None:
    machine.sync(machine.seal(machine.full(*verdicts)))


def whole(server: Server) -> list[tuple[str, str]]:
    """From when to when, for each stretch."""
    assert check(server.home, server.clinic.org) == ()
    return [(since, until) for _, _, since, until in stretches(server.home)]


def test_an_approved_waiver_shields_the_failure(server: Server, op1: Machine) -> None:
    granted = waiver(server.clinic, DISKS)

    lay(server.home, server.clinic)

    assert whole(server) == [(moment(granted.since_at), moment(granted.until_at))]


@pytest.mark.parametrize("state", ["requested", "refused", "revoked"])
def test_nothing_else_does(server: Server, op1: Machine, state: str) -> None:
    waiver(server.clinic, DISKS, state=state)

    lay(server.home, server.clinic)

    assert whole(server) == []


@pytest.mark.parametrize("said", ["pass", "unknown", "error", "not-applicable"])
def test_what_does_not_fail_has_no_shield(server: Server, op1: Machine, said: str) -> None:
    waiver(server.clinic, DISKS)
    lay(server.home, server.clinic)
    say(op1, verdict(DISKS, said), verdict(USB))

    assert whole(server) == []


def test_a_failure_that_comes_while_a_waiver_holds_is_shielded_at_once(
    server: Server, op1: Machine
) -> None:
    waiver(server.clinic, USB)

    say(op1, verdict(DISKS), verdict(USB, "fail"))

    assert len(whole(server)) == 1


def test_a_renewal_takes_over_where_the_first_ends(server: Server, op1: Machine) -> None:
    first = waiver(server.clinic, DISKS, until_at=MORNING + 5 * DAY)
    second = waiver(server.clinic, DISKS, since_at=MORNING + 5 * DAY, until_at=MORNING + 60 * DAY)
    lay(server.home, server.clinic)

    assert whole(server) == [
        (moment(first.since_at), moment(first.until_at)),
        (moment(second.since_at), moment(second.until_at)),
    ]


def test_between_two_waivers_the_failure_stands_open(server: Server, op1: Machine) -> None:
    waiver(server.clinic, DISKS, until_at=MORNING + 5 * DAY)
    waiver(server.clinic, DISKS, since_at=MORNING + 6 * DAY, until_at=MORNING + 9 * DAY)
    lay(server.home, server.clinic)

    at = MORNING + 5 * DAY + timedelta(hours=1)
    held = Shield.objects.at(server.clinic.place).filter(since_at__lte=at, until_at__gt=at)
    assert whole(server)
    assert not held.exists()


def test_a_waiver_of_another_machine_role_or_rule_says_nothing(
    server: Server, op1: Machine
) -> None:
    op2 = server.machine("OP2")
    waiver(server.clinic, DISKS, machine_id=op2.agent)
    waiver(server.clinic, DISKS, role="server")
    waiver(server.clinic, USB)
    waiver(server.clinic, DISKS, pack="another-pack")

    lay(server.home, server.clinic)

    assert whole(server) == []


def test_a_machine_set_up_anew_keeps_what_it_had(server: Server, op1: Machine) -> None:
    from controller.fleet.models import Machine as Row

    op2 = server.machine("OP1")
    say(op2, verdict(DISKS, "fail", volume("/srv", "unprotected")))
    Row.objects.at(server.clinic.place).filter(pk=op2.agent).update(replaces=op1.agent)
    waiver(server.clinic, DISKS, machine_id=op1.agent)
    lay(server.home, server.clinic)

    assert len(whole(server)) == 2


def test_by_item_nothing_is_accepted_whose_facts_are_not_known(
    server: Server, op1: Machine
) -> None:
    waiver(server.clinic, DISKS, items=["true"], leaves=[["value", [0, 1, 1, 1], {"bool": True}]])

    lay(server.home, server.clinic)

    assert whole(server) == []


def test_of_items_that_nobody_named_nothing_is_accepted(server: Server, op1: Machine) -> None:
    nameless = ItemVerdict(item=None, clause=0, verdict=Verdict.FAIL, why=None, seen={})
    waiver(server.clinic, DISKS, items=["true"], leaves=[["value", [0, 1, 1, 1], {"bool": True}]])

    say(op1, verdict(DISKS, "fail", nameless))

    assert whole(server) == []
