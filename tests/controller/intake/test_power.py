"""SIGKILL in mid-load: what was acknowledged is stored, once, and the chain is whole.

Also after the drill that a practice should do once a year: yesterday's backup is put back, and the
machines fill in the rest.
"""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from controller.cli import putting_back
from controller.cli.demo.processes import free_ports
from controller.findings.rebuild import check
from controller.fleet import restart
from controller.identity import backup
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from tests.controller.clinic import Clinic, Heard, Machine, Server, verdict
from tests.controller.tables import chain, check_logs, rows

SERVE = """
import os, signal, sys
from pathlib import Path
import uvicorn
from controller.intake.asgi import Limits, application

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        app = application(Path(sys.argv[1]), Limits(10**9, 10**9, 10**9), packs=lambda: ())
        uvicorn.run(
            app, host="127.0.0.1", port=int(sys.argv[2]), lifespan="on", log_level="critical"
        )
        os._exit(0)
    print(child, flush=True)
"""
KILLS, DRILL_KILLS = 10, 20


class Process:
    """A controller's intake as a process of its own, that can be killed and started again.

    Forked from one that has read the code already: what is killed is the controller, not Python.
    """

    def __init__(self, server: Server) -> None:
        self.keys = server.keys
        self.now = server.now
        (self._port,) = free_ports(1)
        command = [sys.executable, "-c", SERVE, str(server.home.root), str(self._port)]
        self._parent = subprocess.Popen(
            command, cwd=Path.cwd(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self) -> None:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.write("start\n")
        self._parent.stdin.flush()
        self._child = int(self._parent.stdout.readline())
        while not self._answers():
            assert self._is_there(), "the controller ended by itself"
            time.sleep(0.01)

    def kill(self) -> None:
        os.kill(self._child, signal.SIGKILL)
        while self._is_there():
            time.sleep(0.005)

    def close(self) -> None:
        self.kill()
        self._parent.communicate()

    def _is_there(self) -> bool:
        try:
            os.kill(self._child, 0)
        except ProcessLookupError:
            return False
        return True

    def post(self, path: str, body: bytes) -> Heard:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return Heard(answer.status, {}, answer.read())
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            return self.post("/v1/sync", b"").status == 400
        except OSError:
            return False


class Courier(threading.Thread):
    """Seals and sends, and sends again until it has a receipt, whatever the controller does."""

    def __init__(self, machine: Machine, process: Process, stop: threading.Event) -> None:
        super().__init__()
        machine.server = process  # type: ignore[assignment]
        self.machine = machine
        self.acknowledged: set[str] = set()
        self.returned: set[str] = set()
        self.duplicates = 0
        self._stop_asked = stop

    def run(self) -> None:
        while not self._stop_asked.is_set():
            for _ in range(3):
                self.machine.event()
            self.drain()

    def drain(self) -> None:
        """Send what has no receipt; a controller that is away is tried again later."""
        waiting = [one for one in self.machine.sealed if one.sha not in self.acknowledged]
        try:
            _, answer = self.machine.sync(*waiting[:60])
        except (OSError, http.client.HTTPException):
            time.sleep(0.01)
            return
        if answer.expected is not None:
            self._rewind(answer.expected[1])
        held = {(1, number): one.sha for number, one in enumerate(self.machine.sealed, 1)}
        for receipt in answer.receipts:
            self.acknowledged.add(held[receipt.epoch, receipt.seq])
            self.duplicates += receipt.outcome == "duplicate"

    def _rewind(self, expected: int) -> None:
        """The controller is behind what it had acknowledged: send all of that again."""
        again = {one.sha for one in self.machine.sealed[expected - 1 :]}
        self.returned |= again & self.acknowledged
        self.acknowledged -= again

    def finish(self) -> None:
        """Send until nothing waits."""
        while len(self.acknowledged) < len(self.machine.sealed):
            self.drain()


@pytest.fixture
def fleet(home: ControllerHome, bright_smiles: Clinic) -> Iterator[tuple[Process, list[Machine]]]:
    """Eight machines that have joined, and a controller that runs apart."""
    with Server(home, bright_smiles) as server:
        machines = [server.machine(f"OP{number}") for number in range(8)]
        for machine in machines:
            machine.sync(machine.seal(machine.full(verdict("volumes-encrypted", "fail"))))
    process = Process(server)
    process.start()
    yield process, machines
    process.close()


@pytest.mark.threat("power-loss")
@pytest.mark.slow
def test_what_was_acknowledged_is_stored_once_whatever_is_killed(
    home: ControllerHome, bright_smiles: Clinic, fleet: tuple[Process, list[Machine]]
) -> None:
    process, machines = fleet
    with under_load(process, machines) as couriers:
        for round_ in range(KILLS):
            time.sleep(0.2 + 0.05 * round_)
            process.kill()
            process.start()
        time.sleep(0.3)
    for courier in couriers:
        courier.finish()

    require_all_once(home, bright_smiles, machines)
    assert sum(len(machine.sealed) for machine in machines) > 200


@contextmanager
def under_load(process: Process, machines: list[Machine]) -> Iterator[list[Courier]]:
    """All machines seal and send while the block runs."""
    stop = threading.Event()
    couriers = [Courier(machine, process, stop) for machine in machines]
    for courier in couriers:
        courier.acknowledged.add(courier.machine.sealed[0].sha)
        courier.start()
    try:
        yield couriers
    finally:
        stop.set()
        for courier in couriers:
            courier.join()


def require_all_once(home: ControllerHome, clinic: Clinic, machines: list[Machine]) -> None:
    """Every report of every machine is stored once, in its chain and its log."""
    for machine in machines:
        assert chain(home, machine.agent) == [
            (1, number, one.sha, "stored") for number, one in enumerate(machine.sealed, 1)
        ]
    check_logs(home)
    assert check(home, clinic.org) == ()
    ((logged,),) = rows(home, "SELECT count(*) FROM log_entry WHERE kind = 'report'")
    assert logged == sum(len(machine.sealed) for machine in machines)


@pytest.mark.threat("restored-database")
@pytest.mark.slow
def test_the_drill_twenty_kills_and_yesterdays_backup_lose_nothing(
    home: ControllerHome,
    bright_smiles: Clinic,
    fleet: tuple[Process, list[Machine]],
    tmp_path: Path,
) -> None:
    process, machines = fleet
    box, keys = tmp_path / "yesterday.box", Keys.load(home)
    with under_load(process, machines) as couriers:
        for round_ in range(DRILL_KILLS):
            time.sleep(0.1 + 0.02 * round_)
            if round_ == DRILL_KILLS // 2:
                backup.write(home, box, keys, "2026-11-22T02:00:00Z")
            process.kill()
            process.start()
    acknowledged = [set(courier.acknowledged) for courier in couriers]
    process.kill()
    connection.close()
    putting_back.put_back(home, box, None)
    began = restart.restart(home, By("shell", "", datetime.now(UTC)))
    process.start()
    for courier in couriers:
        courier.machine.event()
        courier.finish()

    assert len(began) == 1
    assert sum(len(courier.returned) for courier in couriers) > 50
    require_all_once(home, bright_smiles, machines)
    for courier, before in zip(couriers, acknowledged, strict=True):
        assert before <= {one.sha for one in courier.machine.sealed} == courier.acknowledged
