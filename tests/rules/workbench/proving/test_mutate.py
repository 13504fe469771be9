"""An administrator tests his rule, and is told which mistake in it his tests would not see."""

import pytest

from rules.workbench.test import Wanted, run

RULE = """
    when: host.os == "windows"
    params:
      max_idle: {type: duration, default: 15m, basis: practice_policy}
    must:
      - that: host.portable or host.joined != "none"
        say: a desk machine of nobody
    every: users
    where:
      - user.interactive
      - user.kind in ["local", "domain"]
    each_must:
      - that: user.lock.after != null and user.lock.after <= params.max_idle
        say: ${user.name} locks after ${user.lock.after}
    if_none: unknown
"""
HEAD = """dentinel: rule-tests/v1
pack: north-quay
fixtures:
  op1: {os: windows, portable: true, joined: none}
  dr-lee: {name: dr_lee, kind: local, interactive: true, lock: {after: 15m}}
"""


def case(name, facts, expect):
    return f"  - name: {name}\n    rule: a-rule\n    facts: {facts}\n    expect: {expect}\n"


PASSES = case(
    "a machine of the practice", "{host: {$use: op1}, users: [{$use: dr-lee}]}", "{verdict: pass}"
)
COMPLETE = "".join(
    [
        PASSES,
        case("a mac", "{host: {$use: op1, os: macos}, users: []}", "{verdict: not-applicable}"),
        case(
            "a desk machine of nobody",
            "{host: {$use: op1, portable: false}, users: [{$use: dr-lee}]}",
            "{verdict: fail}",
        ),
        case(
            "a desk machine of the domain",
            "{host: {$use: op1, portable: false, joined: domain}, users: [{$use: dr-lee}]}",
            "{verdict: pass}",
        ),
        case(
            "a service has no screen, a cloud account another rule",
            "{host: {$use: op1}, users: [{$use: dr-lee}, {$use: dr-lee, interactive: false,"
            " lock: {after: null}}, {$use: dr-lee, kind: cloud, lock: {after: null}}]}",
            "{verdict: pass}",
        ),
        case(
            "a screen that never locks",
            "{host: {$use: op1}, users: [{$use: dr-lee, lock: {after: null}}]}",
            "{verdict: fail}",
        ),
        case(
            "a screen that locks too late",
            "{host: {$use: op1}, users: [{$use: dr-lee, lock: {after: 901s}}]}",
            "{verdict: fail}",
        ),
        case("nobody", "{host: {$use: op1}, users: []}", "{verdict: unknown}"),
    ]
)


@pytest.fixture
def mutate(write_pack):
    def mutate(tests, more="", rule=RULE, head=HEAD, containing=""):
        folder = write_pack(rule, rules_test=f"{head}tests:\n{tests}{more}")
        return run([folder], Wanted(containing, mutants=True))

    return mutate


def survivors(tested):
    notes = [note for one in tested.problems if one.id == "DL506" for note in one.notes]
    return [note.split('"a-rule ')[1].removesuffix('"') for note in notes if note.startswith("at ")]


def test_tests_that_see_every_mistake_leave_no_mutant_alive(mutate) -> None:
    tested = mutate(COMPLETE)
    assert survivors(tested) == []
    assert tested.is_green
    assert tested.mutated[0].dead == tested.mutated[0].total == 15


def test_one_test_alone_sees_little(mutate) -> None:
    tested = mutate(PASSES)
    assert not tested.is_green
    assert survivors(tested) == [
        "when: dropped",
        "must[0]: dropped",
        "must[0]: != to ==",
        "where[0]: dropped",
        "where[1]: dropped",
        "each_must[0]: dropped",
        "each_must[0]: and to or",
        "if_none: unknown to pass",
        "if_none: unknown to fail",
        "if_none: unknown to not-applicable",
    ]


@pytest.mark.parametrize(
    ("forgotten", "left"),
    [
        ("a mac", ["when: dropped"]),
        ("a desk machine of nobody", ["must[0]: dropped"]),
        ("a service has no screen", ["where[0]: dropped", "where[1]: dropped"]),
        ("nobody", ["if_none: unknown to pass", "if_none: unknown to fail"]),
    ],
)
def test_a_test_that_is_forgotten_is_told_by_what_it_would_see(mutate, forgotten, left) -> None:
    kept = [one for one in COMPLETE.split("  - name: ") if one and not one.startswith(forgotten)]
    found = survivors(mutate("".join(f"  - name: {one}" for one in kept)))
    assert set(left) <= set(found)


def test_a_survivor_is_shown_where_it_stands(mutate) -> None:
    late = COMPLETE.replace("lock: {after: 15m}", "lock: {after: 14m}")
    tested = mutate(late, head=HEAD.replace("after: 15m", "after: 14m"))
    (problem,) = tested.problems
    source = tested.report.sources[problem.place.file]
    marked = source.line(problem.place.line)[problem.place.column - 1 : problem.place.end - 1]
    assert problem.message == "no test notices each_must[0]: <= to <"
    assert marked == "<="
    assert problem.notes == (
        "original  user.lock.after <= params.max_idle",
        "changed   user.lock.after < params.max_idle",
        'at        "a-rule each_must[0]: <= to <"',
        'such as   "a machine of the practice" with users[0].lock.after: "900s";',
        "          the rule says pass, the mutant fail",
    )
    assert "user.lock.after is exactly params.max_idle" in problem.help


def test_survivors_that_one_test_would_see_are_told_together(mutate) -> None:
    kept = COMPLETE.partition("  - name: nobody")[0]
    (problem,) = mutate(kept).problems
    assert problem.message == (
        "no test notices if_none: unknown to pass, unknown to fail, unknown to not-applicable"
    )
    assert problem.help.startswith("add a test in which nothing is selected")


class TestWhatNobodyCanSee:
    ENTRY = "equivalent:\n  - at: 'a-rule {}'\n    why: every machine of North Quay is a Windows\n"

    def without_mac(self) -> str:
        kept = [one for one in COMPLETE.split("  - name: ") if one and "macos" not in one]
        return "".join(f"  - name: {one}" for one in kept)

    def test_is_listed_with_a_reason(self, mutate) -> None:
        tested = mutate(self.without_mac(), self.ENTRY.format("when: dropped"))
        assert tested.is_green
        assert (tested.mutated[0].listed, tested.mutated[0].survived) == (1, 0)

    def test_is_an_error_once_a_test_sees_it(self, mutate) -> None:
        tested = mutate(COMPLETE, self.ENTRY.format("when: dropped"))
        assert [problem.id for problem in tested.problems] == ["DL510"]

    @pytest.mark.parametrize("name", ["when: forgotten", "each_must[7]: dropped"])
    def test_must_be_a_mutant_of_the_rule(self, mutate, name) -> None:
        tested = mutate(COMPLETE, self.ENTRY.format(name))
        assert [problem.id for problem in tested.report.problems] == ["DL510"]

    def test_names_a_rule_that_is_there(self, mutate) -> None:
        tested = mutate(COMPLETE, self.ENTRY.replace("a-rule", "b-rule").format("when: dropped"))
        assert [problem.id for problem in tested.report.problems] == ["DL501"]


def test_a_rule_whose_tests_fail_is_not_mutated(mutate) -> None:
    wrong = COMPLETE + case("a wrong test", "{host: {$use: op1}}", "{verdict: pass}")
    tested = mutate(wrong)
    assert [problem.id for problem in tested.problems] == ["DL504"]
    assert tested.mutated == []


def test_a_part_of_the_tests_is_no_reason_to_call_a_mutant_alive(mutate) -> None:
    assert mutate(COMPLETE, containing="a mac").is_green


def test_a_test_that_fails_and_was_not_asked_for_kills_nothing(mutate) -> None:
    wrong = PASSES + case("a wrong test", "{host: {$use: op1}}", "{verdict: pass}")
    assert "when: dropped" in survivors(mutate(wrong, containing="a machine of the practice"))
