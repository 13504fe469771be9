"""`dentinel rules explain`: on what terms a rule is judged here, and who set them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.facts.base import Reading, Status
from rules.facts.form import to_json

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TAILORING = """dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {clinic: bright-smiles}
    set:
      screen-locks: {max_idle: 10m}
  - match: {group: imaging}
    set:
      screen-locks:
        max_idle: {value: 20m, reason: an image takes long, approved_by: dr_lee,
                   from: "2026-11-01", until: "2027-03-31"}
  - match: {group: "site:main"}
    disable:
      volumes-encrypted: {reason: the vendor forbids it, approved_by: dr_lee, from: "2026-11-01",
                          until: "2027-03-31"}
"""


def explain(*args: object):
    return CliRunner().invoke(app, ["rules", "explain", *map(str, args)])


@pytest.fixture
def bright_smiles(tmp_path: Path) -> Path:
    path = tmp_path / "bright-smiles.yaml"
    path.write_text(TAILORING)
    return path


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    """Somebody whose screen locks after 12 minutes."""
    lock = {"after": "720s", "asks_password": True, "on_wake": True}
    user = {"name": "front_desk", "enabled": True, "interactive": True, "lock": lock}
    values = {"users": [user], "host": {"os": "windows", "role": "operatory"}}
    readings = {
        name: to_json(Reading(name, Status.OK, value, NOW, timedelta(hours=1)))
        for name, value in values.items()
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps({"facts": readings}))
    return path


def test_what_was_read_on_no_real_windows_is_said(facts) -> None:
    said = " ".join(explain("screen-locks", "--facts", facts).stdout.split())
    assert "not yet confirmed on a real Windows: host, users" in said


def test_the_scope_of_a_machine_decides_and_is_named(facts, bright_smiles) -> None:
    of = ("screen-locks", "--facts", facts, "--tailoring", bright_smiles)
    assert explain("screen-locks", "--facts", facts).output.split()[1] == "PASS"
    said = explain(*of, "--clinic", "bright-smiles").output
    assert said.split()[1] == "FAIL"
    assert "params.max_idle = 10m (clinic bright-smiles, tightened; bright-smiles.yaml:6)" in said
    assert "      pack 15m (benchmark: CIS)" in said
    assert said.endswith("  judged as clinic bright-smiles\n")
    said = explain(*of, "--clinic", "bright-smiles", "--group", "imaging").output
    assert said.split()[1] == "PASS"
    assert "params.max_idle = 20m (group imaging, loosened; bright-smiles.yaml:10)" in said
    assert "an image takes long; approved by dr_lee; from 2026-11-01" in said


def test_a_rule_that_is_switched_off_says_by_whom(facts, bright_smiles) -> None:
    said = explain(
        "volumes-encrypted", "--facts", facts, "--tailoring", bright_smiles, "--group", "site:main"
    )
    assert said.output.split()[1] == "NOT-APPLICABLE"
    assert "switched off (group site:main, loosened; bright-smiles.yaml:14)" in said.output


def test_a_value_may_be_tried(facts) -> None:
    said = explain("screen-locks", "--facts", facts, "--params", "max_idle=5m")
    assert said.output.split()[1] == "FAIL"
    assert "params.max_idle = 5m (given for this trial)" in said.output


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("max_idel=5m", 'did you mean "max_idle"?'),
        ("max_idle", "write NAME=VALUE"),
        ("max_idle=soon", "'soon' is no duration"),
        ("max_idle=1s", "lies outside min and max"),
        ("max_idle=[5m]", "is no duration"),
    ],
)
def test_a_value_that_does_not_fit_is_wrong_use(facts, given, said) -> None:
    answer = explain("screen-locks", "--facts", facts, "--params", given)
    assert answer.exit_code == 2
    assert said in answer.output


def test_all_that_is_set_for_a_machine_is_listed(bright_smiles) -> None:
    said = explain("--tailoring", bright_smiles, "--machine", "PANO-01", "--group", "imaging")
    assert said.exit_code == 0
    assert said.output.startswith("dental-baseline 1.")
    assert "on machine PANO-01, group imaging\nscreen-locks\n  params.max_idle = " in said.output
    of_none = explain("--tailoring", bright_smiles).output
    assert "on a machine of no scope (name --clinic," in of_none
    assert "all is the pack's" in of_none


def test_a_tailoring_that_is_not_sound_is_wrong_use(tmp_path, bright_smiles) -> None:
    bright_smiles.write_text(TAILORING.replace("max_idle: 10m", "max_idel: 10m"))
    said = explain("--tailoring", bright_smiles)
    assert said.exit_code == 2
    assert "bright-smiles.yaml:6:22: DL601: screen-locks has no param 'max_idel'" in said.output
    other = tmp_path / "waivers.yaml"
    other.write_text("dentinel: waivers/v1\nwaivers: []\n")
    assert "is of form waivers/v1" in explain("--tailoring", other).output
    other.write_text("- ")
    assert explain("--tailoring", other).exit_code == 2


def test_a_name_that_is_none_is_wrong_use(bright_smiles) -> None:
    said = explain("--tailoring", bright_smiles, "--group", "role:dentist")
    assert said.exit_code == 2
    assert "roles are workstation, operatory" in said.output


def test_neither_a_rule_nor_a_tailoring_is_wrong_use() -> None:
    assert "name a rule" in explain().output
    assert explain().exit_code == 2


def test_a_value_that_is_no_text_is_told_in_a_sentence(facts) -> None:
    said = explain("screen-locks", "--facts", facts, "--params", "max_idle=\udcff")
    assert said.exit_code == 2
    assert "is no duration for max_idle" in said.output


def test_a_document_of_facts_is_not_read_beyond_its_limit(tmp_path) -> None:
    endless = tmp_path / "endless.json"
    with endless.open("wb") as file:
        file.truncate(1 << 34)
    said = explain("screen-locks", "--facts", endless)
    assert said.exit_code == 2
    assert "holds no facts" in said.output
