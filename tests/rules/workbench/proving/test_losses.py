"""Every leaf that a rule reads is lost once, and every list; what it does not read is nothing."""

import pytest

from rules.verdict import Verdict
from rules.workbench.build import build
from rules.workbench.check import check
from rules.workbench.packs import SHIPPED
from rules.workbench.proving.judging import judge_case, judge_facts
from rules.workbench.proving.losses import is_allowed, losses
from rules.workbench.proving.reads import Reads, reads

FACTS = {
    "volumes": [{"name": "C:", "cipher": {"$unknown": "timeout"}, "protectors": ["tpm"]}],
    "host": {"os": "linux", "edition": None},
}
EVERYTHING = Reads(frozenset({("volumes",), ("host",)}), frozenset())


def test_every_leaf_and_every_list_is_lost_once() -> None:
    lost = dict(losses(FACTS, EVERYTHING))
    assert list(lost) == [
        "volumes[0].name",
        "volumes[0].protectors[0]",
        "host.os",
        "host.edition",
        "the rest of volumes",
        "the rest of volumes[0].protectors",
    ]
    assert lost["host.os"]["host"] == {"os": {"$unknown": "timeout"}, "edition": None}
    assert lost["the rest of volumes"]["volumes"] == {
        "$items": FACTS["volumes"],
        "$missing": "timeout",
    }


def test_the_facts_themselves_are_left_as_they_are() -> None:
    before = repr(FACTS)
    assert len(list(losses(FACTS, EVERYTHING))) == 6
    assert repr(FACTS) == before


def test_half_a_list_can_lose_no_more_of_it() -> None:
    half = {"volumes": {"$items": [{"name": "C:"}], "$missing": "timeout"}}
    assert [name for name, _ in losses(half, EVERYTHING)] == ["volumes[0].name"]


def test_what_no_leaf_reads_is_not_lost() -> None:
    only_names = Reads(frozenset({("volumes", "[]", "name")}), frozenset({("volumes",)}))
    assert [name for name, _ in losses(FACTS, only_names)] == [
        "volumes[0].name",
        "the rest of volumes",
    ]


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (Verdict.PASS, Verdict.UNKNOWN, True),
        (Verdict.PASS, Verdict.ERROR, True),
        (Verdict.PASS, Verdict.PASS, True),
        (Verdict.PASS, Verdict.FAIL, False),
        (Verdict.FAIL, Verdict.PASS, False),
        (Verdict.UNKNOWN, Verdict.PASS, False),
        (Verdict.NOT_APPLICABLE, Verdict.PASS, False),
    ],
)
def test_what_a_loss_may_do_to_a_verdict(before, after, allowed) -> None:
    assert is_allowed(before, after) is allowed


def test_nothing_that_a_shipped_rule_reads_is_overlooked() -> None:
    """Whatever is not found in its trees may be lost without any change to the result."""
    unread = 0
    for checked, suite in check([SHIPPED]).suites:
        pack, _ = build(checked)
        for case in suite.cases:
            before = judge_case(pack, [case.rule], case)[0]
            everything = Reads(frozenset((name,) for name in case.facts), frozenset())
            read = {name for name, _ in losses(case.facts, reads(case.rule))}
            for name, facts in losses(case.facts, everything):
                if name not in read:
                    unread += 1
                    after = judge_facts(pack, [case.rule], facts, case)[0]
                    assert (after.verdict, after.why, after.n) == (
                        before.verdict,
                        before.why,
                        before.n,
                    ), (case.name, name)
    assert unread > 50
