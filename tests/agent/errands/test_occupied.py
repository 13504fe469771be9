"""What the machine is at: read from files as Linux writes them, and from this machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.errands import occupied
from agent.errands.occupied import Occupied, Running, System
from agent.imaging import products


def supply(folder: Path, name: str, **files: str) -> None:
    (folder / name).mkdir()
    for key, value in files.items():
        (folder / name / key).write_text(value + "\n")


def test_a_laptop_that_was_unplugged_is_on_battery(tmp_path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert occupied.on_battery(tmp_path)


def test_a_laptop_that_is_plugged_in_is_not(tmp_path) -> None:
    supply(tmp_path, "AC", type="Mains", online="1")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert not occupied.on_battery(tmp_path)


def test_the_battery_of_a_mouse_feeds_no_machine(tmp_path) -> None:
    supply(tmp_path, "hid-1", type="Battery", status="Discharging", scope="Device")
    assert not occupied.on_battery(tmp_path)


def test_where_nothing_is_told_nothing_is_in_the_way(tmp_path) -> None:
    assert not occupied.on_battery(tmp_path / "nowhere")
    assert occupied.cpu(tmp_path / "nowhere") == (0.0, 0.0)


def test_work_at_low_priority_is_nobody_elses(tmp_path) -> None:
    stat = tmp_path / "stat"
    stat.write_text("cpu  10 500 20 400 50 1 2 3 0 0\ncpu0 1 1 1 1\n")
    assert occupied.cpu(stat) == (36.0, 986.0)


class Machine:
    """A machine as a test says, with a clock that only runs when somebody sleeps or it is told."""

    def __init__(self) -> None:
        self.now, self.used, self.battery = 1000.0, 0.0, False
        self.programs: list[Running] = []
        system = System(lambda: self.battery, lambda: (self.used, self.now), self.running)
        self.look = Occupied({"TW.exe"}, system, lambda: self.now, self.sleep)

    def running(self, names):
        assert names == {"tw.exe"}
        return self.programs

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_machine_at_rest_is_at_nothing(machine) -> None:
    moment = machine.look()
    assert (moment.is_capturing, moment.is_on_battery, moment.busy) == (False, False, 0.0)


def test_the_share_of_others_is_that_since_the_last_look(machine) -> None:
    machine.now, machine.used = 1010.0, 8.0
    assert machine.look().busy == pytest.approx(0.8)


def test_a_capture_program_that_was_not_seen_before_is_at_work_for_a_minute(machine) -> None:
    machine.programs = [Running(7, cpu=99.0, octets=5)]
    assert machine.look().is_capturing
    machine.now += 30
    assert machine.look().is_capturing
    machine.now += 31
    assert not machine.look().is_capturing


@pytest.mark.parametrize("more", [{"cpu": 101.0, "octets": 5}, {"cpu": 99.0, "octets": 10**6}])
def test_what_used_processor_or_disk_within_a_minute_is_at_work(machine, more) -> None:
    machine.programs = [Running(7, cpu=99.0, octets=5)]
    machine.look()
    machine.now += 61
    machine.programs = [Running(7, **more)]
    assert machine.look().is_capturing


def test_looks_are_five_seconds_apart(machine) -> None:
    machine.look()
    machine.battery = True
    assert not machine.look().is_on_battery
    machine.now += 5
    assert machine.look().is_on_battery


@pytest.mark.skipif(sys.platform != "linux", reason="reads this machine's /proc")
def test_a_program_of_this_machine_is_found_by_its_name(tmp_path) -> None:
    program = tmp_path / "VistaSoft.exe"
    program.symlink_to("/bin/sleep")
    with subprocess.Popen([str(program), "60"]) as started:
        try:
            while (Path("/proc") / str(started.pid) / "comm").read_text() != "VistaSoft.exe\n":
                pass
            found = occupied.running({"vistasoft.exe"})
        finally:
            started.kill()
    assert [one.pid for one in found] == [started.pid]


@pytest.mark.skipif(sys.platform != "linux", reason="reads this machine's /proc")
def test_a_look_at_this_machine_gives_a_share() -> None:
    busy = Occupied(products.known().captures)().busy
    assert busy is not None
    assert 0 <= busy <= 1


def test_psutil_says_the_same_of_this_machine() -> None:
    system = occupied._by_psutil()
    used, total = system.cpu()
    assert 0 <= used <= total
    assert isinstance(system.is_on_battery(), bool)
    name = Path(f"/proc/{os.getpid()}/comm").read_text().strip().casefold()
    assert os.getpid() in {one.pid for one in system.running({name})}
