"""An administrator tests his rules: what holds is green, and what does not says why."""

import pytest

from rules.verdict import Verdict
from rules.workbench import tally
from rules.workbench.packs import SHIPPED
from rules.workbench.proving import judging
from rules.workbench.reports import text
from rules.workbench.test import Wanted, run, run_tests

RULE = """
    params:
      accept: {type: list<enum(volume.protection)>, default: [protected], basis: practice_policy}
      grace: {type: duration, default: 1d, min: 1h, max: 7d, basis: practice_policy}
    every: volumes
    where: volume.kind == "fixed"
    each_must:
      - that: volume.protection in params.accept
        say: ${volume.name} is ${volume.protection}
      - that: volume.state_since == null or age(volume.state_since) <= params.grace
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
def north_quay(write_pack):
    """Runs the tests of the pack of North Quay, with more beside the one that it has."""

    def tested(tests="", head=HEAD, rule=RULE, containing=""):
        return run_tests([write_pack(rule, rules_test=head + tests)], containing)

    return tested


def case(facts, expect, **more):
    extra = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"  - name: another\n    rule: a-rule\n{extra}    facts: {facts}\n    expect: {expect}\n"


def ids(tested):
    return [problem.id for problem in tested.all_problems]


def told(tested):
    """The one problem, as it is printed."""
    assert len(tested.all_problems) == 1, ids(tested)
    lines = text.lines(tested.all_problems, tested.report.sources)
    return lines[next(n for n, line in enumerate(lines) if " | " in line) - 1 :]


def test_the_shipped_packs_are_green() -> None:
    tested = run_tests([SHIPPED])
    assert ids(tested) == []
    assert tested.is_green
    assert tested.run == tested.counts["tests"] > 70


def test_tests_that_hold_are_green(north_quay) -> None:
    bad = '{volumes: [{$use: good-c, name: "D:", protection: locked}]}'
    other = case("{}", "{verdict: unknown, why: not_collected}").replace("another", "nothing read")
    tested = north_quay(
        case(bad, '{verdict: fail, items: [{item: "D:", clause: 0, say: "D: is locked"}]}') + other
    )
    assert ids(tested) == []
    assert tested.is_green
    assert tested.run == 3


@pytest.mark.parametrize(
    ("facts", "expect"),
    [
        ("{volumes: []}", "{verdict: unknown}"),
        ("{volumes: {$unknown: container}}", "{verdict: unknown, why: container}"),
        ("{volumes: {$items: [{$use: good-c}], $missing: timeout}}", "{verdict: unknown}"),
        ('{volumes: [{$use: good-c, state_since: "2026-11-21T10:00:00Z"}]}', "{verdict: pass}"),
        ('{volumes: [{name: "D:", $use: good-c, kind: network}]}', "{verdict: unknown}"),
    ],
)
def test_facts_are_written_as_facts_are(north_quay, facts, expect) -> None:
    assert north_quay(case(facts, expect)).is_green


def test_params_of_a_test_stand_in_place_of_the_defaults(north_quay) -> None:
    locked = "{volumes: [{$use: good-c, protection: locked}]}"
    assert north_quay(case(locked, "{verdict: pass}", params="{accept: [locked]}")).is_green


def test_a_test_may_have_its_own_time(north_quay) -> None:
    paused = '{volumes: [{$use: good-c, state_since: "2026-11-20T10:00:00Z"}]}'
    assert not north_quay(case(paused, "{verdict: pass}")).is_green
    assert north_quay(case(paused, "{verdict: pass}", now='"2026-11-20T10:00:00Z"')).is_green


class TestAnItemIsOneThingThatFails:
    TWO = "{volumes: [%s, %s]}" % (  # noqa: UP031 - braces stand in YAML
        "{$use: good-c, protection: locked}",
        '{$use: good-c, name: "D:", protection: locked}',
    )

    @pytest.mark.parametrize(
        "items",
        [
            '[{item: "C:"}, {item: "D:"}]',
            '[{item: "D:", clause: 0}, {say: "C: is locked"}]',
            '[{clause: 0}, {item: "C:", clause: 0}]',
            "[{clause: 0}, {clause: 0}]",
        ],
    )
    def test_in_any_order(self, north_quay, items) -> None:
        assert north_quay(case(self.TWO, f"{{verdict: fail, items: {items}}}")).is_green

    @pytest.mark.parametrize(
        "items",
        [
            "[]",
            "[{clause: 0}]",
            '[{item: "C:"}]',
            '[{item: "C:"}, {item: "D:"}, {item: "E:"}]',
            '[{item: "C:"}, {item: "D:", clause: 1}]',
        ],
    )
    def test_no_less_and_no_more(self, north_quay, items) -> None:
        assert ids(north_quay(case(self.TWO, f"{{verdict: fail, items: {items}}}"))) == ["DL504"]

    def test_an_item_that_fails_in_two_ways_is_one_item(self, north_quay) -> None:
        both = (
            '{volumes: [{$use: good-c, protection: locked, state_since: "2026-01-01T00:00:00Z"}]}'
        )
        assert north_quay(case(both, '{verdict: fail, items: [{item: "C:"}]}')).is_green
        only_one = '{verdict: fail, items: [{item: "C:", clause: 1}]}'
        assert ids(north_quay(case(both, only_one))) == ["DL504"]


class TestAFailedTestSaysWhy:
    def test_what_failed_and_which_values_were_seen(self, north_quay) -> None:
        locked = '{volumes: [{$use: good-c}, {$use: good-c, name: "D:", protection: locked}]}'
        assert told(north_quay(case(locked, "{verdict: pass}"))) == [
            "      error DL504: another: pass was expected, it came to fail",
            "   14 |     expect: {verdict: pass}",
            "      |                       ^^^^",
            "      = expected  pass",
            "      = got       fail; of 2 volumes 1 passes, 1 fails",
            "      = D: fails: D: is locked   rules.yaml:15",
            "      =     volume.protection in params.accept",
            "      =     volume.protection = locked",
            "      =     volume.name = D:",
        ]

    def test_what_kept_an_item_from_being_asked(self, north_quay) -> None:
        share = "{volumes: [{$use: good-c, kind: network, protection: locked}]}"
        lines = told(north_quay(case(share, "{verdict: fail}")))
        assert "      = got       unknown; of 1 volumes 1 not selected" in lines
        assert "      = C: is not selected: where[0] is false   rules.yaml:13" in lines
        assert "      =     volume.kind = network" in lines

    def test_which_clause_let_an_item_through(self, north_quay) -> None:
        lines = told(north_quay(case("{volumes: [{$use: good-c}]}", "{verdict: fail}")))
        assert "      = C: passes each_must[0]   rules.yaml:15" in lines
        assert "      =     volume.protection = protected" in lines

    def test_what_was_not_read(self, north_quay) -> None:
        hidden = "{volumes: {$unknown: locked}}"
        lines = told(north_quay(case(hidden, "{verdict: unknown, why: timeout}")))
        assert (
            "      error DL504: another: the reason timeout was expected, it came to locked"
            in lines
        )
        assert "      = expected  unknown (timeout)" in lines
        assert "      = got       unknown (locked)" in lines

    def test_that_a_fact_was_left_out(self, north_quay) -> None:
        lines = told(north_quay(case('{volumes: [{name: "C:"}]}', "{verdict: pass}")))
        assert any("a fact that the test leaves out is unknown" in line for line in lines)

    def test_why_the_rule_does_not_apply(self, north_quay) -> None:
        rule = 'when: host.os == "windows"\nmust:\n  - {that: host.portable, say: it is not}\n'
        tests = HEAD.partition("tests:")[0].partition("fixtures:")[0] + "tests:\n"
        tests += case("{host: {os: linux, portable: false}}", "{verdict: fail}")
        lines = told(north_quay(head=tests, rule=rule))
        assert "      = the rule does not apply: when is false   rules.yaml:9" in lines
        assert "      =     host.os = linux" in lines

    def test_no_line_is_too_wide(self, north_quay) -> None:
        many = ", ".join(f'{{$use: good-c, name: "{n}:", protection: locked}}' for n in "DEFGHIJK")
        lines = told(north_quay(case(f"{{volumes: [{many}]}}", "{verdict: pass}")))
        assert max(map(len, lines)) <= 80
        assert "      = and 2 more" in lines


def test_a_known_gap_is_an_error_once_it_is_closed(north_quay) -> None:
    gap = case("{volumes: []}", "{verdict: fail}", todo="true")
    assert north_quay(gap).is_green
    closed = north_quay(case("{volumes: []}", "{verdict: unknown}", todo="true"))
    assert ids(closed) == ["DL508"]


@pytest.mark.parametrize(
    ("tests", "code"),
    [
        (case("{volumes: [{$use: good-d}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, knd: fixed}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, kind: fixd}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, kind: null}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, state_since: soon}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, name: 12:30}]}", "{verdict: pass}"), "DL007"),
        (case("{volumes: [{$use: good-c, percent: x}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [{$use: good-c, size: {a: b}}]}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {a: b}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$unknown: reasons}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$unknown: timeout, $missing: x}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$items: []}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: {$items: x, $missing: timeout}}", "{verdict: pass}"), "DL503"),
        (case("{volumes: 7}", "{verdict: pass}"), "DL503"),
        (case("{volumes: [[7]]}", "{verdict: pass}"), "DL503"),
        (case("{users: [{lock: {after: soon}}]}", "{verdict: pass}"), "DL503"),
        (case("{discs: []}", "{verdict: pass}"), "DL503"),
        (case("{}", "{verdict: maybe}"), "DL103"),
        (case("{}", "{verdict: unknown, why: timeot}"), "DL103"),
        (case("{}", "{verdict: pass, why: timeout}"), "DL104"),
        (case("{}", '{verdict: pass, items: [{item: "C:"}]}'), "DL104"),
        (case("{}", "{verdict: fail, items: [{clause: 2}]}"), "DL103"),
        (case("{}", "{verdict: fail, items: [{}]}"), "DL107"),
        (case("{}", "{verdict: fail, items: C}"), "DL103"),
        (case("{}", "{verdct: pass}"), "DL101"),
        (case("{}", "{verdict: pass}", colour="red"), "DL101"),
        (case("{}", "{verdict: pass}", now="soon"), "DL305"),
        (case("{}", "{verdict: pass}", now='"2026-02-30T10:00:00Z"'), "DL305"),
        (case("{}", "{verdict: pass}", params="{acept: []}"), "DL601"),
        (case("{}", "{verdict: pass}", params="{accept: [open]}"), "DL306"),
        (case("{}", "{verdict: pass}", params="{grace: 30d}"), "DL604"),
        ("  - {name: x, rule: a-rule}\n", "DL102"),
        ("  - {name: x, rule: no-rule, expect: {verdict: pass}}\n", "DL501"),
        ("  - {rule: a-rule, expect: {verdict: pass}}\n", "DL102"),
    ],
)
def test_a_test_that_means_nothing_is_told_and_not_run(north_quay, tests, code) -> None:
    tested = north_quay(tests)
    assert code in ids(tested)
    assert "DL504" not in ids(tested)
    assert tested.run == 1
    assert not tested.is_green


def test_what_is_wrong_with_a_fixture_is_told_once(north_quay) -> None:
    head = HEAD.replace("kind: fixed", "kind: fixd")
    tested = north_quay(case("{volumes: [{$use: good-c}]}", "{verdict: pass}"), head=head)
    assert ids(tested) == ["DL503"]
    assert tested.run == 0


def test_a_fixture_that_nobody_uses_is_told(north_quay) -> None:
    head = HEAD.replace("tests:", '  bad-d: {name: "D:"}\ntests:')
    assert ids(north_quay(head=head)) == ["DL502"]


def test_a_fixture_uses_no_other_fixture(north_quay) -> None:
    head = HEAD.replace("tests:", "  d: {$use: good-c}\ntests:").replace(
        "$use: good-c}]", "$use: d}]"
    )
    assert "DL106" in ids(north_quay(head=head))


def test_two_tests_have_two_names(north_quay) -> None:
    twice = case("{volumes: []}", "{verdict: unknown}")
    assert ids(north_quay(twice + twice)) == ["DL105"]


def test_a_rule_that_asks_for_the_time_needs_now(north_quay) -> None:
    head = HEAD.replace('now: "2026-11-22T10:00:00Z"\n', "")
    assert ids(north_quay(head=head)) == ["DL509"]
    assert north_quay(
        head=head.replace("facts:", 'now: "2026-11-22T10:00:00Z"\n    facts:')
    ).is_green


def test_tests_belong_to_the_pack_of_their_folder(north_quay) -> None:
    head = HEAD.replace("pack: north-quay", "pack: south-quay")
    assert ids(north_quay(head=head)) == ["DL104"]


def test_no_tests_are_never_green(north_quay) -> None:
    nothing = north_quay(containing="nothing is called so")
    assert ids(nothing) == ["DL107"]
    assert not nothing.is_green
    assert north_quay(containing="a good disk").run == 1
    assert north_quay(containing="a-rule").run == 1
    without = HEAD.partition("tests:")[0].partition("fixtures:")[0] + "tests: []\n"
    assert "DL107" in ids(north_quay(head=without))


def test_a_rule_without_tests_is_a_warning(write_pack) -> None:
    tested = run_tests([write_pack(RULE)])
    assert [(p.id, p.level) for p in tested.all_problems] == [
        ("DL107", "error"),
        ("DL409", "warning"),
    ]
    assert not tested.is_green


def test_a_verdict_that_gets_better_by_a_loss_is_told(north_quay, monkeypatch) -> None:
    import rules.workbench.test as runner

    def forgiving(pack, rules, facts, case):
        found = judging.judge_facts(pack, rules, facts, case)
        if "$unknown" not in str(facts):
            return found
        return tuple(type(one)(one.rule, Verdict.PASS, one.terms) for one in found)

    monkeypatch.setattr(runner, "judge_facts", forgiving)
    tested = north_quay(case("{volumes: [{$use: good-c, protection: locked}]}", "{verdict: fail}"))
    messages = [one.message for one in tested.problems if one.id == "DL505"]
    assert "another: without volumes[0].protection the verdict turns from fail to pass" in messages
    assert "3 times it helped" in "\n".join(tally.lines(tested))


def test_the_last_lines_count(north_quay) -> None:
    tested = north_quay(case("{volumes: []}", "{verdict: fail}"))
    assert tally.lines(tested) == [
        "2 tests ran, 1 does not hold; 5 times a fact was lost, and it never helped"
    ]


def test_a_test_with_very_many_facts_ends_all_the_same(north_quay) -> None:
    many = ", ".join(f'{{$use: good-c, name: "V{number}:"}}' for number in range(3_000))
    tested = north_quay(case(f"{{volumes: [{many}]}}", "{verdict: pass}"))
    assert tested.is_green
    assert tested.cut == 1
    assert tested.lost < 500
    assert tally.lines(tested)[1] == "1 test with very many facts: not each of them was lost"


def test_progress_is_told_while_it_runs(write_pack) -> None:
    steps = []
    folder = write_pack(RULE, rules_test=HEAD)
    run([folder], Wanted(mutants=True), lambda *step: steps.append(step))
    assert steps == [("tests", 0, 1), ("rules", 0, 1), ("", 0, 0)]


class TestAPathSaysWhichTestsRun:
    @pytest.fixture
    def two_topics(self, write_pack):
        disks = HEAD.replace("a good disk passes", "a disk").replace("rule: a-rule", "rule: rule-2")
        return write_pack(RULE, RULE, rules_test=HEAD, disks_test=disks)

    @pytest.mark.parametrize(
        ("path", "count"),
        [
            (".", 2),
            ("pack.yaml", 2),
            ("rules_test.yaml", 1),
            ("disks_test.yaml", 1),
            ("rules.yaml", 2),
        ],
    )
    def test_a_folder_all_of_them_and_a_file_its_own(self, two_topics, path, count) -> None:
        tested = run_tests([two_topics / path])
        assert ids(tested) == []
        assert tested.run == count
