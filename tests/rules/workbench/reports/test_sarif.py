"""The log keeps what SARIF 2.1.0 asks of one: these are the constraints that our logs touch.

Whole logs were also validated by hand against the schema of OASIS (Errata 01).
"""

import json
from urllib.parse import unquote

import jsonschema
import pytest

from rules.compiled.codes import MEANINGS
from rules.errors import Place, Problem
from rules.language.source import Source
from rules.workbench.reports import sarif
from rules.workbench.reports.base import Look, Outcome

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"minLength": 1}}}
URI = {"type": "string", "pattern": r"^[A-Za-z0-9._~/:%-]+$"}
NATURAL = {"type": "integer", "minimum": 1}
INDEX = {"type": "integer", "minimum": 0}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT, "help": TEXT},
    "additionalProperties": False,
}
ARTIFACT_LOCATION = {
    "type": "object",
    "properties": {"uri": URI, "index": INDEX},
    "additionalProperties": False,
}
REGION = {
    "type": "object",
    "properties": {"startLine": NATURAL, "startColumn": NATURAL, "endColumn": NATURAL},
    "additionalProperties": False,
}
LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "properties": {"artifactLocation": ARTIFACT_LOCATION, "region": REGION},
            "additionalProperties": False,
        },
        "logicalLocations": {"type": "array", "items": {"type": "object"}, "uniqueItems": True},
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": INDEX,
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
    },
    "additionalProperties": False,
}
LOG = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 1,
            "items": {
                "type": "object",
                "required": ["tool"],
                "properties": {
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "items": RULE,
                                        "uniqueItems": True,
                                    },
                                },
                            }
                        },
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "artifacts": {
                        "type": "array",
                        "uniqueItems": True,
                        "items": {"type": "object", "properties": {"location": ARTIFACT_LOCATION}},
                    },
                    "results": {"type": "array", "items": RESULT},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


@pytest.fixture
def mixed() -> Outcome:
    """Two files, one of them sound; two ids, one of them twice."""
    files = ("packs/disks.yaml", "packs/screens.yaml")
    return Outcome(
        [
            Problem("DL306", "never", Place(files[0], 14, 27, 33), "did you mean?", "disks-on"),
            Problem("DL306", "never", Place(files[0], 15, 1, 2)),
            Problem("DL409", "no test", Place(files[0], 3, 9, 17), "", "disks-on"),
        ],
        {"files": 2},
        {file: Source(file, "", ()) for file in files},
    )


def run(outcome: Outcome) -> dict:
    log = json.loads(sarif.write(outcome, Look()))
    jsonschema.validate(log, LOG)
    return log["runs"][0]


def test_a_log_is_of_the_form_and_says_how_columns_count(mixed) -> None:
    assert run(mixed)["columnKind"] == "unicodeCodePoints"


def test_rules_are_the_ids_with_their_help(mixed) -> None:
    rules = run(mixed)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DL306", "DL409"]
    assert [rule["shortDescription"]["text"] for rule in rules] == [
        MEANINGS["DL306"],
        MEANINGS["DL409"],
    ]
    assert "fixd" in rules[0]["help"]["text"] or "DL306" in rules[0]["help"]["text"]


def test_indices_lead_to_the_rule_and_the_file(mixed) -> None:
    found = run(mixed)
    rules, artifacts = found["tool"]["driver"]["rules"], found["artifacts"]
    for result in found["results"]:
        where = result["locations"][0]["physicalLocation"]["artifactLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert artifacts[where["index"]]["location"]["uri"] == where["uri"]


def test_a_result_has_its_place_level_rule_and_help(mixed) -> None:
    first = run(mixed)["results"][0]
    assert first["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 14,
        "startColumn": 27,
        "endColumn": 33,
    }
    assert first["level"] == "error"
    assert first["message"]["text"] == "never\nhelp: did you mean?"
    assert first["locations"][0]["logicalLocations"][0]["name"] == "disks-on"


def test_sound_files_are_named_and_a_sound_pack_is_an_empty_run(mixed) -> None:
    found = run(Outcome([], {}, mixed.sources))
    assert found["results"] == []
    assert [one["location"]["uri"] for one in found["artifacts"]] == sorted(mixed.sources)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("packs/disks.yaml", "packs/disks.yaml"),
        ("../disks.yaml", "../disks.yaml"),
        ("our rules/歯.yaml", "our%20rules/%E6%AD%AF.yaml"),
        ("a:b#c?.yaml", "a%3Ab%23c%3F.yaml"),
        ("/srv/rules/disks.yaml", "file:///srv/rules/disks.yaml"),
        ("C:/rules/disks.yaml", "file:///C:/rules/disks.yaml"),
    ],
)
def test_files_are_named_by_addresses_with_forward_slashes(file, said) -> None:
    assert sarif.uri(file) == said
    assert unquote(said).removeprefix("file://").lstrip("/") == file.lstrip("/")


def test_every_id_can_be_told() -> None:
    told = [Problem(code, "it", Place("a.yaml")) for code in MEANINGS]
    assert len(run(Outcome(told, {}, {}))["tool"]["driver"]["rules"]) == len(MEANINGS)


def test_the_same_problems_give_the_same_text(mixed) -> None:
    assert sarif.write(mixed, Look()) == sarif.write(mixed, Look(200, colour=True))
