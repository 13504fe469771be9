"""Each false alarm that a practice would meet is designed out, and a test of the pack says so.

The traps are those that rules and facts can fall into; when somebody is told is the controller's
matter. A test that is renamed or taken away makes this one fail.
"""

import ast
from pathlib import Path

import pytest
import yaml

from rules.compiled import builtin
from rules.workbench.packs import SHIPPED

FACTS = Path(__file__).parents[2] / "agent" / "facts"
IMAGING = FACTS.parent / "imaging"

OF_RULES: dict[str, tuple[str, ...]] = {
    "BitLocker is paused for a firmware update": (
        "encryption paused for a day is still a firmware update",
        "encryption paused for longer than a day fails",
        "a volume that is still being encrypted fails",
        "a disk that is encrypted as far as it was ever used passes",
    ),
    "Modern Standby wakes without a password": ("waking without a sign-in fails",),
    "a server has nobody at its console": (
        "a server has no idle console",
        "a session that never ends",
        "at a front desk the screen locks instead",
    ),
    "a stick that the practice knows": ("a stick on the practice's list passes",),
    "a system that its maker froze or mends for money": (
        "a system whose longer support is paid for",
        "a build that nobody knows",
    ),
    "a restart waits for the evening": ("a restart may be put off for some days",),
    "400,000 old X-rays are one line": ("readable X-rays fail, by their number",),
    "Defender steps aside for another": ("one that steps aside for another is no failure",),
    "a clock without Internet": ("a clock that follows nobody",),
    "the other backup disk is away": ("a disk that is away and was not looked at",),
    "nobody is signed in": ("settings of somebody who has not signed in are unknown",),
    "an encrypted stick with plain files": ("an encrypted stick passes",),
    "a share is judged by the machine that owns it": (
        "a network share with images is judged on its own host",
        "a folder on another host is judged there",
    ),
}
OF_FACTS: dict[str, tuple[tuple[Path, str], ...]] = {
    "a sensor, a scanner or a dongle is no storage": (
        (FACTS / "test_clinic.py", "test_a_sensor_is_no_disk"),
        (
            FACTS / "test_usb_storage.py",
            "test_a_disk_that_is_plugged_in_is_listed_and_nothing_else",
        ),
    ),
    "a server edition has no Security Center": (
        (FACTS / "windows" / "test_antivirus.py", "test_a_server_is_guarded_by_defender"),
    ),
    "a backup disk that is away keeps its last date": (
        (FACTS / "test_backups.py", "test_a_disk_that_is_away_keeps_its_date"),
    ),
    "a limit for the whole machine bounds who is not signed in": (
        (
            FACTS / "windows" / "test_users.py",
            "test_who_cannot_be_read_is_bounded_by_what_holds_for_the_machine",
        ),
    ),
    "program icons, demo patients and teaching sets are excluded and counted": (
        (IMAGING / "test_sweep.py", "test_excluded_folders_are_counted_and_not_judged"),
    ),
}


def names() -> set[str]:
    files = (SHIPPED / "dental-baseline").glob("*_test.yaml")
    tests = (yaml.safe_load(file.read_text(encoding="utf-8"))["tests"] for file in files)
    return {one["name"] for several in tests for one in several}


@pytest.mark.parametrize("alarm", OF_RULES)
def test_a_false_alarm_is_designed_out_of_a_rule(alarm) -> None:
    assert set(OF_RULES[alarm]) <= names()


@pytest.mark.parametrize("alarm", OF_FACTS)
def test_a_false_alarm_is_designed_out_of_a_fact(alarm) -> None:
    for file, name in OF_FACTS[alarm]:
        parts = ast.parse(file.read_text(encoding="utf-8")).body
        assert name in {one.name for one in parts if isinstance(one, ast.FunctionDef)}


def test_generic_accounts_and_exclusions_of_antivirus_fail_no_rule() -> None:
    """Shared sign-ins are listed for review; vendors ask for their exclusions."""
    read = {leaf for rule in builtin.pack().rules for leaf in rule.leaves}
    assert read
    assert not [leaf for leaf in read if "generic_name" in str(leaf) or "exclusions" in str(leaf)]
