"""SIGKILL in mid-load, ten times: what was acknowledged is stored, once, and the chain is whole."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.cli.demo.processes import free_ports
from controller.findings.rebuild import check
from controller.identity.home import ControllerHome
from tests.controller.clinic import Clinic, Heard, Machine, Server, verdict
from tests.controller.tables import chain, check_logs, rows

SERVE = """
import sys
from pathlib import Path
import uvicorn
from controller.intake.asgi import Limits, application
app = application(Path(sys.argv[1]), Limits(10**9, 10**9, 10**9), packs=lambda: ())
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), lifespan="on", log_level="critical")
"""
KILLS = 10


class Process:
    """A controller's intake as a process of its own, that can be killed and started again."""

    def __init__(self, server: Server) -> None:
        self.keys = server.keys
        self.now = server.now
        self._root = server.home.root
        (self._port,) = free_ports(1)

    def start(self) -> None:
        command = [sys.executable, "-c", SERVE, str(self._root), str(self._port)]
        self._child = subprocess.Popen(command, cwd=Path.cwd())
        while not self._answers():
            assert self._child.poll() is None, "the controller ended by itself"
            time.sleep(0.02)

    def kill(self) -> None:
        os.kill(self._child.pid, signal.SIGKILL)
        self._child.wait()

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
        held = {(1, number): one.sha for number, one in enumerate(self.machine.sealed, 1)}
        for receipt in answer.receipts:
            self.acknowledged.add(held[receipt.epoch, receipt.seq])
            self.duplicates += receipt.outcome == "duplicate"


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
    process.kill()


@pytest.mark.threat("power-loss")
@pytest.mark.slow
def test_what_was_acknowledged_is_stored_once_whatever_is_killed(
    home: ControllerHome, bright_smiles: Clinic, fleet: tuple[Process, list[Machine]]
) -> None:
    process, machines = fleet
    stop = threading.Event()
    couriers = [Courier(machine, process, stop) for machine in machines]
    for courier in couriers:
        courier.acknowledged.add(courier.machine.sealed[0].sha)
        courier.start()
    for round_ in range(KILLS):
        time.sleep(0.2 + 0.05 * round_)
        process.kill()
        process.start()
    time.sleep(0.3)
    stop.set()
    for courier in couriers:
        courier.join()
    for courier in couriers:
        while len(courier.acknowledged) < len(courier.machine.sealed):
            courier.drain()

    for machine in machines:
        assert chain(home, machine.agent) == [
            (1, number, one.sha, "stored") for number, one in enumerate(machine.sealed, 1)
        ]
    check_logs(home)
    assert check(home, bright_smiles.org) == ()
    assert sum(len(machine.sealed) for machine in machines) > 200
    ((logged,),) = rows(home, "SELECT count(*) FROM log_entry WHERE kind = 'report'")
    assert logged == sum(len(machine.sealed) for machine in machines)
