"""Which scopes reach a machine: all keys must hold, and what is not known fits nothing."""

import pytest

from rules.compiled.assignment import Assignment, Match, is_name, of_site, roles

PANO = Assignment("lee", "bright-smiles", frozenset({"imaging", "role:server"}), "PANO-01")


def match(**keys: str) -> Match:
    return Match(tuple(keys.items()))


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        (match(org="lee"), True),
        (match(org="lee", group="imaging"), True),
        (match(org="lee", group="front-desk"), False),
        (match(machine="pano-01"), True),
        (match(clinic="Bright-Smiles"), False),
        (match(group="role:server"), True),
    ],
)
def test_all_keys_must_hold(scope, fits) -> None:
    assert scope.fits(PANO) is fits
    assert not scope.fits(Assignment())


def test_the_level_is_the_most_specific_key() -> None:
    assert match(org="lee", group="imaging").level == "group"
    assert str(match(org="lee", group="imaging")) == "group imaging of org lee"
    assert [match(**{level: "a"}).rank for level in ("org", "clinic", "group", "machine")] == [
        *range(4)
    ]


def test_one_machine_has_one_clinic_and_many_groups() -> None:
    assert not match(clinic="a").may_meet(match(clinic="b", group="x"))
    assert match(group="x").may_meet(match(group="y"))
    assert match(clinic="a").may_meet(match(org="b"))


def test_a_scope_is_as_wide_as_it_says_little() -> None:
    assert match(group="x").folded in match(clinic="a", group="x").wider()
    assert match(clinic="a", group="x").folded not in match(group="x").wider()
    assert match(clinic="a").folded not in match(clinic="a", group="x").wider()
    assert match(machine="PANO-01").folded in match(machine="pano-01").wider()


def test_names_have_a_spelling() -> None:
    assert is_name("machine", "PANO-01")
    assert is_name("group", "site:main")
    assert is_name("group", "role:operatory")
    assert not is_name("group", "role:dentist")
    assert not is_name("clinic", "Bright Smiles")
    assert not is_name("machine", "a" * 65)
    assert of_site("main") == "site:main"
    assert "operatory" in roles()
