"""The power goes, ten times: real processes, killed in the middle of sealing and of sending."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.outbox.mailbag import Mailbag
from agent.outbox.store import Outbox
from evidence.bodies import Gap
from tests.agent.practice import Practice

SEALING = """
import sys
from datetime import UTC, datetime
from agent.identity.machine import Identity
from agent.outbox.seal import Moment, Sealer
from agent.paths import Home
from evidence.bodies import LocalEvent

home = Home.at(sys.argv[1])
moments = lambda: Moment(datetime.now(tz=UTC), "0123456789abcdef", 1)
with Sealer.open(home, Identity.load(home), moments) as sealer:
    for number in range(100_000):
        head = sealer.seal(LocalEvent(event="agent_started", code=None, ref=None, n=number))
        print(head.sha, flush=True)
"""


def killed_while_sealing(home: Path, after_lines: int, after_ms: int) -> list[str]:
    """Hashes that a sealing process had confirmed when it was killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", SEALING, str(home)], stdout=subprocess.PIPE, text=True
    )
    lines = [child.stdout.readline() for _ in range(after_lines)]
    time.sleep(after_ms / 1000)
    os.kill(child.pid, signal.SIGKILL)
    rest = child.communicate()[0].splitlines(keepends=True)
    return [line.strip() for line in lines + rest if line.endswith("\n")]


@pytest.mark.threat("power-loss")
def test_ten_kills_in_the_middle_of_sealing_lose_nothing_and_double_nothing(
    practice: Practice,
) -> None:
    confirmed: list[str] = []
    for round_ in range(10):
        confirmed += killed_while_sealing(practice.home.root, 5 + 3 * round_, 1 + 2 * round_)

    kept = practice.sealed()
    assert set(confirmed) <= set(kept)
    assert len(kept) - len(confirmed) <= 10, "at most the one in work, each time"
    practice.patrol()
    for _ in range(100):
        practice.deliver()
        if set(practice.states()) == {"stored"}:
            break
    received = practice.machine.received
    assert [envelope.sha for envelope in received] == practice.sealed()
    assert not any(isinstance(report.body, Gap) for report in practice.machine.reports)


def courier(home: Path) -> subprocess.Popen:
    """The real errand, as the guard starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "agent", "--home", str(home), "courier"],
        stdout=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
    )


@pytest.mark.threat("power-loss")
@pytest.mark.slow
def test_ten_kills_in_the_middle_of_sending_lose_nothing_and_double_nothing(
    practice: Practice,
) -> None:
    practice.seal(400)
    for round_ in range(10):
        practice.seal(40)
        before = len(practice.door.heard)
        child = courier(practice.home.root)
        while len(practice.door.heard) < before + 1 + round_ % 2 and child.poll() is None:
            time.sleep(0.002)
        time.sleep(0.002 * round_)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    for _ in range(10):
        practice.deliver()

    assert set(practice.states()) == {"stored"}
    assert [envelope.sha for envelope in practice.machine.received] == practice.sealed()


def test_the_outbox_is_written_through_to_the_disk(practice: Practice) -> None:
    """A crash of the system, not only of the process, must lose nothing that was committed."""
    with Outbox(practice.home.outbox) as outbox:
        assert outbox._link.execute("PRAGMA synchronous").fetchone() == (2,)
        assert outbox._link.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with Mailbag(practice.home.courier, practice.identity.anchor) as bag:
        assert bag._link.execute("PRAGMA synchronous").fetchone() == (2,)
