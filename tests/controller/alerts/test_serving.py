"""A controller that serves tells of a critical failure soon, and a kill loses nothing."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from controller.cli.demo.processes import free_ports
from tests.controller.alerts.conftest import Pair, Receiver

HOUSE = Path(__file__).parents[3]
PATIENCE_SECONDS = 60.0
P18_SECONDS = 60.0


def until(claim: Callable[[], bool]) -> float:
    """How many seconds it took to become true."""
    began = time.monotonic()
    while not claim():
        assert time.monotonic() - began < PATIENCE_SECONDS
        time.sleep(0.05)
    return time.monotonic() - began


class Controller:
    """A home with North Quay IT, and the means to serve from it and to fail a rule in it."""

    def __init__(self, home: Path, authority: Path) -> None:
        self._home = home
        self._command = (sys.executable, "-m", "controller.cli.app", "--home", str(home))
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(HOUSE),
            "SSL_CERT_FILE": str(authority),
            "DENTINEL_CONTROLLER_ALLOW_TO": "127.0.0.0/8",
        }

    def prepare(self, url: str) -> None:
        self._run(*self._command, "init")
        self._run(sys.executable, str(HOUSE / "tests/browser/practice.py"), str(self._home))
        script = HOUSE / "tests/controller/alerts/prepare.py"
        self._run(sys.executable, str(script), str(self._home), url)

    def _run(self, *words: str) -> None:
        subprocess.run(words, check=True, cwd=HOUSE, env=self._environment, capture_output=True)

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        agents, people = free_ports(2)
        words = ("serve", "--agents", f"127.0.0.1:{agents}", "--people", f"127.0.0.1:{people}")
        with subprocess.Popen(
            [*self._command, *words], cwd=HOUSE, env=self._environment
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def fails(self) -> None:
        """What intake writes for a critical failure, and that the clinic is to be looked at."""
        with closing(sqlite3.connect(self._home / "controller.sqlite", timeout=10)) as tables:
            (rule,) = tables.execute(
                "SELECT rule_no FROM rule WHERE name = 'volumes-encrypted'"
            ).fetchone()
            tables.execute(
                "UPDATE rule_state SET verdict = 'fail' WHERE rule_no = ? AND machine_id ="
                " (SELECT id FROM machine WHERE host = 'OP3')",
                (rule,),
            )
            tables.execute("UPDATE job SET due_at = '2020-01-01 00:00:00' WHERE kind = 'alerts'")
            tables.commit()

    def is_listed(self) -> bool:
        with closing(sqlite3.connect(self._home / "controller.sqlite", timeout=10)) as tables:
            found = tables.execute("SELECT count(*) FROM job WHERE kind = 'alerts'").fetchone()
            return bool(found[0])

    def states(self) -> set[str]:
        with closing(sqlite3.connect(self._home / "controller.sqlite", timeout=10)) as tables:
            return {state for (state,) in tables.execute("SELECT state FROM delivery")}


@pytest.fixture
def controller(tmp_path: Path, receiver: Receiver, pair: Pair) -> Controller:
    authority = tmp_path / "authority.pem"
    authority.write_text(pair.authority)
    made = Controller(tmp_path / "controller", authority)
    made.prepare(receiver.url)
    return made


def test_a_critical_failure_is_told_within_a_minute_and_a_kill_loses_nothing(
    controller: Controller, receiver: Receiver, record_property
) -> None:
    answered = threading.Event()
    receiver.pause = answered.wait
    with controller.serving() as process:
        until(controller.is_listed)
        controller.fails()
        seconds = until(lambda: bool(receiver.got))
        process.kill()
    answered.set()
    assert controller.states() == {"waiting"}

    with controller.serving():
        until(lambda: controller.states() == {"sent"})

    record_property("seconds_from_change_to_webhook", seconds)
    assert seconds <= P18_SECONDS
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) >= 2
    assert json.loads(receiver.got[0][1])["data"]["hosts"] == ["OP3"]
