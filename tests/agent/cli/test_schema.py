"""Editors get a schema of each form from the command line."""

import json

from typer.testing import CliRunner, Result

from agent.cli.program import program


def dentinel(*words: str) -> Result:
    return CliRunner().invoke(program(words), list(words), prog_name="dentinel")


def test_the_schema_of_rules_is_shown() -> None:
    done = dentinel("rules", "schema")
    assert done.exit_code == 0
    assert json.loads(done.output)["title"] == "rules/v1"


def test_the_schema_of_a_form_is_shown() -> None:
    assert json.loads(dentinel("rules", "schema", "--form", "waivers/v1").output)["$defs"] == {}


def test_all_schemas_are_written(tmp_path) -> None:
    done = dentinel("rules", "schema", "--write", str(tmp_path))
    assert done.exit_code == 0
    assert len(done.output.split()) == len(list(tmp_path.glob("*-v1.schema.json"))) == 7


def test_a_form_that_is_not_there_is_wrong_use() -> None:
    done = dentinel("rules", "schema", "--form", "rule/v1")
    assert done.exit_code == 2
    assert 'did you mean "rules/v1"?' in done.output
