"""Each limit of the agents' door, at it and one beyond; and a disk below it that is full."""

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from controller.identity.home import ControllerHome
from evidence import envelope, frames, strict_json
from evidence.envelope import PayloadType
from tests.controller.clinic import Clinic, Machine, Server
from tests.controller.conftest import django_on
from tests.controller.tables import chain, check_logs

PACKED = {"content-encoding": "gzip"}


@pytest.fixture
def op1(server: Server) -> Machine:
    return server.machine("OP1")


@pytest.mark.parametrize(("records", "status"), [(64, 200), (65, 413)])
def test_a_sync_holds_so_many_reports(op1: Machine, records: int, status: int) -> None:
    body = op1.body(*(op1.event() for _ in range(records)))
    assert op1.server.post("/v1/sync", body).status == status


@pytest.mark.parametrize(("beyond", "status"), [(0, 400), (1, 413)])
def test_a_body_is_so_long_as_it_is_sent(op1: Machine, beyond: int, status: int) -> None:
    body = os.urandom(frames.SENT_LIMIT + beyond)
    assert op1.server.post("/v1/sync", body).status == status


@pytest.mark.parametrize(("beyond", "status"), [(0, 400), (1, 413)])
def test_a_body_is_so_long_when_it_is_inflated(op1: Machine, beyond: int, status: int) -> None:
    body = gzip.compress(bytes(frames.INFLATED_LIMIT + beyond))
    assert op1.server.post("/v1/sync", body, PACKED).status == status


@pytest.mark.parametrize(("beyond", "status"), [(0, 200), (1, 413)])
def test_a_report_is_so_long(op1: Machine, beyond: int, status: int) -> None:
    """Its schema is broken, and still the limit alone decides whether it is looked at."""
    honest = strict_json.read(op1.event().payload)
    bare = strict_json.write({**honest, "body": {"pad": ""}})
    pad = "x" * (PayloadType.REPORT.limit - len(bare) + beyond)
    payload = strict_json.write({**honest, "body": {"pad": pad}})
    sealed = envelope.sign(PayloadType.REPORT, payload, op1.report_key)

    assert op1.server.post("/v1/sync", op1.body(sealed)).status == status


@pytest.fixture
def cramped(home: ControllerHome, tmp_path: Path) -> Iterator[ControllerHome]:
    """The same controller on a disk of 8 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    connections["default"].close()
    shutil.copytree(home.root, disk / "home")
    yield ControllerHome(disk / "home")
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.threat("full-disk")
def test_a_full_disk_acknowledges_nothing_and_loses_nothing(
    cramped: ControllerHome, bright_smiles: Clinic
) -> None:
    with django_on(cramped), Server(cramped, bright_smiles) as server:
        op1 = server.machine("OP1")
        op1.sync(op1.event())
        ballast = cramped.root / "ballast"
        fill(ballast)
        held = [op1.event() for _ in range(60)]
        heard = server.post("/v1/sync", op1.body(*held))
        assert (heard.status, heard.problem()) == (503, "busy")

        ballast.unlink()
        assert op1.sync(*held)[0] == 200
        assert [sha for _, _, sha, _ in chain(cramped, op1.agent)] == [e.sha for e in op1.sealed]
        check_logs(cramped)


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            return
