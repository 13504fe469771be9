"""The release that the agent says is the one that is packed."""

import tomllib
from pathlib import Path

import pytest

from agent.version import VERSION as AGENT
from controller.version import VERSION as CONTROLLER

HOUSE = Path(__file__).parents[2]


@pytest.mark.parametrize("said", [AGENT, CONTROLLER], ids=["agent", "controller"])
def test_a_program_says_the_release_that_is_packed(said) -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == said
