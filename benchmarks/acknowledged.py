"""P14: how many acknowledged reports are lost when a controller dies, or is put back from a backup?

Bar: 0. A real controller over TLS; machines seal and send at the same time. It is killed in
mid-load, again and again; then it is put back from a backup of before, and the machines refill it.
Lost is a report for which a machine has a signed receipt, and which in the end is not stored;
doubled, one that is stored twice.
"""

import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

from agent.enrol.join import parse
from agent.outbox.store import Outbox
from agent.paths import Home
from benchmarks.measure import Row
from controller.cli.demo.processes import free_ports
from tests.together.conftest import Controller, Process
from tests.together.operatory import Operatory

MACHINES, SEALED, KILLS = 6, 20, 10
PAUSE_S = 2.1
"""Between two syncs of a machine: the controller takes 30 a minute."""


@dataclass
class Load:
    """Machines that seal and send until they are told to stop; what was acknowledged to them."""

    machines: list[Operatory]
    acknowledged: set[str]

    def run(self, work: "threading.Thread") -> None:
        """Keep all of them busy for as long as the work takes."""
        stop = threading.Event()
        busy = [threading.Thread(target=self._send, args=(one, stop)) for one in self.machines]
        for thread in (*busy, work):
            thread.start()
        work.join()
        stop.set()
        for thread in busy:
            thread.join()

    def drain(self) -> None:
        """Send all that waits."""
        while any("waiting" in one.states() for one in self.machines):
            for one in self.machines:
                self._sync(one)
            time.sleep(PAUSE_S)

    def _send(self, one: Operatory, stop: threading.Event) -> None:
        while not stop.wait(PAUSE_S):
            one.seal_fulls(SEALED)
            self._sync(one)

    def _sync(self, one: Operatory) -> None:
        one.now = datetime.now(tz=UTC)
        one.deliver()
        with Outbox(one.home.outbox, read_only=True) as outbox:
            self.acknowledged |= {kept.sha for kept in outbox.kept() if kept.state == "stored"}


def rows() -> list[Row]:
    """Lost and doubled reports, by SIGKILL and by restore."""
    with tempfile.TemporaryDirectory() as folder:
        clinic = _clinic(Path(folder))
        try:
            load = Load([_machine(clinic, Path(folder), n) for n in range(MACHINES)], set())
            load.run(threading.Thread(target=_kill, args=(clinic,)))
            load.drain()
            killed = _row(f"SIGKILL in mid-load, {KILLS} times", clinic, load)
            seconds = _restore(clinic, load, Path(folder) / "morning.box")
            restored = _row(
                f"put back from a backup, all again after {seconds:.0f} s", clinic, load
            )
        finally:
            clinic.process.kill()
    return [killed, restored]


def _clinic(folder: Path) -> Controller:
    agents, people = free_ports(2)
    words = ["-m", "controller.cli.app", "--home", str(folder / "controller"), "serve"]
    words += ["--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}"]
    made = Controller(
        folder / "controller", agents, people, Process(words, folder / "controller.log")
    )
    made.command("init", "--org", "North Quay", "--clinic", "Bright Smiles")
    made.start()
    return made


def _machine(clinic: Controller, folder: Path, number: int) -> Operatory:
    token = SimpleNamespace(token=lambda port: parse(clinic.join(port)))
    door = SimpleNamespace(port=clinic.agents_port)
    made = Operatory(Home(folder / f"op{number}"), token, door, datetime.now(tz=UTC))  # type: ignore[arg-type]
    made.join()
    return made


def _kill(clinic: Controller) -> None:
    for _ in range(KILLS):
        time.sleep(PAUSE_S)
        clinic.process.kill()
        clinic.start()


def _restore(clinic: Controller, load: Load, box: Path) -> float:
    """Back up, go on, put back; how long until all is there again."""
    clinic.command("backup", str(box))
    load.run(threading.Thread(target=time.sleep, args=(3 * PAUSE_S,)))
    load.drain()
    clinic.process.kill()
    said = clinic.command("restore", str(box))
    if not re.search("it goes on as", said):
        raise RuntimeError(f"nothing was lost that had to come back: {said}")
    began = time.monotonic()
    clinic.start()
    for one in load.machines:
        load._sync(one)  # noqa: SLF001 - the first answer says how far it goes back
    load.drain()
    return time.monotonic() - began


def _row(what: str, clinic: Controller, load: Load) -> Row:
    stored = Counter(sha for (sha,) in clinic.rows("SELECT sha FROM report WHERE why IS NULL"))
    lost = len(load.acknowledged - stored.keys())
    doubled = sum(stored.values()) - len(stored)
    measured = f"{lost} lost, {doubled} doubled of {len(load.acknowledged)} acknowledged"
    return Row("P14", what, measured, "", "0 lost", lost == 0 and doubled == 0)
