"""A disk that is full, and one that answers with errors: what was sealed stays, judging goes on."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.errands import results
from agent.paths import Home
from evidence.bodies import Gap
from tests import disks
from tests.agent.practice import Practice
from tests.disks import fill


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small(tmp_path) as disk:
        yield disk


@pytest.fixture
def failing_disk(small_disk: Path, tmp_path: Path) -> Iterator[Path]:
    with disks.failing(small_disk, tmp_path) as disk:
        yield disk


def moved(practice: Practice, disk: Path) -> Practice:
    """OP1 with its home on this disk, after one patrol there."""
    practice.seal(2)
    practice.deliver()
    practice.seal(2)
    shutil.copytree(practice.home.root, disk / "op1")
    practice.home = Home(disk / "op1")
    assert patrol(practice).returncode == 0
    return practice


def patrol(practice: Practice) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "agent", "--home", str(practice.home.root), "patrol", "--only=host"],
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def faults(practice: Practice) -> str:
    from agent.cli.health import Health

    return " / ".join(Health.of(practice.home).faults)


def all_arrive(practice: Practice) -> bool:
    for _ in range(3):
        practice.deliver()
    received = [envelope.sha for envelope in practice.machine.received]
    is_whole = not any(isinstance(report.body, Gap) for report in practice.machine.reports)
    return is_whole and received == practice.sealed()


@pytest.mark.threat("full-disk")
def test_on_a_full_disk_nothing_sealed_is_lost_and_judging_goes_on(
    practice: Practice, small_disk: Path
) -> None:
    moved(practice, small_disk)
    sealed, judged = practice.sealed(), results.load(practice.home).clocks
    ballast = fill(small_disk)
    done = patrol(practice)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["enrolled"]
    assert results.load(practice.home).clocks.uptime > judged.uptime
    assert practice.sealed() == sealed
    assert "full" in faults(practice) or "No space left" in faults(practice)

    ballast.unlink()
    assert patrol(practice).returncode == 0
    assert "sealed" not in faults(practice)
    assert all_arrive(practice)


def test_a_courier_on_a_full_disk_loses_no_acknowledgement(
    practice: Practice, small_disk: Path
) -> None:
    moved(practice, small_disk)
    ballast = fill(small_disk)
    courier = [sys.executable, "-m", "agent", "--home", str(practice.home.root), "courier"]
    done = subprocess.run(courier, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 75), done.stderr

    ballast.unlink()
    assert all_arrive(practice)


@pytest.mark.threat("full-disk")
def test_on_a_failing_disk_nothing_acknowledged_is_lost_and_judging_goes_on(
    practice: Practice, failing_disk: Path, small_disk: Path
) -> None:
    moved(practice, failing_disk)
    before = practice.sealed()
    fill(small_disk)
    for _ in range(2):
        done = patrol(practice)
        assert done.returncode == 0, done.stderr
    assert "nothing" in faults(practice)

    received = [envelope.sha for envelope in practice.machine.received]
    assert before[: len(received)] == received
    assert practice.sealed()[: len(before)] == before
