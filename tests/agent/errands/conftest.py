"""Errands run for real here, so the machine that has joined is the one that the tests run on."""

from dataclasses import replace

import pytest

from agent.facts.host import hardware
from agent.host.local import LocalHost
from tests.agent.practice import OP1, Practice


@pytest.fixture
def practice(strangers: Practice) -> Practice:
    """This machine, under the name of OP1, which has joined."""
    strangers.join(about=replace(OP1, binding=hardware.read(LocalHost())))
    return strangers
