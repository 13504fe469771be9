"""A guard that does not run, is stopped, or dies again and again."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.cli.checks import guarded
from agent.errands import results
from agent.errands.results import Results
from agent.guard import state
from agent.host.clocks import Clocks
from evidence.bodies import LocalEvent
from rules.facts.base import Reading, Reason, Status, Why


def test_no_guard_runs(fault) -> None:
    assert fault(guarded.guard).said == "no guard runs"
    assert str(fault(guarded.guard).advice).endswith(" run")


@pytest.fixture
def guard(seen):
    """A real guard in a process of its own."""
    words = [sys.executable, "-m", "agent", "--home", str(seen.home.root), "run", "--no-network"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 20
    while state.read(seen.home) is None and time.monotonic() < until:
        time.sleep(0.05)
    yield process
    process.send_signal(signal.SIGCONT)
    process.kill()
    process.wait()


def test_a_guard_that_was_stopped_is_known_by_its_silence(guard, seen, fault, is_well) -> None:
    assert is_well(guarded.guard)
    guard.send_signal(signal.SIGSTOP)
    time.sleep(0.1)
    said = json.loads(seen.home.guard.read_bytes())
    seen.home.guard.write_text(json.dumps(said | {"updated_at": time.time() - 3 * 3600}))

    assert "has said nothing for 180 minutes" in fault(guarded.guard).said
    assert "restart" in str(fault(guarded.guard).advice)


def test_a_guard_in_a_container_may_be_shown_the_start_of_its_host(guard, seen, is_well) -> None:
    said = json.loads(seen.home.guard.read_bytes())
    seen.home.guard.write_text(json.dumps(said | {"boot": "f" * 16}))

    assert is_well(guarded.guard)


def test_two_machines_with_one_home(seen, fault) -> None:
    said = dict.fromkeys(state.State.__required_keys__, 0)
    said |= {"boot": "f" * 16, "updated_at": time.time()}
    seen.home.guard.write_text(json.dumps(said))
    with state.lock(seen.home):
        assert "another machine" in fault(guarded.guard).said


def test_a_guard_that_dies_again_and_again(practice, fault, is_well) -> None:
    practice.seal(1)
    assert is_well(guarded.crashes)
    with practice.sealer() as sealer:
        for _ in range(3):
            sealer.seal(LocalEvent(event="agent_crashed", code=None, ref=None, n=1))

    assert "the guard died 3 times" in fault(guarded.crashes).said
    assert is_well(guarded.crashes, now=practice.now + timedelta(days=2))


def test_no_patrol_has_ended(fault) -> None:
    assert fault(guarded.patrols).said == "no patrol has ended"


def test_a_patrol_that_is_long_over(seen, fault, is_well) -> None:
    results.save(seen.home, Results(clocks=Clocks(seen.now - timedelta(hours=1), "b", 1.0)))
    assert is_well(guarded.patrols)

    later = seen.now + timedelta(hours=5)
    assert "the last patrol ended" in fault(guarded.patrols, now=later).said


@pytest.fixture
def reading():
    def of(why: Why | None) -> Reading:
        reasons = () if why is None else (Reason(why, ""),)
        status = Status.OK if why is None else Status.UNKNOWN
        return Reading("any", status, None, datetime.now(UTC), timedelta(hours=1), 1, reasons)

    return of


@pytest.mark.skipif(os.name != "posix", reason="rights of root")
def test_facts_that_want_rights_are_counted(seen, reading, fault, is_well) -> None:
    found = replace(Results(), readings={"users": reading(None)})
    results.save(seen.home, found)
    assert is_well(guarded.elevated)
    denied = {"volumes": reading(Why.NOT_ELEVATED), "users": reading(None)}
    results.save(seen.home, replace(found, readings=denied))

    assert fault(guarded.elevated).said.endswith("for want of rights (not_elevated): volumes")


def test_a_mac_that_guards_its_files_asks_for_full_disk_access(seen, reading, fault) -> None:
    results.save(seen.home, replace(Results(), readings={"users": reading(Why.TCC_DENIED)}))

    assert "Full Disk Access" in str(fault(guarded.elevated).advice)
