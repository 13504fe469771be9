"""`dentinel rules new` says what it wrote and what to do next, and its word can be followed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app


def dentinel(*words: str):
    return CliRunner().invoke(app, list(words))


@pytest.fixture(autouse=True)
def at_home(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_new_pack_says_what_to_do_next() -> None:
    said = dentinel("rules", "new", "pack", "our-practice")
    assert said.exit_code == 0
    assert said.output == (
        "wrote our-practice/pack.yaml\n"
        "wrote our-practice/accounts.yaml\n"
        "wrote our-practice/accounts_test.yaml\n"
        "next: dentinel rules test our-practice\n"
        "      dentinel rules new rule swap-encrypted --every volumes --pack our-practice\n"
        "      dentinel rules schema --write .dentinel    (for your editor)\n"
    )


def test_every_next_step_works_as_it_is_typed() -> None:
    said = dentinel("rules", "new", "pack", "our-practice").output
    Path(".dentinel").mkdir()
    for line in said.splitlines()[3:5]:
        words = line.removeprefix("next:").split()
        assert dentinel(*words[1:]).exit_code == 0, line
    assert (Path("our-practice") / "swap-encrypted.yaml").is_file()
    assert dentinel("rules", "test").exit_code == 0


def test_a_new_rule_says_where_to_write_and_how_to_prove_it() -> None:
    dentinel("rules", "new", "pack", "our-practice")
    said = dentinel("rules", "new", "rule", "swap-encrypted", "--every", "volumes")
    assert said.output == (
        "wrote our-practice/swap-encrypted.yaml\n"
        "wrote our-practice/swap-encrypted_test.yaml\n"
        "next: say what must be true in our-practice/swap-encrypted.yaml\n"
        "      prove it in our-practice/swap-encrypted_test.yaml\n"
        "      dentinel rules test our-practice\n"
        "      dentinel rules schema --write .dentinel    (for your editor)\n"
    )


def test_the_schemas_that_files_name_are_those_that_are_written() -> None:
    dentinel("rules", "new", "pack", "our-practice")
    dentinel("rules", "new", "rule", "swap-encrypted", "--every", "volumes")
    assert dentinel("rules", "schema", "--write", ".dentinel").exit_code == 0
    for file in Path("our-practice").glob("*.yaml"):
        schema = file.read_text().splitlines()[0].partition("$schema=")[2]
        assert (file.parent / schema).is_file(), file


def test_names_can_do_nothing_to_the_terminal() -> None:
    said = dentinel("rules", "check", "nowhere\x1b[2J")
    assert said.exit_code == 2
    assert "\x1b" not in said.output


def test_what_is_there_is_wrong_use() -> None:
    dentinel("rules", "new", "pack", "our-practice")
    said = dentinel("rules", "new", "pack", "our-practice")
    assert said.exit_code == 2
    assert "nothing in it is written over" in said.output


def test_a_folder_that_cannot_be_made_is_a_sentence() -> None:
    Path("file").touch()
    said = dentinel("rules", "new", "pack", "file/our-practice")
    assert said.exit_code == 2
    assert "cannot be used" in said.output
