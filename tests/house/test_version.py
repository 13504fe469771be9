"""The release that the agent says is the one that is packed."""

import tomllib
from pathlib import Path

from agent.version import VERSION

HOUSE = Path(__file__).parents[2]


def test_the_agent_says_the_release_that_is_packed() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
