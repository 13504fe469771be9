"""A rule that costs too much ends as an error of its own, and soon."""

import pytest

from rules.compiled import limits
from rules.engine.budget import Budget, OverBudgetError
from rules.engine.judge import judge
from rules.verdict import Verdict


def must(leaf: str) -> str:
    return f"must:\n  - {{that: '{leaf}', say: wrong}}"


NESTED = (
    "volumes.all(a, volumes.all(b, volumes.all(c, volumes.all(d, volumes.all(e, e.size > 0)))))"
)
DOUBLING = "volumes.map(a, a.name)"
for _ in range(4):
    DOUBLING = f"({DOUBLING} + {DOUBLING})"
LONG = "string(host.name)"
for _ in range(5):
    LONG = f"({LONG} + {LONG} + {LONG})" if len(LONG) < 1000 else f"({LONG} + {LONG})"


@pytest.mark.parametrize(
    ("leaf", "items", "code"),
    [
        (NESTED, 30, "DL806"),
        ("volumes.all(v, v.name in volumes.map(w, w.name))", 2_000, "DL806"),
        (f"{DOUBLING}.size() > 0", 10_000, "DL807"),
        ("volumes.distinct().size() > 0", 3, None),
    ],
)
def test_what_costs_too_much_is_an_error_of_its_own(
    check_rule, say, volume, leaf, items, code
) -> None:
    if code is None:
        assert [problem.id for problem in check_rule(must(leaf)).problems] == ["DL309", "DL409"][:1]
        return
    result = say(must(leaf), volumes=[volume(f"/{n}", size=1) for n in range(items)])
    assert (result.verdict, result.why) == (Verdict.ERROR, code)


def test_a_text_that_grows_too_long_is_an_error(say) -> None:
    leaf = "(host.name + host.name).size() > 0"
    assert say(must(leaf), host={"name": "x" * 40_000}).why == "DL807"
    assert say(must(leaf), host={"name": "x" * 20_000}).verdict is Verdict.PASS


def test_a_hundred_thousand_items_are_looked_through_once(say, volume) -> None:
    names = [volume(f"/{n}") for n in range(20_000)]
    leaf = "volumes.map(v, v.name).distinct().size() == 20000"
    assert say(must(leaf), volumes=names).verdict is Verdict.PASS
    assert say(must("volumes.size() > 0"), volumes=[volume()] * 100_001).why == "DL807"


def test_time_is_looked_at_every_thousand_steps() -> None:
    looked = []

    def stopwatch() -> int:
        looked.append(1)
        return 0 if len(looked) < 4 else limits.RULE_NANOSECONDS + 1

    budget = Budget(stopwatch)

    def spend(steps: int) -> None:
        for _ in range(steps):
            budget.spend(1)

    with pytest.raises(OverBudgetError) as raised:
        spend(10_000)
    assert raised.value.code == "DL808"
    assert len(looked) == 4
    assert 3_000 <= budget.spent <= 3_010


def test_a_slow_rule_is_an_error_and_the_next_one_runs(baseline, read, volume, now) -> None:
    ticks = iter(range(0, 10**15, 10**9))
    many = [volume(f"/{n}", protection="converting") for n in range(200)]
    facts = {
        "volumes": read("volumes", many),
        "users": read("users", []),
        "host": read("host", {"role": "nas"}),
    }
    results = {r.rule: r for r in judge(baseline, facts, now, stopwatch=lambda: next(ticks))}
    assert results["volumes-encrypted"].why == "DL808"
    assert results["screen-locks"].verdict is Verdict.NOT_APPLICABLE


def test_what_was_proved_stands_though_telling_it_costs_too_much(say, volume) -> None:
    """A machine with many volumes may not turn its own failure into an error."""
    body = f"""
        define:
          costly: '{NESTED}'
        must:
          - {{that: agent.elevated, say: 'not elevated, ${{costly}}'}}
    """
    items = [volume(f"/{n}", size=1) for n in range(30)]
    result = say(body, agent={"elevated": False}, volumes=items)
    assert (result.verdict, result.items, result.left_out) == (Verdict.FAIL, (), 1)
