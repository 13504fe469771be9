"""A controller whose disk is full, or fails: nothing is acknowledged that is not kept.

What was sent stays with the machine, which sends it again; nothing is doubled, and the log is whole
when there is room again.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from controller.identity.home import ControllerHome
from tests import disks
from tests.controller.clinic import Clinic, Machine, Server, verdict
from tests.controller.conftest import django_on
from tests.controller.tables import check_logs, rows

MANY = 400
SOME_ROOM = 1 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with disks.small(tmp_path, "24m") as disk:
        yield disk


@pytest.fixture
def failing_disk(small_disk: Path, tmp_path: Path) -> Iterator[Path]:
    with disks.failing(small_disk, tmp_path) as disk:
        yield disk


@contextmanager
def op1_on(disk: Path, home: ControllerHome, clinic: Clinic) -> Iterator[Machine]:
    """OP1, joined at a controller whose home is on this disk."""
    shutil.copytree(home.root, disk / "controller", copy_function=shutil.copy2)
    there = ControllerHome(disk / "controller")
    with django_on(there), Server(there, clinic) as server:
        yield server.machine("OP1")


def kept(server: Server) -> int:
    return kept_in(server.home)


def kept_in(home: ControllerHome) -> int:
    return int(rows(home, "SELECT count(*) FROM report")[0][0])


def sends_until_it_fails(op1: Machine) -> tuple[int, bytes]:
    """How many reports were acknowledged before one was not, and what that one came in."""
    for number in range(MANY):
        op1.seal(op1.full(*(verdict(f"rule-{one}") for one in range(60))))
        body = op1.body(op1.sealed[-1])
        heard = op1.server.post("/v1/sync", body)
        if heard.status != 200:
            assert heard.status in (500, 503), heard.status
            assert int(heard.headers["retry-after"]) > 0
            return number, body
        op1.nonce = op1.read(heard, body).nonce
    raise AssertionError("the disk never failed")


@pytest.mark.threat("full-disk")
def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(
    small_disk: Path, home: ControllerHome, bright_smiles: Clinic
) -> None:
    with op1_on(small_disk, home, bright_smiles) as op1:
        ballast = disks.fill(small_disk)
        acknowledged, body = sends_until_it_fails(op1)
        assert kept(op1.server) == acknowledged

        ballast.unlink()
        assert op1.server.post("/v1/sync", body).status == 200
        assert kept(op1.server) == acknowledged + 1
        check_logs(op1.server.home)


@pytest.mark.threat("full-disk")
def test_on_a_failing_disk_nothing_is_acknowledged_that_is_not_kept(
    failing_disk: Path, small_disk: Path, home: ControllerHome, bright_smiles: Clinic
) -> None:
    with op1_on(failing_disk, home, bright_smiles) as op1:
        os.sync()
        ballast = disks.fill(small_disk)
        os.truncate(ballast, ballast.stat().st_size - SOME_ROOM)
        acknowledged, _ = sends_until_it_fails(op1)
        # What the system still answers for, as a restart would find it.
        shutil.copytree(op1.server.home.root, home.root, dirs_exist_ok=True)

    assert 0 < acknowledged <= kept_in(home) <= acknowledged + 1
    check_logs(home)
