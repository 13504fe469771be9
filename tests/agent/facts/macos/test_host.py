"""Which Mac is this: what it says of itself, and what is not guessed."""

from typing import Any

import pytest

from agent.facts.host import macos as hosts
from rules.facts.base import Unknown, Why
from rules.facts.form import instant
from rules.facts.types import Version
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    ENROLMENT,
    HARDWARE,
    KERNEL,
    NETWORK,
    SYSCTL,
    VERSION,
    front_mac,
    hardware,
    plist,
    scan_mac,
    system_version,
)

DENIED = {"error": "access_denied"}
DOMAIN = "/Library/Preferences/OpenDirectory/Configurations/Active Directory/clinic.plist"


def leaf(name: str, files: dict[str, Any] | None = None, run: dict[str, Any] | None = None) -> Any:
    return getattr(hosts.macos(front_mac(files, run), about()), name)


def test_a_mac_says_which_it_is() -> None:
    found = hosts.macos(front_mac(), about())
    assert (found.name, found.os, found.distribution) == ("FRONT-MAC", "macos", "macOS")
    assert (found.os_version, found.arch) == (Version((15, 7)), "arm64")
    assert (found.vendor, found.model, found.serial) == ("Apple Inc.", "Mac15,5", "C02XK0ABCDEF")
    assert found.boot_time == instant("2025-11-22T08:26:40Z")
    assert (found.portable, found.virtual, found.joined) == (False, "none", "mdm")


def test_a_macbook_is_carried_about_and_nobodys_is_joined_to_nothing() -> None:
    found = hosts.macos(scan_mac(), about())
    assert (found.portable, found.joined) == (True, "none")


@pytest.mark.parametrize(
    ("said", "version"),
    [
        (system_version("14.10"), Version((14, 10))),
        (system_version("fifteen"), Unknown(Why.PARSE_ERROR)),
        (plist({"ProductVersion": 15}), Unknown(Why.PARSE_ERROR)),
        (b"bplist00garbage", Unknown(Why.PARSE_ERROR)),
        (DENIED, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_a_version_is_a_version_or_unknown(said, version) -> None:
    assert leaf("os_version", {VERSION: said}) == version


@pytest.mark.parametrize(
    ("kernel", "arch"),
    [
        (KERNEL, "arm64"),
        (KERNEL.replace("hw.machine: arm64", "hw.machine: x86_64"), "arm64"),  # translated
        (KERNEL.replace("hw.optional.arm64: 1\n", "").replace("arm64", "x86_64"), "x86_64"),
        ("kern.hv_vmm_present: 0\n", Unknown(Why.PARSE_ERROR)),
        ("", Unknown(Why.PARSE_ERROR)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
    ],
)
def test_a_processor_is_told_also_through_translation(kernel, arch) -> None:
    assert leaf("arch", run={SYSCTL: kernel}) == arch


@pytest.mark.parametrize(
    ("kernel", "virtual"),
    [
        (KERNEL.replace("present: 0", "present: 1"), "vm"),
        (KERNEL.replace("kern.hv_vmm_present: 0\n", ""), Unknown(Why.UNRECOGNISED)),
        (KERNEL.replace("present: 0", "present: ja"), Unknown(Why.UNRECOGNISED)),
    ],
)
def test_a_guest_is_one_that_its_kernel_calls_so(kernel, virtual) -> None:
    assert leaf("virtual", run={SYSCTL: kernel}) == virtual


@pytest.mark.parametrize(
    ("said", "portable"),
    [
        (hardware("MacBook Pro", "MacBookPro18,3"), True),
        (hardware("Apple Virtual Machine 1", "VirtualMac2,1"), Unknown(Why.UNRECOGNISED)),
        ('{"SPHardwareDataType": []}', Unknown(Why.PARSE_ERROR)),
        ('{"SPHardwareDataType"', Unknown(Why.PARSE_ERROR)),
        ({"rc": 1}, Unknown(Why.API_ERROR)),
    ],
)
def test_a_form_that_is_not_known_is_not_guessed(said, portable) -> None:
    assert leaf("portable", run={HARDWARE: said}) == portable


def test_a_model_of_somebody_else_is_not_called_apples() -> None:
    said = hardware("Mac", "OptiPlex 7010")
    assert leaf("vendor", run={HARDWARE: said}) == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        ("Enrolled via DEP: No\nMDM enrollment: Yes\nMDM server: https://mdm.test/x\n", "mdm"),
        ("Über DEP registriert: Nein\nMDM-Registrierung: Nein\n", Unknown(Why.PARSE_ERROR)),
        ("", Unknown(Why.PARSE_ERROR)),
        ({"error": "tool_missing"}, Unknown(Why.TOOL_MISSING)),
    ],
)
def test_who_manages_it_is_said_in_whole_lines(said, joined) -> None:
    assert leaf("joined", run={ENROLMENT: said}) == joined


def test_a_domain_counts_before_a_manager() -> None:
    assert leaf("joined", {DOMAIN: plist({})}) == "domain"


def test_a_network_without_a_name_leaves_it_unknown() -> None:
    assert leaf("name", {NETWORK: plist({"System": {}})}) == Unknown(Why.PARSE_ERROR)
    assert leaf("name", {NETWORK: DENIED}) == Unknown(Why.ACCESS_DENIED)
