"""The thirteen rules that the baseline was designed with check without a problem."""

from pathlib import Path

import pytest

from rules.compiled import catalogue
from rules.errors import Problem
from rules.language.files import File, read_file, read_rules
from rules.language.meaning import check_rule
from rules.language.model import RuleSource

THIRTEEN = Path(__file__).parent / "thirteen.yaml"


def read_thirteen() -> tuple[File, tuple[RuleSource, ...], list[Problem]]:
    problems: list[Problem] = []
    file = read_file("thirteen.yaml", THIRTEEN.read_bytes(), problems)
    assert file is not None
    return file, read_rules(file, problems)[1], problems


FILE, RULES, PROBLEMS = read_thirteen()


def test_their_keys_are_those_of_a_rule() -> None:
    assert PROBLEMS == []
    assert len(RULES) == 13
    assert sum(rule.leaves for rule in RULES) == 44


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_a_rule_of_the_baseline_checks_without_a_problem(rule) -> None:
    missing = {fact for fact in FACTS[rule.id] if fact not in catalogue.facts()}
    if missing:
        pytest.skip(f"the catalogue has no {', '.join(sorted(missing))} yet")
    problems: list[Problem] = []
    checked = check_rule(rule, catalogue.version(), problems)
    assert [(problem.id, problem.message, str(problem.place)) for problem in problems] == []
    assert checked is not None


FACTS = {
    "volumes-encrypted": ("volumes",),
    "usb-storage-blocked": ("usb_storage",),
    "screen-locks": ("host", "users"),
    "patches-current": ("patching",),
    "images-encrypted": ("imaging",),
    "dicom-over-tls": ("listeners",),
    "backups-3-2-1": ("host", "backups"),
    "admins-few": ("users",),
    "services-off": ("listeners", "services"),
    "antivirus-on": ("host", "antivirus"),
    "firewall-on": ("firewall",),
    "os-supported": ("patching",),
    "exports-encrypted": ("imaging",),
}
