"""Tests that never saw a part of a leaf both true and false are told which test is missing."""

import pytest

from rules.workbench.test import Wanted, run

RULE = """
    must:
      - that: users.all(u, not u.admin or u.name in ["dr_lee"])
        say: an administrator nobody knows
    every: users
    where: user.enabled
    each_must:
      - that: user.lock.after != null and user.lock.after <= "15m"
        say: ${user.name} locks too late
    if_none: unknown
"""
HEAD = """dentinel: rule-tests/v1
pack: north-quay
fixtures:
  dr-lee: {name: dr_lee, admin: true, enabled: true, lock: {after: 10m}}
tests:
"""


def case(name, facts, verdict):
    return (
        f"  - name: {name}\n    rule: a-rule\n    facts: {{users: {facts}}}\n"
        f"    expect: {{verdict: {verdict}}}\n"
    )


GOOD = case("the practice owner alone", "[{$use: dr-lee}]", "pass")


@pytest.fixture
def cover(write_pack):
    def cover(tests, rule=RULE, head=HEAD):
        folder = write_pack(rule, rules_test=head + tests)
        return run([folder], Wanted(coverage=True))

    return cover


def gaps(tested):
    """What was never seen, by the text of the atom."""
    found = []
    for problem in tested.problems:
        assert problem.id == "DL507"
        line = tested.report.sources[problem.place.file].line(problem.place.line)
        atom = line[problem.place.column - 1 : problem.place.end - 1]
        found.append((atom, problem.message.partition("this is ")[2].removesuffix(" in any test")))
    return found


def test_what_was_never_seen_is_told_part_by_part(cover) -> None:
    tested = cover(GOOD)
    assert not tested.is_green
    assert gaps(tested) == [
        ('users.all(u, not u.admin or u.name in ["dr_lee"])', "never false"),
        ("u.admin", "never false"),
        ('u.name in ["dr_lee"]', "never false"),
        ("user.enabled", "never false"),
        ("user.lock.after != null", "never false"),
        ('user.lock.after <= "15m"', "never false"),
    ]
    assert (tested.covered[0].atoms, tested.covered[0].both) == (6, 0)


def test_the_missing_test_is_told_with_what_must_hold_besides(cover) -> None:
    helps = [problem.help for problem in cover(GOOD).problems]
    assert helps[2].startswith(
        'add a test in which u.admin is true, and u.name is none of ["dr_lee"]; expect there'
    )
    assert helps[4].startswith("add a test in which user.lock.after is null; expect there")
    assert helps[5].startswith(
        'add a test in which user.lock.after is not null, and user.lock.after is above "15m";'
    )


def test_facts_are_shown_in_which_it_would_be_seen(cover) -> None:
    notes = [" ".join(note.split()) for one in cover(GOOD).problems for note in one.notes]
    assert 'such as "the practice owner alone" with users[0].lock.after: null; the' in notes
    assert 'such as "the practice owner alone" with users[0].lock.after: "901s";' in notes


def test_parts_are_seen_item_by_item(cover) -> None:
    users = (
        "[{$use: dr-lee}, {$use: dr-lee, name: old, admin: false, enabled: false},"
        " {$use: dr-lee, name: msp_tech},"
        " {$use: dr-lee, name: front_desk, lock: {after: null}},"
        " {$use: dr-lee, name: hygiene, lock: {after: 16m}}]"
    )
    tested = cover(GOOD + case("a whole practice", users, "fail"))
    assert gaps(tested) == []
    assert tested.is_green
    assert tested.covered[0].both == 6


def test_what_is_never_reached_is_not_seen(cover) -> None:
    rule = """
        must:
          - that: host.portable and host.virtual == "vm"
            say: not both
    """
    head = "dentinel: rule-tests/v1\npack: north-quay\ntests:\n"
    desk = "{name: a desk, rule: a-rule, facts: {host: {portable: false, virtual: vm}}"
    tested = cover(f"  - {desk}, expect: {{verdict: fail}}}}\n", rule=rule, head=head)
    assert gaps(tested) == [
        ("host.portable", "never true"),
        ('host.virtual == "vm"', "never true"),
        ('host.virtual == "vm"', "never false"),
    ]


def test_what_was_not_read_is_neither_true_nor_false(cover) -> None:
    hidden = cover(case("a machine behind a container", "{$unknown: container}", "unknown"))
    assert len(gaps(hidden)) == 2 * hidden.covered[0].atoms == 12
