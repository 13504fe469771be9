"""A disk that is full, and one that answers with errors: what was sealed stays, judging goes on.

The full disk is a small tmpfs, filled until the kernel says ENOSPC. The failing one is ext4 on a
loop device whose backing store has no room: its writes end in EIO, as those of a dying disk do.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from agent.errands import results
from agent.paths import Home
from evidence.bodies import Gap
from tests.agent.practice import Practice


def mounted(*words: str) -> None:
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk))
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def failing_disk(small_disk: Path, tmp_path: Path) -> Iterator[Path]:
    """An ext4 of 64 MiB that has only the room of the small disk below it."""
    image, disk = small_disk / "image", tmp_path / "failing"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(64 << 20)
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not here")
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", str(image)], check=True)
    mounted("-o", "loop,errors=continue", str(image), str(disk))
    yield disk
    subprocess.run(["umount", str(disk)], check=False)


def moved(practice: Practice, disk: Path) -> Practice:
    """OP1 with its home on this disk, after one patrol there."""
    practice.seal(2)
    practice.deliver()
    practice.seal(2)
    shutil.copytree(practice.home.root, disk / "op1")
    practice.home = Home(disk / "op1")
    assert patrol(practice).returncode == 0
    return practice


def fill(disk: Path) -> Path:
    """Take all room there is, and say in which file."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        while _takes(file):
            pass
    return ballast


def _takes(file: IO[bytes]) -> bool:
    try:
        return file.write(os.urandom(1 << 14)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


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
