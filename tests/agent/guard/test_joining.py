"""The guard has the machine join by what somebody left in its home."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from agent.guard.children import Child
from agent.guard.joining import Joining
from agent.paths import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "op1")
    home.create()
    return home


def started(name: str, deadline: float) -> Child:
    return Child(name, None, deadline, None)  # type: ignore[arg-type]


def test_nothing_is_started_while_nothing_is_left(home):
    joining = Joining(home, started)

    joining.look(10.0)
    joining.step(10.0)

    assert joining.child is None
    assert joining.next_due() == math.inf


def test_a_join_string_is_tried_at_once(home):
    joining = Joining(home, started)
    home.join.write_text("dentinel1.…")

    joining.look(10.0)
    assert joining.next_due() == 10.0
    joining.step(10.0)

    assert joining.child is not None
    assert joining.next_due() == 130.0


def test_one_that_stays_is_tried_less_and_less_often(home):
    joining = Joining(home, started)
    home.join.write_text("dentinel1.…")
    tries = []
    for now in range(0, 7200, 15):
        joining.look(now)
        joining.step(now)
        if joining.child is not None:
            tries.append(now)
            joining.child = None

    gaps = [later - before for before, later in pairwise(tries)]
    assert gaps[:4] == [60, 120, 240, 480]
    assert max(gaps) == 900


def test_where_a_unit_joins_the_guard_does_not(home):
    joining = Joining(home, None)
    home.join.write_text("dentinel1.…")

    joining.look(10.0)
    joining.step(10.0)

    assert joining.child is None
