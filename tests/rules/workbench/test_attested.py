"""Attestations of a pack: each kind says enough, under an id that nothing else has."""

import pytest

from rules.compiled import attestation
from rules.compiled.instants import SECOND
from rules.workbench.build import build
from rules.workbench.packs import check_pack

KIND = """dentinel: attestations/v1
pack: north-quay
kinds:
  - id: mfa-config
    title: MFA is on for cloud imaging, e-mail and remote access
    controls: [ACC-04]
    cite: {in_force: [164.312(d)], proposed: [90FR898/mfa]}
    owner: it_admin
    renew: 365d
    due_before: 30d
    scope: clinic
    changed_by: [remote_access, imaging_software]
    fields:
      systems: {type: list<string>, required: true}
    may_hold_phi: false
"""
RULE = """
must:
  - {that: agent.elevated, say: the agent may not read all}
"""


def test_a_kind_stands_in_the_compiled_pack(check_rule) -> None:
    checked = check_rule(RULE, attestations=KIND)
    assert not checked.has_errors, checked.problems
    (kind,) = build(checked)[0].attestations
    assert (kind.id, kind.owner, kind.scope) == ("mfa-config", "it_admin", "clinic")
    assert (kind.renew, kind.due_before) == (365 * 86_400 * SECOND, 30 * 86_400 * SECOND)
    assert kind.cite == {"in_force": ("164.312(d)",), "proposed": ("90FR898/mfa",)}
    assert kind.fields == (attestation.AttestedField("systems", "list<string>", True),)
    assert attestation.read(attestation.write(kind)) == kind


def test_a_kind_may_come_with_each_event(check_rule) -> None:
    text = KIND.replace("renew: 365d", "renew: each_event").replace("    due_before: 30d\n", "")
    (kind,) = build(check_rule(RULE, attestations=text))[0].attestations
    assert (kind.renew, kind.due_before) == (None, None)


@pytest.mark.parametrize(
    ("was", "written", "code"),
    [
        ("[ACC-04]", "[ACC-99]", "DL109"),
        ("164.312(d)", "164.312(z)", "DL109"),
        ("{in_force: [164.312(d)], proposed: [90FR898/mfa]}", "{in_force: [90FR898/mfa]}", "DL110"),
        ("it_admin", "the_admin", "DL103"),
        ("scope: clinic", "scope: planet", "DL103"),
        ("[remote_access,", "[remote_acess,", "DL103"),
        ("renew: 365d", "renew: yearly", "DL305"),
        ("renew: 365d", "renew: 0d", "DL305"),
        ("renew: 365d", "renew: 999999999w", "DL305"),
        ("due_before: 30d", "due_before: 400d", "DL104"),
        ("type: list<string>", "type: list<strings>", "DL103"),
        ("id: mfa-config", "id: mfa_config", "DL106"),
        ("    title: MFA is on for cloud imaging, e-mail and remote access\n", "", "DL102"),
        ("may_hold_phi: false", "may_hold_phi: no", "DL007"),
        ("pack: north-quay", "pack: south-quay", "DL104"),
        ("id: mfa-config", "id: a-rule", "DL105"),
    ],
)
def test_what_is_wrong_with_a_kind_is_told(check_rule, was, written, code) -> None:
    checked = check_rule(RULE, attestations=KIND.replace(was, written))
    assert [problem.id for problem in checked.problems if problem.id != "DL409"] == [code]


def test_a_retired_id_does_not_come_back(write_pack) -> None:
    folder = write_pack(RULE, attestations=KIND)
    pack = folder / "pack.yaml"
    retired = "retired:\n  - {id: mfa-config, last: 0.9.0, why: it was another}\n"
    pack.write_text(pack.read_text() + retired)
    assert "DL701" in [problem.id for problem in check_pack(folder).problems]


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "MFA"},
        {"owner": "the_admin"},
        {"scope": "planet"},
        {"renew": "0s"},
        {"renew": "yearly"},
        {"due_before": "31536000s"},
        {"changed_by": ["the_moon"]},
        {"fields": [["a b", {"type": "string"}]]},
        {"fields": [["a", {"type": "string"}], ["a", {"type": "string"}]]},
        {"fields": [["a", {}]]},
        {"may_hold_phi": False},
        {"more": 1},
    ],
)
def test_a_machine_reads_none_that_was_tampered_with(check_rule, changed) -> None:
    (kind,) = build(check_rule(RULE, attestations=KIND))[0].attestations
    with pytest.raises(ValueError, match=r"\w"):
        attestation.read({**attestation.write(kind), **changed})
