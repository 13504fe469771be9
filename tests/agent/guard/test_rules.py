"""New rules: fetched when the courier has heard of some, installed when they have come."""

import math
import os
from pathlib import Path

import pytest

from agent.guard.children import Child
from agent.guard.rules import FETCH, INSTALL, NewRules
from agent.paths import Home


class Started:
    """What was started, instead of processes."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str, deadline: float) -> Child:
        self.names.append(name)
        return Child(name, None, deadline, None)  # type: ignore[arg-type]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "op1")
    home.create()
    return home


@pytest.fixture
def started() -> Started:
    return Started()


@pytest.fixture
def rules(home: Home, started: Started) -> NewRules:
    return NewRules(home, started, None)


def touch(path: Path, at: float) -> None:
    path.touch()
    os.utime(path, (at, at))


def test_nothing_is_fetched_before_a_controller_was_joined(rules, started):
    rules.step(10.0)

    assert started.names == []
    assert rules.next_due() == math.inf


def test_rules_are_fetched_within_the_day(rules, started):
    rules.hours.joined(0.0)
    rules.step(86_399.0)
    rules.step(86_400.0)

    assert started.names == [FETCH]


def test_word_of_the_courier_has_them_fetched_at_once(rules, started, home):
    touch(home.packs_wanted, 5.0)

    rules.look(10.0)
    rules.step(10.0)

    assert started.names == [FETCH]


def test_what_was_fetched_is_installed_once(rules, started, home):
    touch(home.fetched, 5.0)

    rules.step(10.0)
    wants_patrol = rules.ended(INSTALL, 0, {"patrol": True}, 11.0)
    rules.step(12.0)

    assert started.names == [INSTALL]
    assert wants_patrol


def test_one_is_out_at_a_time_and_what_has_come_goes_first(rules, started, home):
    rules.hours.want(0.0)
    touch(home.fetched, 5.0)

    rules.step(10.0)
    rules.step(10.0)
    rules.ended(INSTALL, 0, {}, 11.0)
    rules.step(12.0)

    assert started.names == [INSTALL, FETCH]


def test_a_fetch_that_failed_is_tried_later_each_time(rules):
    pauses = []
    now = 0.0
    for _ in range(9):
        rules.hours.want(now)
        rules.hours.started()
        rules.ended(FETCH, 75, {}, now)
        pauses.append(rules.next_due() - now)
        now = rules.next_due()

    assert pauses[0] == 60.0
    assert pauses == sorted(pauses)
    assert pauses[-1] > 1000.0


def test_a_guard_without_network_asks_a_unit_to_fetch(home, started):
    asked: list[Path] = []
    rules = NewRules(home, started, asked.append)
    rules.hours.want(0.0)

    rules.step(10.0)
    rules.step(11.0)

    assert asked == [home.wake_packs]
    assert started.names == []
