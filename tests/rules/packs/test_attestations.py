"""What people must state is what the table of controls says that they must state."""

from collections import defaultdict
from typing import Any

import pytest
import yaml

from rules.compiled import builtin, instants
from rules.compiled.attestation import Attestation

CONTROLS = yaml.safe_load((builtin.FOLDER.parent.parent / "controls.yaml").read_text())["controls"]


def by_type() -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for control in CONTROLS:
        if "evidence" in control:
            found[control["evidence"]["type"].replace("_", "-")].append(control)
    return found


EVIDENCE = by_type()
KINDS = {kind.id: kind for kind in builtin.pack().attestations}


def test_there_is_a_kind_for_each_evidence_and_no_other() -> None:
    assert KINDS.keys() == EVIDENCE.keys()
    assert len(KINDS) == 47


@pytest.mark.parametrize("identifier", sorted(EVIDENCE))
def test_a_kind_says_what_its_controls_say(identifier: str) -> None:
    kind, controls = KINDS[identifier], EVIDENCE[identifier]
    assert kind.controls == tuple(control["id"] for control in controls)
    for control in controls:
        evidence = control["evidence"]
        assert kind.owner == evidence["owner"]
        assert _renew(kind) == evidence["renew"]
        assert kind.may_hold_phi == evidence.get("may_hold_phi", False)
        assert set(evidence.get("fields", ())) <= {field.name for field in kind.fields}


@pytest.mark.parametrize("identifier", sorted(EVIDENCE))
def test_a_kind_cites_the_law_only_where_its_control_does(identifier: str) -> None:
    kind, controls = KINDS[identifier], EVIDENCE[identifier]
    asked = {one["hipaa"][0] for one in controls if one["requirement"] != "good_practice"}
    assert set(kind.cite.get("in_force", ())) == asked
    assert bool(kind.cite.get("practice_policy")) is not bool(asked)


def test_a_kind_is_due_before_it_ends() -> None:
    for kind in KINDS.values():
        assert (kind.due_before is None) is (kind.renew is None)


def _renew(kind: Attestation) -> str:
    return "each_event" if kind.renew is None else instants.write_span(kind.renew)
