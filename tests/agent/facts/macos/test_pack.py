"""What the shipped rules say of two Macs: the good one passes as far as macOS tells, no further.

A rule that is unknown here has its reason beside it. Whoever teaches a collector more moves the
rule to those that pass.
"""

from collections.abc import Callable
from functools import cache

import pytest

from agent.facts.gather import gather
from agent.host.tree import TreeHost
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW
from tests.agent.facts.macs import front_mac, scan_mac
from tests.agent.facts.windows.clinic import with_images

XRAY = "/Users/Shared/xray"
PASSES = {
    "agent-reports",
    "antivirus-on",
    "dicom-over-tls",
    "firewall-on",
    "images-out-of-sync-folders",
    "passwords-guarded",
    "remote-desktop-guarded",
    "screen-locks",
    "services-off",
    "sign-in-asked",
    "smb-modern",
    "ssh-guarded",
    "support-tools-known",
    "volumes-encrypted",
}
UNKNOWN = {
    "accounts-in-use": "when an account was last used is not told",
    "accounts-personal": "whether a password is empty is not told",
    "admins-few": "whether an administrator's password is empty is not told",
    "audit-on": "what auditd records was not seen on a real Mac",
    "clock-right": "that the clock is set, no tool tells without a network",
    "daily-user-ordinary": "who is signed in behind another is not told",
    "images-encrypted": "no sweep has looked at the folder: tests/agent/facts/test_own_facts.py",
    "imaging-watched": "no sweep has looked at the folder",
    "no-mass-change": "no sweep has looked at the folder",
    "os-supported": "Apple publishes no dates",
    "patches-current": "whether a restart is due is not told",
    "phones-blocked": "what a manager declares is not read",
    "tls-modern": "macOS has no policy of TLS",
    "usb-storage-blocked": "what a manager declares is not read",
}
FAILS = {
    *("antivirus-on", "audit-on", "clock-right", "firewall-on", "passwords-guarded"),
    *(
        "image-shares-closed",
        "images-out-of-sync-folders",
        "patches-current",
        "phones-blocked",
        "remote-desktop-guarded",
        "screen-locks",
    ),
    *("services-off", "sign-in-asked", "smb-modern", "ssh-guarded", "support-tools-known"),
    *("usb-storage-blocked", "volumes-encrypted"),
}


@cache
def verdicts(machine: Callable[[], TreeHost]) -> dict[str, Verdict]:
    results = judge(builtin.pack(), gather(machine(), with_images(XRAY)), NOW)
    return {result.rule: result.verdict for result in results}


def those(verdict: Verdict, machine: Callable[[], TreeHost]) -> set[str]:
    return {rule for rule, found in verdicts(machine).items() if found is verdict}


def test_a_good_mac_passes_as_far_as_macos_tells() -> None:
    assert those(Verdict.PASS, front_mac) == PASSES
    assert those(Verdict.UNKNOWN, front_mac) == UNKNOWN.keys()


def test_nothing_is_wrong_with_a_good_mac() -> None:
    assert those(Verdict.FAIL, front_mac) == those(Verdict.ERROR, front_mac) == set()


def test_a_bad_mac_fails_wherever_that_can_be_proven() -> None:
    assert those(Verdict.FAIL, scan_mac) == FAILS
    assert those(Verdict.PASS, scan_mac) == {"agent-reports"}


@pytest.mark.parametrize("rule", sorted(FAILS))
def test_who_is_told_that_a_mac_is_wrong_is_told_what_to_do(rule) -> None:
    (found,) = (one for one in builtin.pack().rules if one.id == rule)
    assert "macos" in found.fix or "any" in found.fix
