"""How many restore tests of the last twelve months brought images back, and how fast?

From the register of restore tests. The goal is the one that the practice wrote beside the test, or
else that of its system; the proposal's 72 hours are no law. A test without a duration or goal is
counted, and said to be so.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from controller.controls.metrics.base import Asked, share
from controller.paperwork import queries
from controller.paperwork.fields import seconds
from controller.paperwork.registers import goals
from controller.paperwork.registers.base import day_of

_YEAR = timedelta(days=365)


def answer(asked: Asked) -> str:
    """Of all tests that stand in the register."""
    tests, aims = (
        [row.data for row in asked.register(register)] for register in (goals.TESTS, goals.GOALS)
    )
    return words((aimed(one, aims) for one in tests), queries.today(asked.clinic, asked.now).day)


def aimed(test: Mapping[str, Any], aims: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """A test with its goal: the one written beside it, else that of its system."""
    goal = goals.goal_of(test, aims)
    return test if test.get("goal") or goal is None else {**test, "goal": goal["recovery_time"]}


def words(tests: Iterable[Mapping[str, Any]], today: date) -> str:
    """The figure in words."""
    done = [one for one in tests if (day := day_of(one, "done")) and today - _YEAR < day <= today]
    if not done:
        return "No restore test of the last twelve months is on the list."
    good = [one for one in done if one.get("opened") is True]
    return f"{share(len(good), len(done))} restore tests succeeded in twelve months; {_time(good)}."


def _time(good: list[Mapping[str, Any]]) -> str:
    took = [(one, seconds(one["took"])) for one in good if one.get("took")]
    if not took:
        return "none says how long it took"
    minutes = [length / 60 for _, length in took]
    said = f"median {median(minutes):,.0f} minutes of {len(took)}"
    aims = [(length, seconds(one["goal"])) for one, length in took if one.get("goal")]
    if not aims:
        return f"{said}, no goal was set"
    return f"{said}, {share(sum(length <= goal for length, goal in aims), len(aims))} within goal"
