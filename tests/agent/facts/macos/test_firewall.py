"""The application firewall of macOS: its state by the release, and what is neither on nor off."""

from typing import Any

import pytest

from agent.facts.firewall import macos as firewalls
from agent.host.base import HostError
from agent.readers.errors import ParseError
from rules.facts.firewall import Firewall
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import FIREWALL, VERSION, firewall, front_mac, plist, system_version

ALF = "/Library/Preferences/com.apple.alf.plist"
MANAGED = "/Library/Managed Preferences/com.apple.security.firewall.plist"
BEFORE = {VERSION: system_version("14.8")}


def found(files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> Firewall:
    return firewalls.macos(front_mac(files, run), about())


def states(firewall: Firewall) -> tuple[Any, Any, Any]:
    (profile,) = firewall.profiles.items
    return firewall.enabled, profile.inbound, profile.source


@pytest.mark.parametrize(
    ("state", "enabled"),
    [("limit_connections", True), ("block_all", True), ("allow_all", False), ("off", False)],
)
def test_since_macos_15_the_report_says_it(state, enabled) -> None:
    inbound = "block" if enabled else "allow"
    assert states(found(run={FIREWALL: firewall(state)})) == (enabled, inbound, "local")


@pytest.mark.parametrize(("state", "enabled"), [(0, False), (1, True), (2, True)])
def test_before_macos_15_a_file_says_it(state, enabled) -> None:
    assert found(BEFORE | {ALF: plist({"globalstate": state})}).enabled is enabled


def test_a_file_that_was_left_behind_has_no_say_on_macos_15() -> None:
    said = {FIREWALL: firewall("off")}
    assert found({ALF: plist({"globalstate": 1})}, said).enabled is False


def test_a_profile_that_turns_it_on_is_the_source() -> None:
    files = {MANAGED: plist({"EnableFirewall": True})}
    assert states(found(files)) == (True, "block", "policy")
    assert states(found(files, {FIREWALL: firewall("off")})) == (False, "allow", "local")


@pytest.mark.parametrize(
    "said",
    [
        firewall("eingeschränkt"),
        '{"SPFirewallDataType": [{}]}',
        '{"SPFirewallDataType": []}',
        '{"SPFirewallDataType": [{"spfirewall_globalstate": 1}]}',
        "",
        b"\xff\0",
    ],
)
def test_a_report_that_is_not_understood_is_no_answer(said) -> None:
    with pytest.raises(ParseError):
        found(run={FIREWALL: said})


@pytest.mark.parametrize("values", [{"globalstate": 3}, {"globalstate": "1"}, {}])
def test_a_file_that_is_not_understood_is_no_answer(values) -> None:
    with pytest.raises(ParseError):
        found(BEFORE | {ALF: plist(values)})


@pytest.mark.parametrize(
    ("files", "run", "why"),
    [
        (BEFORE, {}, "tool_missing"),
        (BEFORE | {ALF: {"error": "access_denied"}}, {}, "access_denied"),
        ({VERSION: {"error": "access_denied"}}, {}, "access_denied"),
        ({MANAGED: {"error": "access_denied"}}, {}, "access_denied"),
        ({}, {FIREWALL: {"error": "timeout"}}, "timeout"),
        ({}, {FIREWALL: {"rc": 1}}, "api_error"),
    ],
)
def test_what_cannot_be_read_says_why(files, run, why) -> None:
    with pytest.raises(HostError) as raised:
        found(files, run)
    assert raised.value.why == why
