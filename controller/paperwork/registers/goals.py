"""How does a restore test compare with the goals of its system? Pure.

The recovery time goal is how soon a system must be back; the recovery point goal how old the
newest image that comes back may be. 45 CFR 164.308(a)(7)(ii)(E) asks for an analysis of which
systems matter most and sets no number: both goals are the practice's own.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from controller.paperwork.fields import seconds
from controller.paperwork.registers.base import Mark, Others, Values, day_of

GOALS, TESTS = "recovery-goals", "restore-tests"
_COMPARED = (
    ("took", "recovery_time", "back in {}", "how long it took"),
    ("age", "recovery_point", "images up to {} old", "how old the newest image was"),
)


def plain(name: object) -> str:
    """A name as it is compared: without blanks around it, and whatever its case."""
    return " ".join(str(name or "").split()).casefold()


def goal_of(test: Values, goals: Sequence[Values]) -> Values | None:
    """The goals of the system that was restored; the only ones, where a test names no system."""
    system = plain(test.get("system"))
    if not system:
        return goals[0] if len(goals) == 1 else None
    return next((one for one in goals if plain(one.get("system")) == system), None)


def compared(test: Values, others: Others, _today: date) -> tuple[Mark, ...]:
    """A restore test held against its goals."""
    goals = others.get(GOALS, ())
    goal = goal_of(test, goals)
    if goal is None:
        about = "names no system that has goals" if goals else "no recovery goals are set"
        return (Mark("unknown", f"not compared: {about}"),)
    if test.get("opened") is not True:
        return (Mark("fail", "nothing came back, whatever the goals"),)
    return tuple(_within(test, goal))


def _within(test: Values, goal: Values) -> Iterator[Mark]:
    for field, aim, word, lacking in _COMPARED:
        took, most = test.get(field), goal.get(aim)
        if not took or not most:
            yield Mark("unknown", f"not compared: {lacking} was not written down")
        elif seconds(str(took)) <= seconds(str(most)):
            yield Mark("pass", f"{word.format(took)}, the goal is {most}")
        else:
            yield Mark("fail", f"{word.format(took)}, and the goal is {most}")


def newest_test(goal: Values, others: Others, today: date) -> Values | None:
    """The last restore test of a system."""
    mine = (one for one in done(others, today) if goal_of(one, others.get(GOALS, ())) is goal)
    return max(mine, key=lambda one: str(one.get("done")), default=None)


def done(others: Others, today: date) -> Iterable[Values]:
    """The restore tests that were made by that day."""
    for one in others.get(TESTS, ()):
        day = day_of(one, "done")
        if day is not None and day <= today:
            yield one


def tested(goal: Values, others: Others, today: date) -> tuple[Mark, ...]:
    """The goals of a system, held against its last restore test."""
    test = newest_test(goal, others, today)
    if test is None:
        return (Mark("unknown", "no restore test to compare with"),)
    return compared(test, others, today)
