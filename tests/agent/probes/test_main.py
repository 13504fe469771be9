"""`python -m agent probe NAME`: one document, or one reason, and nothing else."""

import json
import subprocess
import sys

import pytest

from agent.host.programs import PROGRAMS, Program
from agent.probes.base import ProbeError
from agent.probes.index import PROBES
from agent.probes.main import asked


@pytest.mark.parametrize("name", PROBES)
def test_here_every_probe_says_that_it_is_made_for_another_system(name) -> None:
    done = run(name)
    assert done.returncode == 1
    assert json.loads(done.stdout) == {"error": {"code": "unsupported_os", "number": 0}}


def test_a_name_that_is_none_is_wrong_use() -> None:
    assert run("netsh").returncode == 2


def run(name: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "agent", "probe", name]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_windows_said_is_the_document() -> None:
    assert asked(lambda: {"version": 2}) == (0, {"version": 2})


@pytest.mark.parametrize(
    ("number", "why"),
    [
        (5, "access_denied"),
        (-2147024891, "access_denied"),  # as COM hands over 0x80070005
        (0x80041003, "not_elevated"),
        (0x80310000, "locked"),
        (0x8024402C, "api_error"),
    ],
)
def test_a_number_of_windows_has_its_reason(number, why) -> None:
    def ask():
        raise ProbeError.of(number)

    code, document = asked(ask)
    assert code == 1
    assert document == {"error": {"code": why, "number": number & 0xFFFFFFFF}}


def test_an_error_of_the_system_is_a_reason_and_no_traceback() -> None:
    def ask():
        raise OSError(0, "Zugriff verweigert")

    assert asked(ask) == (1, {"error": {"code": "api_error", "number": 0}})


@pytest.mark.parametrize("name", PROBES)
def test_every_probe_may_be_run_by_its_name_alone_and_within_its_time(name) -> None:
    command = PROGRAMS[Program.PROBE]
    assert command.form((name,)) == (name,)
    assert command.seconds((name,)) == PROBES[name].deadline
    assert command.seconds((name,)) <= 120
