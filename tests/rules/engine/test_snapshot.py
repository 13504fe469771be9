"""Facts are judged as they are: not too old, not from a future, and only of their types."""

from datetime import timedelta

import pytest

from rules.engine.decode import decode
from rules.engine.judge import judge
from rules.engine.values import broken
from rules.facts.form import misfits
from rules.facts.types import DOUBLE
from rules.verdict import Verdict

ELEVATED = "must:\n  - {that: agent.elevated, say: wrong}"


@pytest.mark.parametrize(
    ("minutes", "verdict", "why"),
    [
        (-10, Verdict.PASS, None),
        (-11, Verdict.UNKNOWN, "stale_source"),
        (5, Verdict.PASS, None),
        (6, Verdict.UNKNOWN, "conflict"),
        (500_000, Verdict.UNKNOWN, "conflict"),
    ],
)
def test_a_clock_that_was_turned_back_keeps_no_fact_fresh(
    compile_rule, read, now, minutes, verdict, why
) -> None:
    """Read within five minutes of ttl: it holds ten, and may lie five ahead as any time may."""
    at = now + timedelta(minutes=minutes)
    readings = {"agent": read("agent", {"elevated": True}, observed_at=at)}
    (result,) = judge(compile_rule(ELEVATED), readings, now)
    assert (result.verdict, result.why) == (verdict, why)


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf"), 10**400, True, "5"])
def test_what_is_no_number_is_an_error_and_never_a_pass(odd) -> None:
    """`not (nan < 100)` is true; JSON has no such number, and Python's reader takes it."""
    assert decode(DOUBLE, odd, "load") == broken("DL811", "load")
    assert list(misfits(DOUBLE, odd, "load"))
