"""Guard and errands together, all of them real: from a file in a folder to a report at its end."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from agent.errands import patrol
from agent.errors import OutboxError
from agent.facts.host import hardware
from agent.host.local import LocalHost
from agent.outbox.store import Outbox
from evidence import report
from evidence.bodies import Full

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8


def until(claim, seconds=90.0):
    end = time.monotonic() + seconds
    while not (found := claim()):
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)
    return found


@contextmanager
def guarded(home):
    command = [sys.executable, "-I", "-m", "agent", "--home", str(home.root), "run"]
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


@pytest.fixture(autouse=True)
def _at_home(practice):
    """OP1 is this computer, and no copy of another that joined."""
    hardware.read(LocalHost()).save(practice.home.binding)


@pytest.fixture
def exports(practice, tmp_path):
    """A folder that is made to be carried away: whatever lies in it readable is exposed."""
    folder = tmp_path / "EXPORT"
    folder.mkdir()
    practice.home.settings.write_text(
        "defer_sweeps = false\n"
        f'[[imaging.root]]\nlabel = "usb-export"\npath = "{folder}"\nrole = "outbox"\n'
    )
    return folder


def stored(practice):
    """Reports that the controller has acknowledged; none while there is no outbox yet."""
    keys = practice.identity.report_keys()
    with suppress(OutboxError), Outbox(practice.home.outbox, read_only=True) as outbox:
        kept = [sealed for sealed in outbox.kept() if sealed.state == "stored"]
        return [report.unseal(sealed.envelope, keys) for sealed in kept]
    return []


def findings(practice):
    said = [one.body for one in stored(practice) if getattr(one.body, "imaging", None)]
    return {finding.id for body in said for finding in body.imaging.findings}


def running(home, part):
    """The processes of an errand of this home."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = entry.read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(home.root) in words and part.encode() in words:
            found.append(int(entry.parent.name))
    return found


def test_an_exposed_file_arrives_as_a_finding_and_its_name_does_not(practice, exports):
    with guarded(practice.home):
        until(lambda: stored(practice))

        (exports / "Smith_John_1987.jpg").write_bytes(JPEG)

        until(lambda: findings(practice))
    said = b"".join(one.to_bytes() for one in stored(practice))
    assert b"Smith" not in said
    assert os.fsencode(exports.name) not in said


def test_the_first_report_of_a_machine_arrives_within_its_first_minute(practice, exports):
    with guarded(practice.home):
        until(lambda: stored(practice), seconds=60)

    assert any(isinstance(one.body, Full) for one in stored(practice))


def test_a_guard_that_runs_already_notices_that_its_machine_has_joined(strangers):
    with guarded(strangers.home):
        until(strangers.home.results.exists)

        strangers.join()

        until(lambda: stored(strangers))


def test_a_machine_on_which_nothing_happens_says_nothing_more(practice, exports, capsys):
    with guarded(practice.home):
        until(lambda: stored(practice))
        (exports / "pano.jpg").write_bytes(JPEG)
        until(lambda: findings(practice))
        until(lambda: set(practice.states()) == {"stored"})
        patrol.main(practice.home, [])
        count = len(practice.sealed())

        time.sleep(2.0)
        patrol.main(practice.home, [])
        patrol.main(practice.home, ["--only=imaging"])

        assert len(practice.sealed()) == count


@pytest.mark.slow
def test_kills_of_every_process_lose_nothing_and_double_nothing(practice, exports):
    with guarded(practice.home):
        until(lambda: stored(practice))
        for round_number in range(6):
            (exports / f"{round_number}.jpg").write_bytes(JPEG + bytes([round_number]))
            part = ("inspect", "patrol", "courier")[round_number % 3]
            for pid in until(lambda p=part: running(practice.home, p) or ["none"], 1.0):
                if pid != "none":
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.5)

        until(lambda: len(findings(practice)) == 6)
        until(lambda: set(practice.states()) == {"stored"})

    chain = [(one.header.epoch, one.header.seq) for one in stored(practice)]
    assert chain == [(1, number) for number in range(1, len(chain) + 1)]
    on_the_other_side = practice.machine.reports
    assert len(on_the_other_side) == len(chain)


def test_a_guard_that_is_killed_is_taken_over_by_the_next(practice, exports):
    command = [sys.executable, "-I", "-m", "agent", "--home", str(practice.home.root), "run"]
    with subprocess.Popen(command) as first:
        until(lambda: stored(practice))
        first.kill()
    (exports / "while-nobody-watched.jpg").write_bytes(JPEG)

    with guarded(practice.home):
        until(lambda: findings(practice))
        events = [getattr(one.body, "event", None) for one in until(lambda: stored(practice))]

    assert "agent_crashed" in events
    assert json.loads(practice.home.guard.read_bytes())["stopped_at"] is not None
