"""A program that lost files, or is not the one that runs."""

import json
import time
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from agent.cli.checks import program
from agent.guard import state


@pytest.fixture
def installed(tmp_path: Path) -> PathDistribution:
    """An installation of three files with its record (PEP 376)."""
    folder = tmp_path / "site-packages"
    info = folder / "dentinel-0.1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "agent").mkdir()
    for name in ("agent/run.py", "agent/probe.py"):
        (folder / name).write_text("")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: dentinel\nVersion: 0.1.0\n")
    (info / "RECORD").write_text("agent/run.py,,\nagent/probe.py,,\nagent/__pycache__/a.pyc,,\n")
    return PathDistribution(info)


def test_a_whole_program_is_well(installed: PathDistribution) -> None:
    assert list(program.missing(installed)) == [("all 2 files of the program are there", None)]


def test_a_file_that_antivirus_took_is_named_with_the_folder_to_exempt(
    installed: PathDistribution, tmp_path: Path
) -> None:
    (tmp_path / "site-packages/agent/probe.py").unlink()
    ((said, advice),) = program.missing(installed)

    assert said == "1 of 2 files of the program are gone, as agent/probe.py"
    assert f"exempt {tmp_path / 'site-packages'} in the antivirus" in str(advice)


def test_ours_is_whole(is_well) -> None:
    assert is_well(program.whole)
    assert is_well(program.packages)


@pytest.fixture
def guard_since(seen):
    """A guard that has run since then, in seconds before now."""

    def begun(before: float) -> None:
        document = dict.fromkeys(state.State.__required_keys__, 0) | {
            "started_at": time.time() - before,
            "stopped_at": None,
            "roots": {},
        }
        seen.home.guard.write_text(json.dumps(document))

    with state.lock(seen.home):
        yield begun


def test_a_guard_from_before_the_upgrade_is_to_be_started_anew(guard_since, fault) -> None:
    guard_since(3600 * 24 * 3650)

    assert "the program is newer" in fault(program.newest).said
    assert "restart dentinel-guard" in str(fault(program.newest).advice)


def test_a_guard_of_this_program_is_well(guard_since, is_well, ask) -> None:
    guard_since(0)

    assert is_well(program.newest)
    assert ask(program.newest)
