"""The monitor for an RMM: one line and an exit code, whatever the agent is like."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli.health import Exit

MONITOR = Path(__file__).parents[2] / "packaging" / "rmm" / "monitor.sh"


def monitor(program: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", MONITOR],
        env={**os.environ, "DENTINEL": str(program)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def standin(tmp_path: Path):
    """A dentinel whose status ends with a code and says a line."""

    def says(line: str, code: int) -> Path:
        path = tmp_path / "dentinel"
        path.write_text(
            f'#!/bin/sh\n[ "$1" = status ] && {{ echo "{line}"; exit {code}; }}\n'
            'echo "ok    home         fine"\necho "FAULT guard        no guard runs"\n'
            'echo "      = do: systemctl start dentinel-guard"\nexit 1\n'
        )
        path.chmod(0o755)
        return path

    return says


@pytest.mark.parametrize("code", [Exit.PROVEN, Exit.FAILED, Exit.UNPROVEN])
def test_a_well_agent_is_one_line_with_the_code_of_its_status(standin, code: Exit) -> None:
    done = monitor(standin("dentinel said: 3 pass | pass=3", code))

    assert (done.returncode, done.stdout) == (code, "dentinel said: 3 pass | pass=3\n")


def test_an_agent_that_needs_a_person_says_what_to_do(standin) -> None:
    done = monitor(standin("dentinel unwell: the guard does not run | pass=0", Exit.UNWELL))

    assert done.returncode == Exit.UNWELL
    assert done.stdout.splitlines() == [
        "dentinel unwell: the guard does not run | pass=0",
        "FAULT guard        no guard runs",
        "      = do: systemctl start dentinel-guard",
    ]


@pytest.mark.parametrize("code", [2, 126, 139])
def test_a_command_that_breaks_is_never_called_well(standin, code: int) -> None:
    done = monitor(standin("Segmentation fault", code))

    assert done.returncode == Exit.UNWELL
    assert done.stdout.startswith("dentinel unwell: Segmentation fault\n")


def test_an_agent_that_is_not_installed_is_no_silence(tmp_path: Path) -> None:
    done = monitor(tmp_path / "nothing")

    assert done.returncode == Exit.UNWELL
    assert done.stdout.startswith("dentinel unwell: not installed | pass=0")


def test_it_reads_what_the_real_command_says(tmp_path: Path) -> None:
    path = tmp_path / "dentinel"
    house = Path(__file__).parents[2]
    home = tmp_path / "op1"
    path.write_text(
        f'#!/bin/sh\ncd "{house}" && exec {sys.executable} -m agent.cli.app --home "{home}" "$@"\n'
    )
    path.chmod(0o755)
    done = monitor(path)

    assert done.returncode == Exit.UNWELL
    first, fault, advice, *_ = done.stdout.splitlines()
    assert first.startswith("dentinel unwell: nothing judged yet; the guard does not run")
    assert fault.startswith("FAULT")
    assert "= do:" in advice
