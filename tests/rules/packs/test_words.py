"""Every rule says what it is for, what it rests on, and what to do: in words for who reads them."""

import pytest

from rules.compiled import builtin
from rules.compiled.rule import Rule

RULES = builtin.pack().rules
PLATFORMS = {"windows", "macos", "linux"}
NOT_ASKED_OF = {
    "antivirus-on": {"linux"},
    "recovery-key-made": {"macos", "linux"},
    "tls-modern": {"macos"},
}
"""Systems that a rule does not apply to, or on which nobody answers its facts: no fix is owed."""

FOR_TECHNICIANS = (
    *("bitlocker", "filevault", "luks", "tpm", "tls", "ssl", "smb", "ssh", "rdp", "vnc", "dicom"),
    *(
        "port",
        "protocol",
        "cipher",
        "registry",
        "policy",
        "patch",
        "listener",
        "finding",
        "verdict",
    ),
)
NEVER_SAID = ("compliant", "certified", "hipaa", "100 %", "fully secure", "breach", "!")
NO_STORAGE = ("class 06", "class ff", "class 0e", "08:06", "06:*", "0e:*", "ff:*")


@pytest.fixture(params=RULES, ids=lambda rule: rule.id)
def rule(request: pytest.FixtureRequest) -> Rule:
    return request.param


def texts(rule: Rule) -> list[str]:
    return [rule.title, rule.plain or "", *map(repr, rule.fix.values())]


def test_there_are_rules_to_read() -> None:
    assert len(RULES) >= 33


def test_the_front_desk_is_told_in_a_sentence_what_is_the_case(rule) -> None:
    assert rule.plain is not None
    assert rule.plain.endswith(".")
    assert rule.plain.count(".") == 1
    assert len(rule.plain) <= 90


def test_the_front_desk_meets_no_word_of_technicians(rule) -> None:
    said = rule.plain.lower().replace(".", " ").replace(",", " ").split()
    assert not set(said) & set(FOR_TECHNICIANS)


def test_the_technician_is_told_what_to_do_on_each_system(rule) -> None:
    owed = PLATFORMS - NOT_ASKED_OF.get(rule.id, set())
    assert "any" in rule.fix or owed <= rule.fix.keys()


def test_nothing_is_claimed_that_nobody_can_claim(rule) -> None:
    for text in texts(rule):
        assert not [word for word in NEVER_SAID if word in f"{text.lower()} "]


def test_no_rule_asks_to_block_sensors_scanners_or_cameras(rule) -> None:
    for text in texts(rule):
        assert not [word for word in NO_STORAGE if word in text.lower()]


OF_THE_PRACTICE = {"kept-no-longer-than-needed"}
"""Rules that no law asks for: the rules in force set no time for which images are kept."""


def test_every_rule_rests_on_the_law_in_force_and_tells_the_proposal_apart(rule) -> None:
    in_force = rule.cite.get("in_force", ())
    assert bool(in_force) is (rule.id not in OF_THE_PRACTICE)
    assert bool(rule.cite.get("practice_policy")) is (rule.id in OF_THE_PRACTICE)
    assert all(one.startswith("164.") for one in in_force)
    assert all(one.startswith("90FR898/") for one in rule.cite.get("proposed", ()))
    assert not any(one[0].isdigit() for one in rule.cite.get("benchmark", ()))


def test_no_number_is_said_to_be_the_laws(rule) -> None:
    """The rules in force set none of the limits that a rule compares with."""
    assert {param.basis for param in rule.params.values()} <= {
        "benchmark",
        "proposed",
        "practice_policy",
    }
    for param in rule.params.values():
        assert (param.source is not None) is (param.basis != "practice_policy")
