"""The machine itself, its clock, start, updates, programs and sign-in, by made machines."""

from typing import Any

import pytest

from agent.facts.boot_security import windows as boot_security
from agent.facts.clock import windows as clock
from agent.facts.host import windows as host
from agent.facts.password_policy import windows as password_policy
from agent.facts.patching import windows as patching
from agent.facts.software import windows as software
from rules.facts.base import Unknown, Why
from rules.facts.types import Version
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import (
    CURRENT,
    LEE,
    POLICIES,
    SERVICES,
    SYSTEM,
    UNINSTALL,
    WINDOWS,
    failed,
    pc,
    system,
)
from tests.agent.facts.windows.clinic import said as told

DENIED = {"$error": "access_denied"}
DOMAIN = {
    rf"{SERVICES}\Tcpip\Parameters": {"Domain": "clinic.example.test"},
    rf"{SERVICES}\Netlogon": {"Start": 2},
}
ENTRA = {rf"{SYSTEM}\Control\CloudDomainJoin\JoinInfo\AB12": {}}
MDM = {r"HKLM\SOFTWARE\Microsoft\Enrollments\{1}": {"ProviderID": "x", "EnrollmentState": 1}}


def current(**values: Any) -> dict[str, Any]:
    return {WINDOWS: system()[WINDOWS] | values}


@pytest.mark.parametrize(
    ("values", "distribution", "role"),
    [
        ({}, "Windows 11", "workstation"),  # its ProductName says Windows 10
        ({"CurrentBuildNumber": "19045"}, "Windows 10", "workstation"),
        (
            {"CurrentBuildNumber": "20348", "InstallationType": "Server Core"},
            "Windows Server 2022",
            "server",
        ),
        (
            {"InstallationType": "Server", "CurrentBuildNumber": "27000"},
            Unknown(Why.UNRECOGNISED),
            "server",
        ),
        ({"CurrentBuildNumber": "neu"}, Unknown(Why.PARSE_ERROR), "workstation"),
    ],
)
def test_the_build_decides_and_not_the_name(values, distribution, role) -> None:
    said = host.windows(pc(current(**values)), about())
    assert (said.distribution, said.role) == (distribution, role)


def test_the_version_ends_with_the_revision() -> None:
    said = host.windows(pc(), about())
    assert str(said.os_version) == "10.0.26200.7171"
    assert said.arch == "x86_64"
    assert said.portable is False


@pytest.mark.parametrize(
    ("keys", "joined"),
    [
        ({}, "none"),
        (DOMAIN, "domain"),
        (ENTRA, "entra"),
        (DOMAIN | ENTRA, "hybrid"),
        (MDM, "mdm"),
        ({rf"{SERVICES}\Netlogon": {"Start": 2}}, Unknown(Why.CONFLICT)),
        ({rf"{SERVICES}\Tcpip\Parameters": {"Domain": "x.test"}}, Unknown(Why.CONFLICT)),
        ({rf"{SERVICES}\Netlogon": DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_it_is_joined_as_its_signs_agree(keys, joined) -> None:
    assert host.windows(pc(keys), about()).joined == joined


@pytest.mark.parametrize(
    ("model", "virtual"),
    [("Virtual Machine", "vm"), ("VMware20,1", "vm"), ("OptiPlex 7010", "none")],
)
def test_a_virtual_machine_says_so(model, virtual) -> None:
    key = r"HKLM\HARDWARE\DESCRIPTION\System\BIOS"
    values = {"SystemManufacturer": "Somebody", "SystemProductName": model}
    assert host.windows(pc({key: values}), about()).virtual == virtual


TIME = rf"{SERVICES}\W32Time"


@pytest.mark.parametrize(
    ("keys", "source", "synced"),
    [
        ({}, "ntp", True),
        ({TIME: {"Start": 4}}, "none", False),
        ({rf"{TIME}\Parameters": {"Type": "NoSync"}}, "none", False),
        ({rf"{TIME}\Parameters": {"Type": "NT5DS"}}, "none", False),
        ({rf"{TIME}\Parameters": {"Type": "NT5DS"}, **DOMAIN}, "domain", True),
        ({rf"{POLICIES}\W32Time\Parameters": {"Type": "NoSync"}}, "none", False),
        (
            {rf"{TIME}\Parameters": {"Type": "?"}},
            Unknown(Why.UNRECOGNISED),
            True,
        ),
    ],
)
def test_a_clock_that_nobody_sets_is_not_right(keys, source, synced) -> None:
    said = clock.windows(pc(keys), about())
    assert (said.source, said.synced) == (source, synced)


CONTROL = rf"{SYSTEM}\Control"
STATE = rf"{CONTROL}\SecureBoot\State"


@pytest.mark.parametrize(
    ("keys", "firmware", "secure"),
    [
        ({}, "uefi", True),
        ({STATE: {"UEFISecureBootEnabled": 0}}, "uefi", False),
        ({STATE: {}}, "uefi", Unknown(Why.UNRECOGNISED)),
        ({STATE: {}, CONTROL: {"PEFirmwareType": 1}}, "bios", None),
        ({CONTROL: {}}, Unknown(Why.UNRECOGNISED), True),
        ({STATE: DENIED, CONTROL: {"PEFirmwareType": 1}}, "bios", Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_secure_boot_is_null_where_there_is_none(keys, firmware, secure) -> None:
    said = boot_security.windows(pc(keys), about())
    assert (said.firmware, said.secure_boot) == (firmware, secure)


@pytest.mark.parametrize(
    ("answer", "version"),
    [
        (told({"version": 2}), Version((2, 0))),
        (told({"version": 1}), Version((1, 2))),
        (told({"version": None}), None),  # proven to be none
        (told({"version": 0}), Unknown(Why.UNRECOGNISED)),
        (told({"version": "2"}), Unknown(Why.PARSE_ERROR)),
        (told({}), Unknown(Why.PARSE_ERROR)),
        ("", Unknown(Why.PARSE_ERROR)),
        (failed("access_denied", 5), Unknown(Why.ACCESS_DENIED)),
        (failed("api_error", 0x80284008), Unknown(Why.API_ERROR)),  # TBS_E_SERVICE_NOT_RUNNING
        ({"rc": 1}, Unknown(Why.API_ERROR)),
        ({"rc": 0xC0000005}, Unknown(Why.API_ERROR)),  # it crashed
        ({"rc": 1, "out": "Zugriff verweigert"}, Unknown(Why.PARSE_ERROR)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
        ({"error": "tool_missing"}, Unknown(Why.TOOL_MISSING)),
    ],
)
def test_a_tpm_is_null_only_where_there_is_proven_to_be_none(answer, version) -> None:
    said = boot_security.windows(pc(asked={"tpm": answer}), about())
    assert said.tpm_version == version


@pytest.mark.parametrize(
    ("answer", "keys", "setup_mode"),
    [
        (told({"setup_mode": 0}), {}, False),
        (told({"setup_mode": 1}), {}, True),
        (told({"setup_mode": 2}), {}, Unknown(Why.UNRECOGNISED)),
        (told({"setup_mode": None}), {}, Unknown(Why.PARSE_ERROR)),
        (failed("not_elevated", 1314), {}, Unknown(Why.NOT_ELEVATED)),
        (failed("api_error", 203), {}, Unknown(Why.API_ERROR)),  # the firmware has no such thing
        ({"error": "timeout"}, {}, Unknown(Why.TIMEOUT)),
        (failed("api_error", 1), {CONTROL: {"PEFirmwareType": 1}}, None),
    ],
)
def test_setup_mode_is_told_by_the_firmware(answer, keys, setup_mode) -> None:
    said = boot_security.windows(pc(keys, asked={"firmware": answer}), about())
    assert said.setup_mode == setup_mode


AU = rf"{POLICIES}\Windows\WindowsUpdate\AU"
UX = r"HKLM\SOFTWARE\Microsoft\WindowsUpdate\UX\Settings"


@pytest.mark.parametrize(
    ("keys", "automatic"),
    [
        ({}, "on"),
        ({AU: {"AUOptions": 4}}, "on"),
        ({AU: {"AUOptions": 3}}, "notify"),
        ({AU: {"AUOptions": 5}}, Unknown(Why.UNRECOGNISED)),
        ({AU: {"NoAutoUpdate": 1, "AUOptions": 4}}, "off"),
        ({AU: {"UseWUServer": 1}}, "managed"),
        ({AU: {"AUOptions": 4}, rf"{SERVICES}\wuauserv": {"Start": 4}}, "off"),
        ({AU: {"AUOptions": 4}, rf"{SERVICES}\UsoSvc": {"Start": 4}}, "off"),
        ({UX: {"PauseUpdatesExpiryTime": "2026-12-01T00:00:00Z"}}, "off"),
        ({UX: {"PauseUpdatesExpiryTime": "2026-11-01T00:00:00Z"}}, "on"),
        ({UX: {"PauseUpdatesExpiryTime": "bald"}}, Unknown(Why.PARSE_ERROR)),
        ({AU: DENIED}, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_updates_come_by_themselves_if_their_services_may_run(keys, automatic) -> None:
    assert patching.windows(pc(keys), about()).automatic == automatic


@pytest.mark.parametrize(
    ("keys", "due"),
    [
        ({}, False),
        ({rf"{CURRENT}\Component Based Servicing\RebootPending": {}}, True),
        ({rf"{CURRENT}\WindowsUpdate\Auto Update\RebootRequired": {}}, True),
        (
            {rf"{SYSTEM}\Control\Session Manager": {"PendingFileRenameOperations": ["C:\\x", ""]}},
            False,
        ),
        (
            {rf"{CURRENT}\WindowsUpdate\Auto Update\RebootRequired": DENIED},
            Unknown(Why.ACCESS_DENIED),
        ),
    ],
)
def test_a_restart_is_due_where_servicing_says_so(keys, due) -> None:
    assert patching.windows(pc(keys), about()).reboot_required == due


@pytest.mark.parametrize(
    ("build", "edition", "supported", "extended"),
    [
        ("26200", "Professional", True, False),
        ("26100", "Core", False, False),
        ("26100", "Enterprise", True, False),
        ("19045", "Professional", False, Unknown(Why.API_ERROR)),  # ESU may have been bought
        ("19044", "EnterpriseS", True, False),
        ("20348", "ServerStandard", True, False),
        ("27000", "Professional", Unknown(Why.UNRECOGNISED), Unknown(Why.UNRECOGNISED)),
        ("26200", "Cloud", Unknown(Why.UNRECOGNISED), Unknown(Why.UNRECOGNISED)),
    ],
)
def test_support_is_that_of_the_build_and_the_edition(build, edition, supported, extended) -> None:
    keys = current(CurrentBuildNumber=build, EditionID=edition)
    said = patching.windows(pc(keys), about())
    assert (said.supported, said.extended_support) == (supported, extended)


def test_programs_of_the_machine_and_of_each_person_are_listed() -> None:
    said = software.windows(pc(), about())
    assert said.missing is None
    assert [(one.name, one.product) for one in said.items] == [
        ("Open Dental", "open_dental"),
        ("SIDEXIS 4", "sidexis"),
        ("Zoom Workplace", None),
    ]
    assert said.items[1].version is None
    assert said.items[1].version_text == "4.3.1 SP2"


@pytest.mark.parametrize(
    ("key", "values", "why"),
    [
        (rf"{UNINSTALL}\X", DENIED, Why.ACCESS_DENIED),
        (rf"{UNINSTALL}\X", {"DisplayName": 7}, Why.PARSE_ERROR),
        (
            rf"HKU\{LEE}\Software\Microsoft\Windows\CurrentVersion\Uninstall",
            DENIED,
            Why.ACCESS_DENIED,
        ),
        (rf"{WINDOWS}\ProfileList", DENIED, Why.ACCESS_DENIED),
    ],
)
def test_a_list_that_was_not_read_whole_says_so(key, values, why) -> None:
    said = software.windows(pc({key: values}), about())
    assert said.missing is why
    assert "Open Dental" in {one.name for one in said.items}


LOGON = rf"{WINDOWS}\Winlogon"
SECRET = r"HKLM\SECURITY\Policy\Secrets\DefaultPassword"


@pytest.mark.parametrize(
    ("keys", "automatic", "secret"),
    [
        ({}, False, False),
        ({LOGON: {"AutoAdminLogon": "1"}}, True, False),
        ({LOGON: {"AutoAdminLogon": 1, "DefaultPassword": ""}}, True, True),
        ({LOGON: {"AutoAdminLogon": "1"}, SECRET: {}}, True, True),
        ({LOGON: {"AutoAdminLogon": "ja"}}, Unknown(Why.PARSE_ERROR), False),
        ({LOGON: DENIED}, Unknown(Why.ACCESS_DENIED), Unknown(Why.ACCESS_DENIED)),
        ({r"HKLM\SECURITY\Policy\Secrets": DENIED}, False, Unknown(Why.ACCESS_DENIED)),
    ],
)
def test_who_is_signed_in_unasked_is_seen_and_no_password_read(keys, automatic, secret) -> None:
    said = password_policy.windows(pc(keys), about())
    assert (said.auto_logon, said.auto_logon_secret) == (automatic, secret)
