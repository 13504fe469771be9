"""What no kill ends is left alone, and no second one is started beside it."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.host import patience
from agent.host.base import HostError
from agent.host.local import LocalHost
from agent.host.programs import Command, Program
from agent.host.running import run_command
from agent.host.survivors import Survived, Survivors
from rules.facts.base import Why

SCRIPT = re.compile(r"(?s).*")


def deaf(_group: int, _signal: int) -> None:
    """As a process that sleeps in a dead disk hears it."""


def survivor() -> Survived:
    command = Command({}, (("-c", SCRIPT),), deadline=0.05)
    with pytest.raises(Survived) as error:
        run_command("/bin/sh", ("-c", "exec sleep 60"), command, deaf)
    return error.value


@pytest.fixture
def hung() -> Iterator[Survived]:
    found = survivor()
    yield found
    os.kill(found.pid, signal.SIGKILL)
    os.waitpid(found.pid, 0)


def bury(found: Survived) -> None:
    os.kill(found.pid, signal.SIGKILL)
    os.waitpid(found.pid, 0)


def test_who_survives_his_kill_is_a_timeout_and_nobody_waits_for_him(hung) -> None:
    assert hung.why is Why.TIMEOUT
    assert Path(f"/proc/{hung.pid}").exists()


def test_a_survivor_lives_until_it_has_died(tmp_path) -> None:
    found, known = survivor(), Survivors(tmp_path / "survivors.json")
    known.add("zfs get", found.pid)
    assert known.lives("zfs get")
    assert not known.lives("zpool list")
    bury(found)
    assert not known.lives("zfs get")


def test_the_next_patrol_knows_it_too(hung, tmp_path) -> None:
    Survivors(tmp_path / "survivors.json").add("zfs get", hung.pid)
    assert Survivors(tmp_path / "survivors.json").lives("zfs get")


def test_another_process_that_was_given_its_number_is_not_the_survivor(hung, tmp_path) -> None:
    path = tmp_path / "survivors.json"
    Survivors(path).add("zfs get", hung.pid)
    path.write_text(json.dumps({"zfs get": [hung.pid, time.time() - 3600]}))
    assert not Survivors(path).lives("zfs get")


@pytest.mark.parametrize("content", [b"", b"[]", b'{"zfs get": 7}', b"\xff", b'{"zfs get": []}'])
def test_a_file_that_cannot_be_understood_holds_up_nothing(content, tmp_path) -> None:
    path = tmp_path / "survivors.json"
    path.write_bytes(content)
    assert not Survivors(path).lives("zfs get")


def test_where_nothing_can_be_written_this_process_knows_it_still(hung, tmp_path) -> None:
    known = Survivors(tmp_path / "gone" / "survivors.json")
    known.add("zfs get", hung.pid)
    assert known.lives("zfs get")


def test_those_that_died_meanwhile_are_forgotten(hung, tmp_path) -> None:
    path, dead = tmp_path / "survivors.json", survivor()
    known = Survivors(path)
    known.add("zpool list", dead.pid)
    bury(dead)
    known.add("zfs get", hung.pid)
    assert set(json.loads(path.read_text(encoding="utf-8"))) == {"zfs get"}


@pytest.mark.live
def test_a_program_is_not_started_beside_its_survivor(hung, tmp_path) -> None:
    known = Survivors(tmp_path / "survivors.json")
    known.add("apt-config dump", hung.pid)
    with pytest.raises(HostError) as error:
        LocalHost(known).run(Program.APT_CONFIG, "dump")
    assert error.value.why is Why.TIMEOUT
    assert LocalHost(Survivors()).run(Program.APT_CONFIG, "dump").rc == 0


@pytest.mark.live
def test_nothing_is_started_for_whom_no_time_is_left() -> None:
    with patience.within(0), pytest.raises(HostError) as error:
        LocalHost().run(Program.APT_CONFIG, "dump")
    assert error.value.why is Why.TIMEOUT
    assert LocalHost().run(Program.APT_CONFIG, "dump").rc == 0


def test_a_program_has_no_longer_than_who_asks_waits() -> None:
    command = Command({}, (("wua",),), deadline=5.0, deadlines={"wua": 120.0})
    assert command.within(10.0, ("wua",)).seconds(("wua",)) == 10.0
    assert command.within(600.0, ("wua",)).seconds(("wua",)) == 120.0
