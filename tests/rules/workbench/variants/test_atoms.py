"""The atoms of a leaf are its parts between `and`, `or` and `not`."""

import pytest

from rules.workbench.variants.atoms import watch_atoms


@pytest.fixture
def atoms(check_rule):
    def atoms(rule):
        checked = check_rule(rule)
        found = watch_atoms(checked.rules["a-rule"], lambda *_: None)[1]
        source = {file.name: file.source for file in checked.files}
        places = [(source[one.node.place.file], one.node.place) for one in found]
        return [text.line(at.line)[at.column - 1 : at.end - 1] for text, at in places]

    return atoms


def test_atoms_stand_between_and_or_and_not(atoms) -> None:
    rule = """
        must:
          - that: not (host.portable or host.os in ["linux"]) and not agent.elevated
            say: no
    """
    assert atoms(rule.replace("say: no", "say: it is so")) == [
        "host.portable",
        'host.os in ["linux"]',
        "agent.elevated",
    ]


def test_atoms_are_looked_for_in_every_leaf(atoms) -> None:
    rule = """
        when: host.os == "linux"
        define:
          admins: users.filter(u, u.admin and u.enabled)
        must:
          - that: admins.size() > 0
            say: nobody
        no: users
        where: [user.admin, user.enabled]
        say: ${user.name}
    """
    assert atoms(rule) == [
        'host.os == "linux"',
        "u.admin",
        "u.enabled",
        "admins.size() > 0",
        "user.admin",
        "user.enabled",
    ]


def test_the_atoms_of_a_choice_are_its_three_parts(atoms) -> None:
    rule = """
        must:
          - that: "host.portable ? agent.elevated : host.os == 'linux'"
            say: it is not
    """
    assert atoms(rule) == ["host.portable", "agent.elevated", "host.os == 'linux'"]


def test_a_constant_is_no_atom(atoms) -> None:
    rule = """
        must:
          - that: host.portable or false
            say: it is not
    """
    assert atoms(rule) == ["host.portable"]
