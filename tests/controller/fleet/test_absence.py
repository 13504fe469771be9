"""The controller's own outage counts against nobody."""

from datetime import datetime, timedelta

import pytest

from controller.alerts import look
from controller.alerts.models import Alert
from controller.findings import history, hush
from controller.findings.models import ContactGap
from controller.fleet import absence, queries
from controller.fleet.models import Machine as Row
from controller.fleet.silence import COMING_BACK
from controller.ledger.watch import Away
from controller.tenants.models import Clinic, Org
from evidence.bodies import LocalEvent
from tests.controller.clinic import MORNING, Machine, Server, verdict

HOUR = timedelta(hours=1)


@pytest.fixture
def nas(server: Server) -> Machine:
    return reporting(server, "NAS-1")


def reporting(server: Server, name: str) -> Machine:
    machine = server.machine(name, presence="always_on")
    machine.sync(machine.seal(machine.full(verdict("volumes-encrypted"))))
    return machine


def beat(server: Server, **time: float) -> None:
    """The controller goes on for so long; its pulse with it."""
    until = server.now + timedelta(**time)
    while server.now < until:
        absence.pulse(server.now)
        server.passes(seconds=30)


def stop(server: Server, **time: float) -> int:
    """The controller is away for so long; how many were given more time when it was back."""
    server.passes(**time)
    return absence.pulse(server.now)


def silent(server: Server) -> list[str]:
    rows = Row.objects.at(server.clinic.place).filter(queries.silent(server.now))
    return [row.host for row in rows]


def alerts(server: Server) -> list[str]:
    clinic = Clinic.objects.at(server.clinic.place).get()
    look.look(
        server.home, look.Whose(Org.objects.at(server.clinic.place).get(), clinic), server.now
    )
    found = Alert.objects.at(server.clinic.place).filter(clinic=clinic, kind="silence")
    return sorted(found.values_list("name", flat=True))


def gaps(server: Server) -> list[tuple[datetime, datetime]]:
    found = ContactGap.objects.at(server.clinic.place).order_by("from_at")
    return list(found.values_list("from_at", "to_at"))


def test_after_an_outage_nobody_is_silent_before_he_had_time_to_come_back(
    server: Server, nas: Machine
) -> None:
    beat(server, minutes=5)

    assert stop(server, days=3) == 1
    assert silent(server) == []
    assert alerts(server) == []
    server.now += COMING_BACK + timedelta(seconds=1)
    assert silent(server) == ["NAS-1"]


def test_who_comes_back_in_time_has_no_gap(server: Server, nas: Machine) -> None:
    beat(server, minutes=5)
    stop(server, days=3)
    beat(server, hours=1)
    nas.sync()

    assert gaps(server) == []


def test_who_was_silent_before_stays_so_and_the_outage_is_not_in_his_gap(
    server: Server, nas: Machine
) -> None:
    due = MORNING + timedelta(minutes=20)
    beat(server, hours=1)
    gone = server.now - timedelta(seconds=30)
    stop(server, days=3)
    back = server.now
    assert silent(server) == ["NAS-1"]
    beat(server, minutes=10)
    nas.sync()

    assert gaps(server) == [(due, gone), (back, server.now)]


def test_a_machine_that_was_heard_since_the_last_pulse_shows_that_somebody_listened(
    server: Server, nas: Machine
) -> None:
    absence.pulse(server.now)
    server.passes(minutes=2)
    nas.sync()
    heard = server.now
    stop(server, hours=2)

    (outage,) = absence.outages(server.clinic.place, MORNING, server.now)
    assert outage == Away(heard, server.now)


def test_the_first_start_and_a_short_restart_are_no_outage(server: Server, nas: Machine) -> None:
    assert stop(server, days=3) == 0
    beat(server, minutes=2)
    assert stop(server, minutes=2) == 0
    assert absence.outages(server.clinic.place, MORNING, server.now) == ()


def test_half_a_clinic_that_went_at_once_is_one_alert_beside_one_that_was_gone_before(
    server: Server, nas: Machine
) -> None:
    server.passes(hours=1)
    for number in range(3):
        reporting(server, f"OP{number}")
    server.passes(hours=1)

    alerts(server)
    server.passes(minutes=11)
    assert alerts(server) == ["clinic-unreachable", "machine-silent"]


def test_as_we_knew_it_while_nobody_listened_nothing_is_proven(
    server: Server, nas: Machine
) -> None:
    beat(server, minutes=5)
    stop(server, days=3)
    machines = list(Row.objects.at(server.clinic.place))

    knew, was = (
        history.then(server.clinic.place, machines, MORNING + 24 * HOUR, times)[0]
        for times in ("known", "observed")
    )

    assert (knew.doubt, knew.tally.proven, knew.tally.stale) == ("away", 0, 1)
    assert (was.doubt, was.tally.proven) == ("", 1)


@pytest.mark.parametrize(
    ("event", "boot", "why"),
    [
        ("agent_stopped", "c" * 16, "stopped"),
        ("agent_crashed", "b" * 16, "crashed"),
        ("agent_started", "c" * 16, "restarted"),
        ("agent_started", "b" * 16, "unheard"),
    ],
)
def test_a_machine_that_is_back_says_why_it_was_silent(
    server: Server, nas: Machine, event: str, boot: str, why: str
) -> None:
    server.passes(hours=3)
    nas.boot = boot
    said = LocalEvent(event=event, code=None, ref=None, n=1)  # type: ignore[arg-type]
    nas.sync(nas.seal(said))

    assert ContactGap.objects.at(server.clinic.place).get().reason == why
    machines = list(Row.objects.at(server.clinic.place))
    (then,) = history.then(server.clinic.place, machines, MORNING + HOUR, "known")
    assert (then.doubt, then.why) == ("silent", why)


def hushed(server: Server) -> hush.Hush:
    place = server.clinic.place
    return hush.why(place, Row.objects.at(place).select_related("visitor").get(), server.now)


def test_new_rules_as_a_machines_last_word_are_told(server: Server, nas: Machine) -> None:
    assert not hushed(server).after_pack
    server.passes(hours=1)
    said = LocalEvent(event="pack_installed", code=None, ref=None, n=1)
    nas.sync(nas.seal(said))
    server.passes(hours=1)

    assert hushed(server).after_pack


def test_an_outage_since_it_was_heard_is_told(server: Server, nas: Machine) -> None:
    absence.pulse(server.now)
    stop(server, days=1)

    assert hushed(server).outages == (Away(MORNING, server.now),)
