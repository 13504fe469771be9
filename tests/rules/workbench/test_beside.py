"""Tailorings and waivers are checked with the packs that they lie beside."""

from datetime import date
from pathlib import Path

import pytest

from rules.workbench.check import check

TODAY = date(2026, 11, 22)
RULE = """
params:
  most: {type: int, default: 5, min: 1, max: 9, tighten: at-most, basis: practice_policy}
must:
  - {that: users.size() <= params.most, say: "more than ${params.most} accounts"}
"""
TAILORING = """dentinel: tailoring/v1
extends: {pack: north-quay, version: "1.x"}
scopes:
  - match: {org: lee}
    set:
      a-rule: {most: 3}
"""
WAIVER = """dentinel: waivers/v1
waivers:
  - id: W-1
    rule: a-rule
    scope: {org: lee}
    reason: the old server has many accounts
    risk_owner: dr_lee
    from: "2026-11-01"
    until: "2027-01-31"
"""


@pytest.fixture
def told(write_pack):
    """The ids of what is wrong, but for rules without tests, by file."""

    def told(rule: str = RULE, **files: str) -> list[str]:
        report = check([write_pack(rule, **files)], TODAY)
        found = [problem for problem in report.problems if problem.id != "DL409"]
        return [f"{problem.id} {Path(problem.place.file).name}" for problem in found]

    return told


def test_they_are_checked_against_the_pack_of_their_folder(told) -> None:
    assert told(tailoring=TAILORING, waivers=WAIVER) == []
    assert told(tailoring=TAILORING.replace("most: 3", "most: 10")) == ["DL604 tailoring.yaml"]
    assert told(tailoring=TAILORING, waivers=WAIVER.replace("a-rule", "b-rule")) == [
        "DL601 waivers.yaml"
    ]


def test_beside_a_broken_pack_their_keys_alone_are_checked(told) -> None:
    broken = RULE.replace("users.size()", "usrs.size()")
    wrong = TAILORING.replace("most: 3", "most: 10")
    assert told(broken, tailoring=wrong, waivers=WAIVER) == ["DL301 rules.yaml"]
    assert told(
        broken,
        tailoring=TAILORING.replace("scopes:", "scope:"),
        waivers=WAIVER.replace("risk_owner", "owner"),
    ) == [
        "DL301 rules.yaml",
        "DL102 tailoring.yaml",
        "DL101 tailoring.yaml",
        "DL102 waivers.yaml",
        "DL101 waivers.yaml",
    ]


def test_the_built_in_pack_is_always_at_hand(tmp_path) -> None:
    text = TAILORING.replace("north-quay", "dental-baseline")
    (tmp_path / "tailoring.yaml").write_text(text.replace("a-rule: {most: 3}", "screen-locks: {}"))
    assert [problem.id for problem in check([tmp_path], TODAY).problems] == ["DL107"]
