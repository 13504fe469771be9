"""One pack for every machine of a practice: what differs by role is set, and no rule is copied."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from rules.facts.base import Reading, Status
from rules.facts.form import to_json
from rules.workbench.packs import SHIPPED

PACK = str(SHIPPED / "dental-baseline")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOST = to_json(Reading("host", Status.OK, {"os": "linux"}, NOW, timedelta(hours=1)))
ROLES = """\
dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {group: "role:operatory"}
    set: {screen-locks: {max_idle: 5m}}
  - match: {group: "role:front_desk"}
    set: {screen-locks: {max_idle: 5m}}
  - match: {group: "role:server"}
    set: {remote-sessions-end: {max_idle: 10m}}
  - match: {group: "role:imaging_server"}
    set:
      services-off:
        ports: {add: [11112], reason: PACS, approved_by: dr_lee, until: "2027-06-30"}
  - match: {group: "role:nas"}
    set:
      accounts-in-use:
        kept: {add: [break_glass], reason: emergencies, approved_by: dr_lee, until: "2027-06-30"}
"""


@pytest.fixture
def by_msp_tech(tmp_path: Path) -> str:
    """What the MSP's technician sets for the roles of North Quay."""
    file = tmp_path / "roles.yaml"
    file.write_text(ROLES, encoding="utf-8")
    return str(file)


def said(*words: str) -> str:
    result = CliRunner().invoke(app, ["rules", *words])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def test_what_is_set_for_roles_is_sound(by_msp_tech) -> None:
    assert "no errors" in said("check", by_msp_tech, PACK)


@pytest.mark.parametrize(
    ("role", "rule", "value"),
    [
        ("operatory", "screen-locks", "params.max_idle = 5m"),
        ("front_desk", "screen-locks", "params.max_idle = 5m"),
        ("workstation", "screen-locks", "params.max_idle = 15m"),
        ("server", "remote-sessions-end", "params.max_idle = 10m"),
        ("imaging_server", "services-off", "params.ports = 22, 135, 139, 445, 2762 and 3 more"),
        ("workstation", "services-off", "params.ports = 22, 135, 139, 445, 2762 and 2 more"),
        ("nas", "accounts-in-use", "params.kept = break_glass"),
    ],
)
def test_a_role_has_its_own_limits(by_msp_tech, tmp_path, role, rule, value) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"facts": {"host": HOST}}), encoding="utf-8")
    group = f"role:{role}"
    words = ("--pack", PACK, "--tailoring", by_msp_tech, "--group", group, "--facts", str(facts))
    assert value in said("explain", rule, *words)
