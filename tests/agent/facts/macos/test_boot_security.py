"""What csrutil says, and what only looks like "enabled"."""

import pytest

from agent.facts.boot_security import macos as boot_security
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import CUSTOM_SIP, SIP, front_mac

STATUS = "System Integrity Protection status: "


@pytest.mark.parametrize(
    ("said", "sip"),
    [
        (SIP, True),
        (f"{STATUS}disabled.\n", False),
        (CUSTOM_SIP, False),
        (CUSTOM_SIP.replace("unknown", "enabled"), False),
        (f"{STATUS}unknown.\n", Unknown(Why.PARSE_ERROR)),
        (f"{STATUS}enabled.\nDebugging Restrictions: disabled\n", Unknown(Why.PARSE_ERROR)),
        (f"{STATUS}enabled", Unknown(Why.PARSE_ERROR)),
        ("Status des Systemintegritätsschutzes: aktiviert.\n", Unknown(Why.PARSE_ERROR)),
        (b"\xff\0", Unknown(Why.PARSE_ERROR)),
        ("", Unknown(Why.PARSE_ERROR)),
        ({"rc": 1}, Unknown(Why.API_ERROR)),
        ({"error": "tool_missing"}, Unknown(Why.TOOL_MISSING)),
    ],
)
def test_integrity_is_protected_only_if_it_wholly_is(said, sip) -> None:
    assert boot_security.macos(front_mac(run={"csrutil status": said}), about()).sip == sip


def test_a_secure_start_that_nobody_read_is_not_known() -> None:
    found = boot_security.macos(front_mac(), about())
    assert found.secure_boot == Unknown(Why.NOT_COLLECTED)
    assert (found.firmware, found.setup_mode, found.tpm_version) == ("apple", None, None)
