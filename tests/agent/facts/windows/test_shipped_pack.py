"""What does the shipped pack say of a good Windows PC, and of a bad one?"""

from functools import cache

import pytest

from agent.facts.gather import gather
from rules.compiled import builtin
from rules.engine.judge import judge
from rules.verdict import Verdict
from tests.agent.facts.clinic import NOW, about
from tests.agent.facts.windows.clinic import front_1, hyg_2, op_3, srv_1

OF_PEOPLE = ("accounts-in-use", "accounts-personal", "admins-few", "daily-user-ordinary")
OF_SIGN_IN = ("passwords-guarded", "screen-locks", "sign-in-asked")
OF_NETWORK = ("firewall-on", "remote-desktop-guarded", "services-off", "smb-modern", "tls-modern")
OF_RECORDS = ("audit-kept", "audit-on", "clock-right")
OF_DISKS = ("volumes-encrypted", "recovery-key-made", "usb-storage-blocked", "phones-blocked")
OF_SYSTEM = (
    "antivirus-on",
    "os-supported",
    "patches-current",
    "secure-boot-on",
    "support-tools-known",
)
OF_ALL = (*OF_PEOPLE, *OF_SIGN_IN, *OF_NETWORK, *OF_RECORDS, *OF_DISKS, *OF_SYSTEM)


MACHINES = {"HYG-2": hyg_2, "FRONT-1": front_1, "OP-3": op_3, "SRV-1": srv_1}


@cache
def verdicts(machine: str) -> dict[str, Verdict]:
    host = MACHINES[machine]()
    results = judge(builtin.pack(), gather(host, about()), NOW)
    return {result.rule: result.verdict for result in results}


@pytest.mark.parametrize("rule", [*OF_ALL, "dicom-over-tls", "ssh-guarded"])
def test_on_a_good_pc_it_passes(rule) -> None:
    assert verdicts("HYG-2")[rule] is Verdict.PASS


@pytest.mark.parametrize("rule", OF_ALL)
def test_on_a_bad_pc_it_fails(rule) -> None:
    assert verdicts("FRONT-1")[rule] is Verdict.FAIL


def test_a_good_pc_passes_whatever_applies_to_it() -> None:
    found = verdicts("HYG-2")
    left = {rule: one for rule, one in found.items() if one is not Verdict.NOT_APPLICABLE}
    assert {rule for rule, one in left.items() if one is not Verdict.PASS} == set()
    assert len(left) >= len(OF_ALL)


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ("screen-locks", Verdict.PASS),  # the machine's limit bounds everybody
        ("daily-user-ordinary", Verdict.PASS),  # by the token of who is signed in
        ("accounts-in-use", Verdict.PASS),
        ("admins-few", Verdict.UNKNOWN),  # who is in a group of the domain, only that knows
        ("accounts-personal", Verdict.UNKNOWN),
    ],
)
def test_in_a_domain_what_only_the_domain_knows_is_unknown(rule, verdict) -> None:
    assert verdicts("OP-3")[rule] is verdict


@pytest.mark.parametrize("rule", ["audit-on", "smb-modern"])
def test_a_controller_is_judged_as_any_other(rule) -> None:
    assert verdicts("SRV-1")[rule] is Verdict.FAIL
