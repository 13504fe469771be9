"""What an author begins with is sound, tested and never written over what is there."""

from pathlib import Path

import pytest

from rules.compiled import catalogue
from rules.errors import Misused, Problem
from rules.workbench.check import check
from rules.workbench.new import new_pack, new_rule
from rules.workbench.test import Wanted, run

LISTS = [None, *(".".join(path) for path in catalogue.lists())]


@pytest.fixture
def practice(tmp_path, monkeypatch) -> Path:
    """A folder in which somebody keeps rules, with a new pack in it."""
    monkeypatch.chdir(tmp_path)
    return new_pack(Path("our-practice")).pack


def proven(pack: Path) -> list[Problem]:
    """What tests, mutants and coverage find wrong; that they ran is looked at here."""
    tested = run([pack], Wanted(mutants=True, coverage=True))
    assert tested.is_green
    assert tested.run > 0
    return tested.all_problems


def test_a_new_pack_is_sound_and_its_tests_are_green(practice) -> None:
    assert check([practice]).problems == []
    assert proven(practice) == []


@pytest.mark.parametrize("over", LISTS, ids=str)
def test_a_new_rule_is_sound_and_green_over_every_list_of_the_catalogue(practice, over) -> None:
    made = new_rule("what-we-want", over, practice)
    assert [file.name for file in made.files] == ["what-we-want.yaml", "what-we-want_test.yaml"]
    assert check([practice]).problems == []
    assert proven(practice) == []


def test_every_file_names_its_schema_from_where_it_lies(practice) -> None:
    made = new_rule("what-we-want", "users", None)
    forms = {"accounts.yaml": "rules-v1", "what-we-want_test.yaml": "rule-tests-v1"}
    for name, form in forms.items():
        first = (practice / name).read_text().splitlines()[0]
        assert first == f"# yaml-language-server: $schema=../.dentinel/{form}.schema.json"
    assert made.schemas == Path(".dentinel")


def test_schemas_that_are_there_are_named_from_a_pack_further_down(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".dentinel").mkdir()
    made = new_pack(Path("clinics/rules/bright-smiles"))
    first = made.files[0].read_text().splitlines()[0]
    assert first.endswith("$schema=../../../.dentinel/pack-v1.schema.json")


def test_a_new_rule_cites_no_law(practice) -> None:
    new_rule("what-we-want", None, practice)
    assert "cite: {practice_policy: [own-policy]}" in (practice / "what-we-want.yaml").read_text()


def test_nothing_is_written_over(practice) -> None:
    new_rule("what-we-want", None, practice)
    before = {file: file.read_bytes() for file in practice.iterdir()}
    with pytest.raises(Misused, match="never used again"):
        new_rule("what-we-want", "users", practice)
    with pytest.raises(Misused, match="is there already"):
        new_pack(practice)
    (practice / "screens_test.yaml").write_text("mine")
    with pytest.raises(Misused, match="not written over"):
        new_rule("screens", None, practice)
    (practice / "screens_test.yaml").unlink()
    assert {file: file.read_bytes() for file in practice.iterdir()} == before


def test_a_retired_id_is_not_taken_again(practice) -> None:
    with (practice / "pack.yaml").open("a") as pack:
        pack.write("retired: [{id: old-rule, last: '0.1.0', why: nobody needs it}]\n")
    with pytest.raises(Misused, match="never used again"):
        new_rule("old-rule", None, practice)


@pytest.mark.parametrize("name", ["Our Practice", "our_practice", "1st", "x" * 49, "-", "é"])
def test_a_name_that_is_none_is_refused_before_anything_is_written(
    name, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Misused, match="such as screen-locks"):
        new_pack(Path(name))
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_is_none_is_told_with_the_nearest(practice) -> None:
    with pytest.raises(Misused, match='did you mean "volumes"'):
        new_rule("what-we-want", "volume", practice)
    with pytest.raises(Misused, match=r"it is one of volumes, .*imaging\.roots"):
        new_rule("what-we-want", "clouds", practice)


def test_the_pack_that_lies_here_is_meant_if_there_is_one_alone(practice, monkeypatch) -> None:
    assert new_rule("one", None, None).pack == practice
    new_pack(Path("another"))
    with pytest.raises(Misused, match="2 packs lie here: say which is meant"):
        new_rule("two", None, None)
    monkeypatch.chdir(practice)
    assert new_rule("two", None, None).files[0] == Path("two.yaml")
    with pytest.raises(Misused, match="dentinel rules new pack nowhere"):
        new_rule("three", None, Path("nowhere"))


def test_a_pack_for_older_agents_is_told_to_ask_for_newer_facts_first(practice) -> None:
    pack = practice / "pack.yaml"
    pack.write_text(pack.read_text().replace('requires_facts: "1.1"', 'requires_facts: "1.0"'))
    with pytest.raises(Misused, match=r'write requires_facts: "1\.1"'):
        new_rule("few-listeners", "listeners", practice)
