"""What an author signs for a place binds on the machine that stands there, and on no other.

The author's own commands, a real controller's intake over real TLS, and the errands of three
machines: FRONT-01 that the assignment says nothing of, SCAN-01 in a group, PANO-01 in the same
group and named by a scope of its own.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent.cli.app import app
from agent.errands import courier, fetch_packs, install_packs, patrol
from agent.packs.rules import Rules, in_force
from agent.paths import Home
from controller.identity.home import ControllerHome
from controller.ledger.actions import By
from controller.policy import actions
from evidence.handover import Handover
from rules.compiled import builtin
from tests.agent.practice import OP1
from tests.controller.clinic import Clinic
from tests.controller.conftest import _template, bright_smiles, home
from tests.controller.policy.author import listed
from tests.controller.tables import rows
from tests.together.surgery import Operatory, Surgery, opened

__all__ = ["_template", "bright_smiles", "home"]
NAMES = ("FRONT-01", "SCAN-01", "PANO-01")

TERMS = """\
dentinel: tailoring/v1
extends: {pack: dental-baseline, version: "1.x"}
scopes:
  - match: {org: north-quay}
    set:
      screen-locks: {max_idle: 14m}
      antivirus-on: {max_age: 2d}
  - match: {clinic: bright-smiles}
    set: {screen-locks: {max_idle: 12m}}
  - match: {group: imaging}
    set: {screen-locks: {max_idle: 10m}}
  - match: {machine: PANO-01}
    set: {screen-locks: {max_idle: 8m}}
    disable:
      clock-right: {reason: it has no network, approved_by: dr_lee, until: "UNTIL"}
"""
ASSIGNMENT = """\
dentinel: assignment/v1
clinics:
  - clinic: bright-smiles
    packs: {dental-baseline: "1.0.0"}
    tailoring: [terms.yaml]
    machines: {SCAN-01: {groups: [imaging]}, PANO-01: {groups: [imaging]}}
"""


@pytest.fixture
def surgery(home: ControllerHome, bright_smiles: Clinic, tmp_path: Path) -> Iterator[Surgery]:
    with opened(home, bright_smiles, tmp_path) as surgery:
        surgery.server.now = datetime.now(UTC)
        yield surgery


def publish(surgery: Surgery, folder: Path) -> None:
    """dr_lee signs for the machines that have joined, by the commands of docs/packs.md."""

    def said(*words: object) -> None:
        done = CliRunner().invoke(app, ["pack", *map(str, words)])
        assert done.exit_code == 0, done.output

    folder.mkdir()
    secret, rules, online = folder / "pass", folder / "rules", folder / "online-keys.json"
    secret.write_text("molar basket ninety harbour\n")
    online.write_bytes(listed(surgery.home, surgery.clinic.org).to_bytes())
    sticks = ("--root-a", folder / "a", "--root-b", folder / "b", "--passphrase-file", secret)
    said("keys", "--new", "practice", "--online", online, *sticks, "--folder", rules)
    until = datetime.now(UTC) + timedelta(days=90)
    (rules / "terms.yaml").write_text(TERMS.replace("UNTIL", f"{until:%Y-%m-%d}"))
    (rules / "assignment.yaml").write_text(ASSIGNMENT)
    said("sign", "--folder", rules, "--passphrase-file", secret)
    said("publish", "--folder", rules, "-o", folder / "handed")
    handed = Handover.from_bytes((folder / "handed").read_bytes())
    order = actions.Order(surgery.clinic.org, handed)
    actions.publish(surgery.home, order, By("shell", "", surgery.server.now))


def joined(surgery: Surgery, name: str, folder: Path) -> Operatory:
    """A machine of this name, with keys, and nothing but what its package carries."""
    made = Operatory(Home(folder / name), surgery, surgery.door, surgery.server.now)
    made.join(about=replace(OP1, hostname=name))
    return made


def updated(machine: Operatory) -> Rules:
    """What its guard would send out, one after the other; by which rules it judges then."""
    for errand in (courier, fetch_packs, install_packs):
        assert errand.main(machine.home, []) == 0
    assert patrol.main(machine.home, ["--only=host"]) == 0
    assert courier.main(machine.home, []) == 0
    return in_force(machine.home, machine.identity, datetime.now(UTC), builtin.pack)


@pytest.fixture
def machines(surgery: Surgery, tmp_path: Path) -> dict[str, Operatory]:
    """Three that joined; then the first rules were signed, and each joined again to know whose."""
    made = {name: joined(surgery, name, tmp_path) for name in NAMES}
    publish(surgery, tmp_path / "author")
    for machine in made.values():
        assert machine.join().renewed
    return made


def minutes(rules: Rules, rule: str, param: str) -> tuple[float, str]:
    """A param as this machine judges by it, and who set it."""
    (found,) = [one for one in rules.judge({}, datetime.now(UTC)) if one.rule == rule]
    effective = found.params[param]
    return effective.value / 60e9, str(effective.origin)


@pytest.mark.slow
def test_pack_then_org_then_clinic_then_group_then_machine(
    surgery: Surgery, machines: dict[str, Operatory]
) -> None:
    rules = {name: updated(machine) for name, machine in machines.items()}

    assert {name: minutes(each, "screen-locks", "max_idle") for name, each in rules.items()} == {
        "FRONT-01": (12, "clinic bright-smiles"),
        "SCAN-01": (10, "group imaging"),
        "PANO-01": (8, "machine PANO-01"),
    }
    for each in rules.values():
        assert minutes(each, "antivirus-on", "max_age") == (2 * 24 * 60, "org north-quay")
        assert minutes(each, "patches-current", "within") == (30 * 24 * 60, "pack")
        assert each.policy.state == "fresh"

    told = rows(
        surgery.home,
        "SELECT machine_id FROM rule_state JOIN rule USING (org_id, rule_no)"
        " WHERE rule.name = 'clock-right' AND verdict = 'not-applicable'"
        " AND evidence ->> 'why' = 'disabled'",
    )
    assert told == [(machines["PANO-01"].identity.agent.replace("-", ""),)]
