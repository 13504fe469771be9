"""Tests of rules hold what they say, each on facts that are lost one by one besides."""

import pytest

from rules.facts.base import Why
from rules.verdict import Verdict
from rules.workbench.losses import is_allowed, losses
from rules.workbench.packs import SHIPPED
from rules.workbench.test import run_tests

RULE = """
    params:
      accept: {type: list<enum(volume.protection)>, default: [protected], basis: practice_policy}
    every: volumes
    where: volume.kind == "fixed"
    each_must:
      - that: volume.protection in params.accept
        say: ${volume.name} is ${volume.protection}
      - that: volume.state_since == null or age(volume.state_since) <= "1d"
        say: too long
    if_none: unknown
"""
HEAD = """dentinel: rule-tests/v1
pack: north-quay
now: "2026-11-22T10:00:00Z"
fixtures:
  good-c: {name: "C:", kind: fixed, protection: protected, state_since: null}
tests:
  - name: a good disk passes
    rule: a-rule
    facts: {volumes: [{$use: good-c}]}
    expect: {verdict: pass}
"""


@pytest.fixture
def run(write_pack):
    def run(tests="", head=HEAD, rule=RULE, containing=""):
        return run_tests([write_pack(rule, rules_test=head + tests)], containing)

    return run


def case(facts, expect, **more):
    extra = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"  - name: another\n    rule: a-rule\n{extra}    facts: {facts}\n    expect: {expect}\n"


def said(tested):
    return [(problem.id, problem.message) for problem in tested.all_problems]


def test_the_shipped_packs_are_green() -> None:
    tested = run_tests([SHIPPED])
    assert said(tested) == []
    assert tested.is_green
    assert tested.run == tested.counts["tests"] > 60


def test_tests_that_hold_are_green(run) -> None:
    bad = '{volumes: [{$use: good-c, name: "D:", protection: locked}]}'
    tested = run(
        case(bad, '{verdict: fail, items: [{item: "D:", clause: 0, say: "D: is locked"}]}')
        + case(bad, "{verdict: pass}", params="{accept: [locked]}")
        + case("{volumes: []}", "{verdict: unknown}")
        + case("{volumes: {$unknown: container}}", "{verdict: unknown, why: container}")
        + case("{volumes: {$items: [{$use: good-c}], $missing: timeout}}", "{verdict: unknown}")
        + case("{}", "{verdict: unknown, why: not_collected}")
    )
    assert said(tested) == []
    assert tested.is_green
    assert tested.run == 7


@pytest.mark.parametrize(
    ("facts", "expect", "message"),
    [
        ("{volumes: [{$use: good-c}]}", "{verdict: fail}", "the verdict is pass, not fail"),
        ("{volumes: {$unknown: locked}}", "{verdict: pass}", "the verdict is unknown (locked)"),
        (
            "{volumes: {$unknown: locked}}",
            "{verdict: unknown, why: timeout}",
            "the reason is locked",
        ),
        (
            "{volumes: [{$use: good-c, protection: locked}]}",
            '{verdict: fail, items: [{item: "D:"}]}',
            "nothing failed as D:",
        ),
        (
            "{volumes: [{$use: good-c, protection: locked}]}",
            "{verdict: fail, items: []}",
            "C: failed too: C: is locked",
        ),
    ],
)
def test_a_test_that_does_not_hold_says_why(run, facts, expect, message) -> None:
    tested = run(case(facts, expect))
    assert not tested.is_green
    assert any(code == "DL504" and message in text for code, text in said(tested))


def test_a_known_gap_is_an_error_once_it_is_closed(run) -> None:
    gap = case("{volumes: []}", "{verdict: fail}", todo="true")
    assert run(gap).is_green
    closed = run(case("{volumes: []}", "{verdict: unknown}", todo="true"))
    assert [code for code, _ in said(closed)] == ["DL508"]


@pytest.mark.parametrize(
    ("tests", "code"),
    [
        (case("{volumes: [{$use: good-d}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, knd: fixed}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, kind: fixd}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, state_since: soon}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, percent: x}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {a: b}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$unknown: reasons}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$items: []}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: 7}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [[7]]}", "{verdict: pass}"), "DL503"),
        (case("{users: [{lock: {after: soon}}]}", "{verdict: pass}"), "DL503"),
        (case("{discs: []}", "{verdict: pass}"), "DL503"),
        (case("{}", "{verdict: maybe}"), "DL103"),
        (case("{}", "{verdct: pass}"), "DL101"),
        (case("{}", "{verdict: pass}", colour="red"), "DL101"),
        (case("{}", "{verdict: pass}", now="soon"), "DL305"),
        (case("{}", "{verdict: pass}", params="{acept: []}"), "DL601"),
        (case("{}", "{verdict: pass}", params="{accept: [open]}"), "DL306"),
        ("  - {name: x, rule: a-rule}\n", "DL102"),
        ("  - {name: x, rule: no-rule, expect: {verdict: pass}}\n", "DL501"),
        ("  - {rule: a-rule, expect: {verdict: pass}}\n", "DL102"),
    ],
)
def test_a_test_that_means_nothing_is_told_and_not_run(run, tests, code) -> None:
    tested = run(tests)
    assert code in [code for code, _ in said(tested)]
    assert tested.run == 0
    assert not tested.is_green


def test_a_fixture_that_nobody_uses_is_told(run) -> None:
    head = HEAD.replace("tests:", '  bad-d: {name: "D:"}\ntests:')
    assert ("DL502", "no test uses bad-d") in said(run(head=head))


def test_a_fixture_uses_no_other_fixture(run) -> None:
    head = HEAD.replace("tests:", "  d: {$use: good-c}\ntests:").replace(
        "$use: good-c}]", "$use: d}]"
    )
    assert "DL503" in [code for code, _ in said(run(head=head))]


def test_a_rule_that_asks_for_the_time_needs_now(run) -> None:
    head = HEAD.replace('now: "2026-11-22T10:00:00Z"\n', "")
    assert "DL509" in [code for code, _ in said(run(head=head))]


def test_no_tests_are_never_green(run) -> None:
    assert not run(containing="nothing is called so").is_green
    assert run(containing="a good disk").run == 1
    without = HEAD.partition("tests:")[0].partition("fixtures:")[0] + "tests: []\n"
    assert "DL107" in [code for code, _ in said(run(head=without))]


def test_a_rule_without_tests_is_a_warning(write_pack) -> None:
    tested = run_tests([write_pack(RULE)])
    assert [(p.id, p.level) for p in tested.all_problems] == [("DL409", "warning")]
    assert not tested.is_green


def test_every_leaf_and_every_list_is_lost_once() -> None:
    facts = {
        "volumes": [{"name": "C:", "cipher": {"$unknown": "timeout"}}],
        "host": {"os": "linux"},
    }
    lost = dict(losses(facts))
    assert set(lost) == {"volumes[0].name", "host.os", "volumes"}
    assert lost["host.os"]["host"]["os"] == {"$unknown": "timeout"}
    assert lost["volumes"]["volumes"]["$missing"] in set(Why)
    half = {"volumes": {"$items": [{"name": "C:"}], "$missing": "timeout"}}
    assert [name for name, _ in losses(half)] == ["volumes[0].name"]


def test_a_verdict_that_gets_better_by_a_loss_is_told(run, monkeypatch) -> None:
    import rules.workbench.test as runner

    whole = runner.judge_one

    def forgiving(pack, rule, facts, now, params):
        result = whole(pack, rule, facts, now, params)
        lost = "$unknown" in str(facts)
        return type(result)(result.rule, Verdict.PASS) if lost else result

    monkeypatch.setattr(runner, "judge_one", forgiving)
    tested = run(case("{volumes: [{$use: good-c, protection: locked}]}", "{verdict: fail}"))
    told = [text for code, text in said(tested) if code == "DL505"]
    assert "another: without volumes[0].protection the verdict turns from fail to pass" in told
    assert not is_allowed(Verdict.FAIL, Verdict.PASS)
