"""What an author changed is told by what it does; no direction is claimed in vain."""

import pytest

from rules.workbench.diff.kinds import Kind, Step
from rules.workbench.diff.packs import diff

MUST = "must:\n  - that: {}\n    say: wrong"


@pytest.fixture
def changes(compile_rule):
    """The changes between two versions of one rule, as (kind, key)."""

    def compare(before: str, after: str) -> list[tuple[str, str]]:
        found = diff(compile_rule(before), compile_rule(after))
        return [(str(change.kind), change.what) for change in found.changes]

    return compare


@pytest.fixture
def leaf(changes):
    """What a changed leaf of `must` does; None if nothing differs at all."""

    def compare(before: str, after: str) -> str | None:
        found = changes(MUST.format(before), MUST.format(after))
        assert all(what == "must[0]" for _, what in found)
        return found[0][0] if found else None

    return compare


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("agent.elevated", "agent.elevated", None),
        ("agent.elevated", "not (not agent.elevated)", "reworded"),
        ("agent.memory < 9", "9 > agent.memory", "reworded"),
        ("agent.memory < 9", "not (agent.memory >= 9)", "reworded"),
        ('host.os in ["linux", "macos"]', 'host.os == "macos" or host.os == "linux"', "reworded"),
        ("users.all(u, u.enabled)", "users.all(person, person.enabled)", "reworded"),
        ("agent.elevated and agent.memory < 9", "agent.memory < 9 and agent.elevated", "reworded"),
        ("agent.memory < 9", "agent.memory < 8", "tightened"),
        ("agent.memory <= 9", "agent.memory < 9", "tightened"),
        ("agent.memory < 9", "agent.memory == 8", "tightened"),
        ("agent.memory != 9", "agent.memory > 9", "tightened"),
        ("agent.memory != 9", "agent.memory < 9", "tightened"),
        ("agent.memory < 9", "agent.memory < 9 and agent.elevated", "tightened"),
        ("agent.memory < 9 or agent.elevated", "agent.elevated", "tightened"),
        ('host.os in ["linux", "macos"]', 'host.os in ["linux"]', "tightened"),
        ('host.role != "nas"', 'host.role == "server"', "tightened"),
        ("users.exists(u, u.enabled)", "users.exists(u, u.enabled and u.admin)", "tightened"),
        (
            "users.filter(u, u.admin).size() <= 2",
            "users.filter(u, u.admin or u.enabled).size() <= 1",
            "tightened",
        ),
        (
            "users.filter(u, u.admin and u.enabled).size() >= 2",
            "users.filter(u, u.admin).size() >= 1",
            "loosened",
        ),
        ("agent.memory < 9", "agent.memory < 10", "loosened"),
        ("agent.elevated and agent.memory < 9", "agent.memory < 9", "loosened"),
        ("users.all(u, u.enabled)", "users.all(u, u.enabled or u.admin)", "loosened"),
        ("not users.all(u, u.enabled)", "not users.all(u, u.enabled and u.admin)", "loosened"),
        ("agent.memory < 9", "agent.memory > 9", "changed"),
        ("agent.memory < 9", "agent.elevated", "changed"),
        ("agent.memory != 9", "agent.memory != 8", "changed"),
        ("users.exists(u, u.admin)", "users.all(u, u.admin)", "changed"),
        ("users.exists_one(u, u.admin)", "users.exists_one(u, u.enabled)", "changed"),
    ],
)
def test_a_direction_is_told_where_it_follows_from_the_leaf(leaf, before, after, kind) -> None:
    assert leaf(before, after) == kind


GUESTS = "no: users\nwhere: user.guest\nsay: wrong"
EVERY = """
    every: users
    where: {where}
    each_must:
      - {{that: {that}, say: wrong}}
    if_none: {if_none}
"""


def every(where="user.enabled", that="user.admin", if_none="pass") -> str:
    return EVERY.format(where=where, that=that, if_none=if_none)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (every(), every(where="user.enabled and user.interactive"), ("loosened", "where")),
        (every(where="user.enabled and user.interactive"), every(), ("tightened", "where")),
        (every(where="user.guest"), every(), ("changed", "where")),
        # who selects more may find nobody no longer, and that failed
        (
            every(where="user.enabled and user.guest", if_none="fail"),
            every(if_none="fail"),
            ("changed", "where"),
        ),
        (every(), every(that="user.admin and user.guest"), ("tightened", "each_must[0]")),
        (every(), every(if_none="fail"), ("tightened", "if_none")),
        (every(if_none="unknown"), every(if_none="not-applicable"), ("loosened", "if_none")),
        (
            every(),
            every().replace("every: users", "every: users\n    when: agent.elevated"),
            ("loosened", "when"),
        ),
        (
            every(),
            every() + "\n    must:\n      - {that: agent.elevated, say: x}",
            ("tightened", "must[0]"),
        ),
        (
            every() + "\n    must:\n      - {that: agent.elevated, say: x}",
            every(),
            ("loosened", "must[0]"),
        ),
        (
            "must:\n  - {that: agent.elevated, say: wrong}",
            "must:\n  - {that: agent.elevated, say: wrong}\n" + GUESTS,
            ("tightened", "list"),
        ),
        (
            "no: users\nwhere: user.guest\nsay: wrong",
            "no: users\nwhere: user.guest or user.admin\nsay: wrong",
            ("tightened", "where"),
        ),
        (
            "some: users\nwhere: user.guest\nsay: wrong",
            "some: users\nwhere: user.guest or user.admin\nsay: wrong",
            ("loosened", "where"),
        ),
        (
            "some: users\nwhere: user.guest\nsay: wrong",
            "some: users\nwhere: user.guest\nat_least: 2\nsay: wrong",
            ("tightened", "at_least"),
        ),
        (
            "no: users\nwhere: user.guest\nsay: wrong",
            "some: users\nwhere: user.guest\nsay: wrong",
            ("changed", "list"),
        ),
    ],
)
def test_each_part_of_a_rule_has_its_own_direction(changes, before, after, kind) -> None:
    assert kind in changes(before, after)


def test_a_clause_that_was_cut_in_two_asks_what_it_asked(changes) -> None:
    one = "must:\n  - {that: agent.elevated and agent.memory < 9, say: wrong}"
    two = "must:\n  - {that: agent.elevated, say: wrong}\n  - {that: agent.memory < 9, say: wrong}"
    assert {kind for kind, what in changes(one, two) if what.startswith("must")} == {"reworded"}


def test_a_define_is_told_with_the_direction_of_what_uses_it(changes) -> None:
    rule = "define:\n  few: {} \nmust:\n  - {{that: few, say: wrong}}"
    before, after = rule.format("agent.memory < 9"), rule.format("agent.memory < 8")
    assert changes(before, after) == [("tightened", "define few")]
    assert changes(after, before) == [("loosened", "define few")]


def test_a_define_that_was_written_out_changes_nothing(changes) -> None:
    rule = "define:\n  few: agent.memory < 9\nmust:\n  - {that: few, say: wrong}"
    found = changes(rule, "must:\n  - {that: agent.memory < 9, say: wrong}")
    assert {kind for kind, _ in found} == {"reworded"}


PARAM = "params:\n  n: {{{}}}\nmust:\n  - {{that: agent.memory <= params.n, say: wrong}}"


def param(text: str) -> str:
    return PARAM.format(f"type: int, basis: practice_policy, {text}")


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("default: 9, tighten: at-most", "default: 8, tighten: at-most", ("tightened", "params.n")),
        ("default: 8, tighten: at-most", "default: 9, tighten: at-most", ("loosened", "params.n")),
        ("default: 8, loosen: true", "default: 7, loosen: true", ("loosened", "params.n")),
        ("default: 8", "default: 7", ("changed", "params.n")),
        ("default: 8", "default: 8, max: 9", ("tightened", "params.n.max")),
        ("default: 8, max: 9", "default: 8, max: 10", ("loosened", "params.n.max")),
        ("default: 8, min: 1", "default: 8, min: 2", ("tightened", "params.n.min")),
        ("default: 8", "default: 8, tighten: at-most", ("tightened", "params.n.tighten")),
        ("default: 8, tighten: at-most", "default: 8", ("loosened", "params.n.tighten")),
        (
            "default: 8, tighten: at-most",
            "default: 8, tighten: at-least",
            ("changed", "params.n.tighten"),
        ),
        ("default: 8", "default: 8, about: x", ("reworded", "params.n.about")),
    ],
)
def test_a_param_goes_by_what_its_author_declared(changes, before, after, found) -> None:
    assert found in changes(param(before), param(after))


def test_a_number_that_became_a_param_asks_what_it_asked(changes) -> None:
    found = changes("must:\n  - {that: agent.memory <= 8, say: wrong}", param("default: 8"))
    assert found == [("added", "params.n"), ("reworded", "must[0]")]
    gone = changes(param("default: 8"), "must:\n  - {that: agent.memory <= 8, say: wrong}")
    assert ("gone", "params.n") in gone


def test_words_change_no_verdict(compile_rule) -> None:
    rule = "plain: {}\ntags: [{}]\nfix: {}\nmust:\n  - {{that: agent.elevated, say: {}}}"
    found = diff(
        compile_rule(rule.format("A.", "a", "b", "c")),
        compile_rule(rule.format("B.", "b", "c", "d")),
    )
    assert {change.kind for change in found.changes} == {Kind.REWORDED}
    assert [change.what for change in found.changes] == ["plain", "say 0", "fix.any", "tags"]
    assert found.step is Step.PATCH


def test_a_rule_is_the_same_as_itself(baseline) -> None:
    found = diff(baseline, baseline)
    assert found.is_same
    assert found.step is Step.NONE


def test_a_leaf_too_big_to_compare_is_only_said_to_differ(compile_rule) -> None:
    doubled = "\n".join(
        f"  d{n}: d{n - 1}.filter(u, u.admin or d{n - 1}.exists(w, w.admin))" for n in range(1, 16)
    )
    rule = (
        "define:\n  d0: users.filter(u, u.{})\n"
        + doubled
        + ("\nmust:\n  - {{that: d15.size() < 2, say: wrong}}")
    )
    found = diff(compile_rule(rule.format("admin")), compile_rule(rule.format("guest")))
    assert {str(change.kind) for change in found.changes} == {"changed"}
