"""Each small mistake that could stand in a rule makes a mutant with a name of its own."""

import pytest

from rules.workbench.variants.mutants import mutants
from rules.workbench.variants.written import Written


@pytest.fixture
def names(check_rule):
    """The names of the mutants of a rule."""

    def names(rule):
        checked = check_rule(rule)
        source = checked.sources[0]
        return [one.at for one in mutants(checked.rules["a-rule"], Written(source, {}))]

    return names


def test_mutants_of_the_operators(names) -> None:
    rule = """
        must:
          - that: agent.memory < 5 and agent.memory > 2 or agent.memory >= 9
            say: too much
    """
    assert names(rule) == [
        "a-rule must[0]: dropped",
        "a-rule must[0]: < to <=",
        "a-rule must[0]: and to or",
        "a-rule must[0]: > to >=",
        "a-rule must[0]: or to and",
        "a-rule must[0]: >= to >",
    ]


def test_mutants_of_one_kind_are_counted_from_the_left(names) -> None:
    rule = """
        must:
          - that: host.os == "linux" or host.os == "macos"
            say: another system
    """
    assert names(rule)[1:] == [
        "a-rule must[0]: == to != (1)",
        "a-rule must[0]: or to and",
        "a-rule must[0]: == to != (2)",
    ]


def test_mutants_of_no(names) -> None:
    rule = """
        no: users
        where: user.admin and user.blank_password != false
        say: ${user.name} has no password
    """
    assert names(rule) == [
        "a-rule where[0]: dropped",
        "a-rule where[0]: and to or",
        "a-rule where[0]: != to ==",
        "a-rule no: dropped",
    ]


def test_mutants_of_some(names) -> None:
    rule = """
        some: users
        where: user.admin
        at_least: 2
        say: fewer than two administrators
    """
    assert names(rule) == [
        "a-rule where[0]: dropped",
        "a-rule some: dropped",
        "a-rule at_least: 2 to 1",
        "a-rule at_least: 2 to 3",
    ]


def test_mutants_of_a_define(names) -> None:
    rule = """
        define:
          admins: users.filter(u, u.admin and u.enabled)
        must:
          - that: admins.size() <= 2
            say: too many
    """
    assert names(rule)[:1] == ["a-rule define.admins: and to or"]
