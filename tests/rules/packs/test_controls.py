"""Every control that machines or imaging folders can show has its rule, or a reason why not."""

import re

import yaml

from rules.compiled import builtin

CONTROLS = yaml.safe_load((builtin.FOLDER.parent.parent / "controls.yaml").read_text())["controls"]
README = (builtin.FOLDER / "README.md").read_text(encoding="utf-8")
OF_MACHINES = {one["id"] for one in CONTROLS if {"M", "S", "F"} & set(one["mode"])}
ASKED = {control for rule in builtin.pack().rules for control in rule.controls}


def without_a_rule() -> dict[str, str]:
    section = README.split("## Controls of machines without a rule", 1)[1].split("\n## ", 1)[0]
    return dict(re.findall(r"^\| ([A-Z]+-[0-9]+) \| (.+?) \|$", section, re.MULTILINE))


def test_a_control_of_machines_has_a_rule_or_a_reason_and_never_both() -> None:
    reasons = without_a_rule()
    assert reasons.keys() == OF_MACHINES - ASKED
    assert all(len(reason) > 40 for reason in reasons.values())


def test_the_readme_names_every_rule_with_its_controls() -> None:
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([A-Z0-9, -]+) \|$", README, re.MULTILINE))
    assert rows == {rule.id: ", ".join(rule.controls) for rule in builtin.pack().rules}
