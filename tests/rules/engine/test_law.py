"""Losing information never makes a pass, and never swaps pass and fail.

Random rules over random machines, against the real language, compiler, loader and engine: some
facts are lost, and the verdict may stay, or move to unknown or error, and do nothing else. The
same for every rule that we ship. And the skeleton of a rule says what its plain expression says.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiled import builtin
from rules.compiled.rule import Pack
from rules.engine.judge import judge
from rules.engine.result import Result
from rules.facts.base import Reading, Status
from rules.verdict import Verdict
from rules.workbench.proving.losses import is_allowed
from tests.rules.engine.chance import HEAD, LISTS, NOW, Chance, chance, clauses, compiled

SEEDS = st.integers(0, 2**32)
SHIPPED = {rule.id: replace(builtin.pack(), rules=(rule,)) for rule in builtin.pack().rules}


def one(pack: Pack, facts: Mapping[str, Any]) -> Result:
    day = timedelta(days=1)
    read = {name: Reading(name, Status.OK, form, NOW, day) for name, form in facts.items()}
    return judge(pack, read, NOW)[0]


def keeps_the_law(pack: Pack, facts: dict[str, Any], fewer: dict[str, Any]) -> Verdict:
    """Judged before and after a loss; the verdict before."""
    before, after = one(pack, facts), one(pack, fewer)
    assert is_allowed(before.verdict, after.verdict), (before, after)
    assert "DL809" not in (before.why, after.why)
    return before.verdict


def losing(by: Chance, pack: Pack, times: int) -> list[Verdict]:
    """A rule before and after some losses; its verdicts before."""
    found = []
    for _ in range(times):
        facts = by.facts(pack.rules[0].reads)
        found.append(keeps_the_law(pack, facts, by.fewer(facts, drops=by.plain)))
    return found


@settings(max_examples=400)
@given(SEEDS)
def test_losing_information_never_helps_a_random_rule(seed) -> None:
    by = chance(seed)
    losing(by, compiled(by.rule()), 4)


@settings(max_examples=400)
@given(SEEDS)
def test_not_even_seeing_an_item_never_helps_a_plain_rule(seed) -> None:
    """Beyond the law: a list breaks off before its last items, instead of only saying that it may.

    Not claimed where one item makes a whole unknown or an error (`filter`, `map`, `1 / 0`): without
    it the others may prove what they prove.
    """
    by = chance(seed, plain=True)
    losing(by, compiled(by.rule()), 4)


@pytest.mark.threat("healthy-failure")
@pytest.mark.parametrize("identifier", SHIPPED)
@settings(max_examples=200)
@given(SEEDS)
def test_losing_information_never_helps_a_rule_that_we_ship(identifier, seed) -> None:
    losing(chance(seed), SHIPPED[identifier], 3)


def test_random_rules_come_to_every_verdict() -> None:
    """Else the law would be held of nothing."""
    found: Counter[Verdict] = Counter()
    for seed in range(150):
        by = chance(seed)
        found.update(losing(by, compiled(by.rule()), 4))
    assert min(found[verdict] for verdict in Verdict) >= 10


@settings(max_examples=100)
@given(SEEDS)
def test_the_skeleton_agrees_with_its_plain_expression(seed) -> None:
    by = chance(seed)
    path = by.random.choice(list(LISTS))
    item, where, holds = LISTS[path][0], by.item(path), by.item(path)
    least = by.random.randint(1, 2)

    def must(leaf: str) -> Pack:
        return compiled(HEAD + clauses("must", [leaf]))

    def over(quantifier: str, rest: str) -> Pack:
        return compiled(f"{HEAD}    {quantifier}: {path}\n    where: '{where}'\n{rest}")

    each = clauses("each_must", [holds]) + "    if_none: not-applicable\n"
    selected = must(f"{path}.exists({item}, {where})")
    pairs = (
        (over("every", each), must(f"{path}.all({item}, not ({where}) or ({holds}))")),
        (over("no", "    say: wrong\n"), must(f"not {path}.exists({item}, {where})")),
        (
            over("some", f"    at_least: {least}\n    say: wrong\n"),
            must(f"{path}.filter({item}, {where}).size() >= {least}"),
        ),
    )
    for _ in range(4):
        facts = by.facts()
        some = one(selected, facts).verdict is Verdict.PASS
        for skeleton, plain in pairs:
            said = one(plain, facts).verdict
            if said is Verdict.FAIL or (said is Verdict.PASS and some):
                assert one(skeleton, facts).verdict is said, (where, holds, facts)


@pytest.mark.parametrize("before", list(Verdict))
def test_the_law_allows_to_stay_and_to_know_less(before) -> None:
    allowed = {after for after in Verdict if is_allowed(before, after)}
    assert allowed == {before, Verdict.UNKNOWN, Verdict.ERROR}
