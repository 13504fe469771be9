"""The schemas tell an editor what each key is for, and leave nothing open."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from rules.errors import Misused
from rules.language.forms.base import Record
from rules.language.forms.index import FORMS
from rules.workbench import schema as schemas
from rules.workbench.kind_schema import Writer

Json = Any


def objects(schema: Json) -> Iterator[Json]:
    """Every schema with properties of its own, wherever it stands."""
    if isinstance(schema, dict):
        if "additionalProperties" in schema and "properties" in schema:
            yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_key_is_described_and_no_object_is_open(form) -> None:
    made = schemas.schema(form)
    assert all(one["additionalProperties"] is False for one in objects(made))
    told = [one for one in objects({**made, "$defs": {}}) if "$items" not in one["properties"]]
    assert told
    for one in told:
        assert all(key["description"][-1] in ".?" for key in one["properties"].values())


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_a_schema_is_one_of_its_dialect_and_the_same_each_time(form) -> None:
    assert schemas.schema(form)["$schema"] == schemas.DIALECT
    Draft202012Validator.check_schema(schemas.schema(form))
    assert json.dumps(schemas.schema(form)) == json.dumps(schemas.schema(form))


def test_an_editor_is_told_which_key_is_missing(tmp_path) -> None:
    rule = {
        "id": "volumes-known",
        "title": "Every disk is known",
        "severity": "low",
        "controls": ["ENC-01"],
        "cite": {"benchmark": ["CIS"]},
        "every": "volumes",
        "each_must": [{"that": "volume.holds_imaging", "say": "unknown"}],
        "at_least": 1,
    }
    document = {"dentinel": "rules/v1", "pack": "north-quay", "rules": [rule]}
    validator = Draft202012Validator(schemas.schema(FORMS["rules/v1"]))
    said = {(error.json_path, error.message) for error in validator.iter_errors(document)}
    assert said == {
        ("$.rules[0]", "'if_none' is a required property"),
        ("$.rules[0]", "False schema does not allow 1"),
    }


def test_lists_controls_and_citations_are_closed_sets() -> None:
    sets = schemas.schema(FORMS["rules/v1"])["$defs"]
    assert "usb_storage.devices" in sets["list of items"]["enum"]
    assert "ENC-01" in sets["control"]["enum"]
    assert "90FR898/patching" in sets["proposed"]["enum"]
    assert "90FR898/patching" not in sets["in_force"]["enum"]
    assert "164.316(b)(2)(i)" in sets["in_force-number"]["enum"]


def test_the_schemas_of_all_forms_are_written(tmp_path) -> None:
    written = schemas.write(schemas.forms(None), tmp_path / ".dentinel")
    assert [path.name for path in written][:2] == ["pack-v1.schema.json", "rules-v1.schema.json"]
    assert all(path.read_text(encoding="utf-8").endswith("}\n") for path in written)
    assert [path.name for path in schemas.write(schemas.forms("pack/v1"), tmp_path)] == [
        "pack-v1.schema.json"
    ]


def test_a_form_that_is_not_there_has_no_schema() -> None:
    with pytest.raises(Misused, match="did you mean"):
        schemas.form("rules/v2")


def test_a_record_without_relations_asks_nothing_more() -> None:
    assert "allOf" not in Writer().record(Record("a thing", ()))
