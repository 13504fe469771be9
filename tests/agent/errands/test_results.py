"""A fact holds for its time, and no clock that somebody sets makes that longer."""

from datetime import timedelta

import pytest

from agent.errands import results
from agent.errands.results import Results
from agent.host.clocks import Clocks
from agent.paths import Home
from rules.facts.base import Reading, Reason, Status, Why
from rules.facts.form import instant

NOW = instant("2026-11-22T12:00:00Z")
SIX_HOURS = timedelta(hours=6)
READ = Clocks(NOW, "op1-boot", 1000.0)


def machine(status: Status = Status.OK, *reasons: Reason) -> Results:
    reading = Reading("patching", status, {}, NOW, SIX_HOURS, reasons=reasons)
    return Results(readings={"patching": reading}, read={"patching": READ})


def after(wall: timedelta, counted: timedelta | None = None, boot: str = READ.boot) -> Clocks:
    by = wall if counted is None else counted
    return Clocks(NOW + wall, boot, READ.uptime + by.total_seconds())


def test_a_fact_holds_for_its_time() -> None:
    assert machine().fresh(after(SIX_HOURS - timedelta(seconds=1))) == {"patching"}
    assert machine().fresh(after(SIX_HOURS)) == frozenset()


@pytest.mark.parametrize(
    "now",
    [
        after(timedelta(hours=1), counted=SIX_HOURS),
        after(timedelta(hours=-1), counted=timedelta(hours=1)),
        after(SIX_HOURS, counted=timedelta(hours=1)),
        after(timedelta(hours=1), boot="another"),
        after(timedelta(hours=1), counted=timedelta(hours=-1)),
    ],
    ids=["set back", "set back before it", "set forward", "started anew", "a count begun anew"],
)
def test_a_clock_that_was_set_keeps_no_fact_alive(now) -> None:
    assert machine().fresh(now) == frozenset()


@pytest.mark.parametrize("status", [Status.UNKNOWN, Status.ERROR, Status.UNSUPPORTED])
def test_what_was_not_read_does_not_hold(status) -> None:
    assert machine(status).fresh(READ) == frozenset()


def test_what_ran_out_of_time_is_tried_again() -> None:
    denied = Reason(Why.ACCESS_DENIED, "patching.pending")
    late = Reason(Why.TIMEOUT, "patching.pending")
    assert machine(Status.PARTIAL, denied).fresh(READ) == {"patching"}
    assert machine(Status.PARTIAL, denied, late).fresh(READ) == frozenset()


def test_what_no_clock_was_kept_for_does_not_hold() -> None:
    old = Results(readings=machine().readings)
    assert old.fresh(READ) == frozenset()


def test_the_clocks_of_each_fact_are_kept_for_the_next_patrol(tmp_path) -> None:
    home = Home(tmp_path)
    home.create()
    results.save(home, machine())
    assert results.load(home).read == {"patching": READ}
