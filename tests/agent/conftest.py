"""Bright Smiles, with a controller on loopback, for the tests of what leaves a machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.paths import Home
from tests.agent.controller import Controller
from tests.agent.practice import Practice
from tests.agent.wire import Authority, opened


@pytest.fixture(scope="session")
def authority() -> Authority:
    """The controller's CA."""
    return Authority()


@pytest.fixture
def strangers(tmp_path: Path, authority: Authority) -> Iterator[Practice]:
    """OP1 and a controller that have not met."""
    controller = Controller(authority.pem)
    with opened(authority, tmp_path, controller) as door:
        yield Practice(Home(tmp_path / "op1"), controller, door)


@pytest.fixture
def practice(strangers: Practice) -> Practice:
    """OP1, which has joined."""
    strangers.join()
    return strangers
