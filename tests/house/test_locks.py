"""What is installed is pinned by hash, and nothing here records where it was downloaded."""

import subprocess
import tomllib
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
LOCKS = ("uv", "agent", "controller", "dev")
ADDRESSED = {"uv.lock", "poetry.lock", "package-lock.json", "yarn.lock", "Pipfile.lock"}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=HOUSE, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_hashed_and_names_no_address(lock) -> None:
    lines = (HOUSE / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if "==" in line and not line.lstrip().startswith("#")]
    assert pins
    assert "://" not in "\n".join(lines)
    assert [line for line in lines if line.startswith("-")] == []
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


def test_every_declared_dependency_is_locked() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {_name(line) for line in project["dependencies"]}
    locked = (HOUSE / "requirements" / "agent.txt").read_text(encoding="utf-8")
    assert {name for name in names if f"\n{name}==" not in f"\n{locked}"} == set()


def test_no_lock_with_addresses_is_tracked() -> None:
    assert [name for name in tracked() if Path(name).name in ADDRESSED] == []


def test_no_minified_code_of_others_is_tracked() -> None:
    assert [name for name in tracked() if name.endswith((".min.js", ".min.css"))] == []


def _name(requirement: str) -> str:
    for end in "<>=!~;[ ":
        requirement = requirement.split(end, maxsplit=1)[0]
    return requirement.lower().replace("_", "-")
