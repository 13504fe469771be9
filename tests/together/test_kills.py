"""Forty SIGKILLs of patrol, courier and controller in full work: 0 lost, 0 doubled, all whole.

Real processes over real TLS; the controller is its agents' door alone, so that it is up again
within a second. Nobody waits for anybody: each is killed wherever it happens to be.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from agent.outbox.mailbag import Mailbag
from agent.outbox.store import Outbox
from controller.cli.demo.processes import free_ports
from controller.findings.rebuild import check
from controller.identity.home import ControllerHome
from evidence import report
from evidence.bodies import Gap
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, bright_smiles, home
from tests.controller.tables import check_logs
from tests.together.surgery import Operatory, opened

__all__ = ["_template", "bright_smiles", "home"]
KILLS = 40

SERVE = """
import sys
from pathlib import Path
import uvicorn
from controller.identity.home import ControllerHome
from controller.intake.asgi import Limits, application
home = ControllerHome(Path(sys.argv[1]))
app = application(home.root, Limits(10**9, 10**9, 10**9), packs=lambda: ())
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), lifespan="on", log_level="critical",
            ssl_certfile=home.server_certificate, ssl_keyfile=home.server_key)
"""


class Processes:
    """What runs, by name; each in a session of its own, killed as a power cut would."""

    def __init__(self, home: ControllerHome, op1: Operatory, port: int) -> None:
        agent = [sys.executable, "-m", "agent", "--home", str(op1.home.root)]
        self.commands = {
            "controller": [sys.executable, "-c", SERVE, str(home.root), str(port)],
            "patrol": [*agent, "patrol", "--only=host", "--event=errand_killed=1"],
            "courier": [*agent, "courier"],
        }
        self.children: dict[str, subprocess.Popen] = {}

    def start(self, name: str) -> None:
        if name in self.children:
            self.kill(name)
        self.children[name] = subprocess.Popen(
            self.commands[name], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def kill(self, name: str) -> bool:
        """True if it was still at work."""
        child = self.children[name]
        was_at_work = child.poll() is None
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return was_at_work

    def is_at_work(self, name: str) -> bool:
        return name in self.children and self.children[name].poll() is None

    def finish(self, name: str) -> int:
        """Run one to its end."""
        self.start(name)
        return self.children[name].wait(60)


@pytest.fixture
def op1(home: ControllerHome, bright_smiles: Clinic, tmp_path: Path) -> Operatory:
    """OP1 with a first patrol behind it; nobody serves any more."""
    with opened(home, bright_smiles, tmp_path) as surgery:
        made = surgery.operatory()
        made.seal_fulls(1)
        made.sync()
    return made


@pytest.fixture
def processes(home: ControllerHome, op1: Operatory) -> Iterator[Processes]:
    (port,) = free_ports(1)
    trust = op1.identity.trust
    replace(trust, port=port).save(op1.home.trust)
    made = Processes(home, op1, port)
    yield made
    for name in made.children:
        made.kill(name)


def cut_down(processes: Processes, dice: random.Random) -> None:
    """Kill whatever is at work, until each of them was killed so often."""
    killed = dict.fromkeys(processes.commands, 0)
    while min(killed.values()) < KILLS:
        for name in killed:
            if not processes.is_at_work(name):
                processes.start(name)
        time.sleep(dice.uniform(0.05, 0.5))
        for name in dice.sample(sorted(killed), dice.randint(1, 3)):
            if killed[name] < KILLS + 5:
                killed[name] += processes.kill(name)


def let_finish(op1: Operatory, processes: Processes) -> None:
    """Everybody in peace: one more patrol, and couriers until nothing waits."""
    processes.start("controller")
    assert processes.finish("patrol") == 0
    for _ in range(10):
        forget_the_wait(op1)
        processes.finish("courier")
        if set(op1.states()) == {"stored"}:
            break
        time.sleep(1)
    processes.kill("controller")


def gaps(op1: Operatory) -> list[Gap]:
    keys = op1.identity.report_keys()
    with Outbox(op1.home.outbox, read_only=True) as outbox:
        bodies = [report.unseal(one.envelope, keys).body for one in outbox.kept()]
    return [body for body in bodies if isinstance(body, Gap)]


@pytest.mark.slow
@pytest.mark.threat("power-loss")
def test_forty_kills_of_each_lose_nothing_and_double_nothing(
    home: ControllerHome, bright_smiles: Clinic, op1: Operatory, processes: Processes
) -> None:
    cut_down(processes, random.Random(20261123))
    let_finish(op1, processes)

    assert set(op1.states()) == {"stored"}
    assert gaps(op1) == []
    with opened(home, bright_smiles, op1.home.root) as surgery:
        assert surgery.received(op1) == op1.sealed()
    check_logs(home)
    assert check(home, bright_smiles.org) == ()


def forget_the_wait(op1: Operatory) -> None:
    """The pause after a failure is over."""
    with Mailbag(op1.home.courier, op1.identity.anchor) as bag:
        bag.remember(replace(bag.memory(), next_at=None, failures=0))
