"""`dentinel rules` and `dentinel pack`: exit codes, text for people, documents for programs."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.compiled import builtin
from rules.facts.base import Reading, Status
from rules.facts.form import to_json

PACK = builtin.FOLDER
RUNNER = CliRunner()


def dentinel(*args: object):
    return RUNNER.invoke(app, [str(arg) for arg in args])


@pytest.fixture
def careless(tmp_path: Path) -> Path:
    """A copy of the shipped pack with a spelling mistake in it."""
    for file in PACK.glob("*.yaml"):
        text = file.read_text()
        if file.name == "disks.yaml":
            text = text.replace('["protected", "suspended"', '["protectd", "suspended"')
        (tmp_path / file.name).write_text(text)
    return tmp_path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """What `dentinel facts --format json` wrote on a machine with a plain disk."""
    from datetime import UTC, datetime, timedelta

    at = datetime(2026, 11, 22, 10, tzinfo=UTC)
    disk = {"name": "C:", "kind": "fixed", "role": "system", "protection": "unprotected"}
    disk |= {"holds_imaging": False, "cipher": None, "state_since": None}
    reading = Reading("volumes", Status.OK, [disk], at, timedelta(minutes=5))
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"facts": {"volumes": to_json(reading)}}))
    return path


def test_a_sound_pack_is_exit_0() -> None:
    said = dentinel("rules", "check", PACK)
    assert (said.exit_code, said.output) == (0, "34 files, 40 rules, 113 leaves: no errors\n")


def test_a_mistake_is_exit_1_with_a_caret(careless) -> None:
    said = dentinel("rules", "check", careless)
    assert said.exit_code == 1
    assert 'volume.protection is never "protectd"' in said.output
    assert "^^^^^^^^^^" in said.output
    assert 'did you mean "protected"?' in said.output


def test_json_is_one_document(careless) -> None:
    said = dentinel("rules", "check", careless, "--format", "json")
    document = json.loads(said.output)
    assert document["dentinel"] == "problems/v1"
    assert [problem["id"] for problem in document["problems"]] == ["DL306"]


def test_strict_counts_warnings(careless) -> None:
    (careless / "disks.yaml").write_text((PACK / "disks.yaml").read_text())
    (careless / "disks_test.yaml").unlink()
    assert dentinel("rules", "check", careless).exit_code == 0
    assert dentinel("rules", "check", careless, "--strict").exit_code == 1


def test_a_path_that_is_not_there_is_wrong_use(tmp_path) -> None:
    said = dentinel("rules", "check", tmp_path / "nowhere")
    assert said.exit_code == 2
    assert "there is no" in said.output


def test_green_tests_are_exit_0_and_broken_rules_exit_1(careless) -> None:
    assert dentinel("rules", "test", PACK).exit_code == 0
    assert dentinel("rules", "test", careless).exit_code == 1
    none = dentinel("rules", "test", PACK, "-k", "nothing is called so")
    assert none.exit_code == 1
    assert "no test ran" in none.output


def test_a_rule_is_explained_on_recorded_facts(facts) -> None:
    said = dentinel("rules", "explain", "volumes-encrypted", "--facts", facts)
    assert said.exit_code == 0
    assert "C:  fails    C: is unprotected" in said.output


def test_a_problem_id_is_explained() -> None:
    said = dentinel("rules", "explain", "DL306").output
    assert said.startswith("DL306: a word that this field never holds\n")
    assert 'user.kind == "locl"' in said
    assert dentinel("rules", "explain", "DL999").exit_code == 2


def test_an_unknown_rule_is_wrong_use(facts, tmp_path) -> None:
    said = dentinel("rules", "explain", "volume-encrypted", "--facts", facts)
    assert said.exit_code == 2
    assert "volumes-encrypted" in said.output
    said = dentinel("rules", "explain", "screen-locks", "--pack", tmp_path / "none.json")
    assert said.exit_code == 2


def test_a_pack_is_built_to_a_file_of_its_version(tmp_path) -> None:
    said = dentinel("pack", "build", PACK, "-o", tmp_path / "out")
    assert said.exit_code == 0
    assert (tmp_path / "out" / "1.0.0.json").read_bytes() == builtin.data()
    assert builtin.pack().sha256 in said.output


def test_a_pack_with_errors_is_not_built(careless, tmp_path) -> None:
    said = dentinel("pack", "build", careless, "-o", tmp_path / "out")
    assert said.exit_code == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "command", [("rules", "check"), ("rules", "test"), ("rules", "explain"), ("pack", "build")]
)
def test_each_command_shows_an_example(command) -> None:
    said = dentinel(*command, "--help")
    assert f"Example: dentinel {' '.join(command)}" in said.output
