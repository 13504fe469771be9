"""What meets a USB disk on Windows? By machines written from documentation."""

from typing import Any

import pytest

from agent.facts.usb_storage import windows as usb_storage
from rules.facts.base import Unknown, Why
from rules.facts.usb_storage import UsbStorage
from tests.agent.facts.clinic import about
from tests.agent.facts.windows.clinic import LEE, POLICIES, REMOVABLE, SERVICES, STARTED, SYSTEM, pc

DISKS = rf"{REMOVABLE}\{{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}}"
PHONES = {
    rf"{REMOVABLE}\{{6AC27878-A6FA-4155-BA85-F98F491D4F33}}": {"Deny_Read": 1},
    rf"{REMOVABLE}\{{F33FDC04-D1AC-4E8E-9A30-19BBD4B108AE}}": {"Deny_Read": 1},
}
NOT_A_STICK = rf"{REMOVABLE}\{{53f56307-b6bf-11d0-94f2-00a0c91efb8b}}"
OFF = {"Start": 4, "$written": "2026-01-01T00:00:00Z"}
STICK, UAS = rf"{SERVICES}\USBSTOR", rf"{SERVICES}\UASPStor"
PROTECT = rf"{SYSTEM}\Control\StorageDevicePolicies"
FVE = rf"{SYSTEM}\Policies\Microsoft\FVE"
MANAGED = r"HKLM\SOFTWARE\Microsoft\PolicyManager\current\device\Storage"
INSTALL = rf"{POLICIES}\Windows\DeviceInstall\Restrictions"


def said(keys: dict[str, Any] | None = None) -> UsbStorage:
    return usb_storage.windows(pc(keys), about())


@pytest.mark.parametrize(
    ("keys", "control", "gaps"),
    [
        ({}, "open", {"phone"}),
        ({REMOVABLE: {"Deny_All": 1}}, "blocked", set()),
        ({REMOVABLE: {"Deny_All": 0}}, "open", {"phone"}),
        ({STICK: OFF}, "partial", {"uas", "phone"}),
        ({STICK: OFF, UAS: OFF}, "partial", {"phone"}),
        ({STICK: OFF, UAS: OFF, **PHONES}, "blocked", set()),
        ({DISKS: {"Deny_Read": 1}}, "partial", {"phone"}),
        ({DISKS: {"Deny_Write": 1}, **PHONES}, "read_only", set()),
        # as some scripts set it: a value named like the class does nothing
        ({REMOVABLE: {"{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}": 1}}, "open", {"phone"}),
        ({NOT_A_STICK: {"Deny_Read": 1, "Deny_Write": 1}}, "open", {"phone"}),
        ({MANAGED: {"RemovableDiskDenyWriteAccess": 1}}, "read_only", {"phone"}),
        ({PROTECT: {"WriteProtect": 1}}, "partial", {"uas", "phone"}),
        ({PROTECT: {"WriteProtect": 1}, UAS: OFF}, "read_only", {"phone"}),
        ({FVE: {"RDVDenyWriteAccess": 1}}, "encrypted_only", {"phone"}),
        ({FVE: {"RDVDenyWriteAccess": 0}}, "open", {"phone"}),
        ({INSTALL: {"DenyRemovableDevices": 1}}, "partial", {"phone"}),
        (
            {INSTALL: {"DenyRemovableDevices": 1, "AllowDeviceIDs": 1}},
            "partial",
            {"phone", "allow_list"},
        ),
        ({INSTALL: {"DenyDeviceClasses": 1}}, "open", {"phone"}),
        (
            {INSTALL: {"DenyDeviceClasses": 1, "DenyDeviceClassesRetroactive": 1}},
            "partial",
            {"phone"},
        ),
    ],
)
def test_what_is_set_stands_or_leaves_gaps(keys, control, gaps) -> None:
    found = said(keys)
    assert found.control == control
    assert set(found.gaps.items) == gaps
    assert found.gaps.missing is None


def test_what_holds_for_one_person_is_a_gap() -> None:
    key = rf"HKU\{LEE}\Software\Policies\Microsoft\Windows\RemovableStorageDevices"
    found = said({key: {"Deny_All": 1}})
    assert found.control == "partial"
    assert "per_user" in found.gaps.items


@pytest.mark.parametrize(
    ("written", "pending"), [("2026-11-21T00:00:00Z", False), ("2026-11-22T09:00:00Z", True)]
)
def test_what_was_written_since_the_start_may_not_be_in_force(written, pending) -> None:
    found = said({REMOVABLE: {"Deny_All": 1, "$written": written}})
    assert ("reboot_pending" in found.gaps.items) is pending


def test_without_the_time_of_the_start_anything_may_be_newer() -> None:
    keys = {REMOVABLE: {"Deny_All": 1, "$written": "2026-01-01T00:00:00Z"}, STARTED: {}}
    assert "reboot_pending" in said(keys).gaps.items


@pytest.mark.parametrize("key", [STICK, UAS, REMOVABLE, FVE])
def test_what_is_closed_leaves_it_unknown(key) -> None:
    found = said({key: {"$error": "access_denied"}})
    assert found.control == Unknown(Why.ACCESS_DENIED)
    assert found.gaps.missing is Why.ACCESS_DENIED


def test_a_start_type_that_is_no_number_is_no_block() -> None:
    assert said({STICK: {"Start": "4"}}).control == Unknown(Why.PARSE_ERROR)


def test_what_the_drivers_serve_is_attached() -> None:
    found = said(
        {
            rf"{STICK}\Enum": {"Count": 1, "0": r"USB\VID_0781&PID_5581\4C530001"},
            rf"{UAS}\Enum": {"Count": 1, "0": r"USB\VID_0BDA&PID_9210&MI_00\7&2a1b&0&0000"},
        }
    ).devices
    assert found.missing is None
    assert [(one.vendor_id, one.product_id) for one in found.items] == [
        ("0781", "5581"),
        ("0bda", "9210"),
    ]
    assert found.items[0].serial == "4C530001"
    assert found.items[1].serial == Unknown(Why.UNRECOGNISED)


@pytest.mark.parametrize(
    "enum", [{"Count": 2, "0": r"USB\VID_0781&PID_5581\1"}, {"Count": 1, "0": "ROOT\\x"}]
)
def test_a_list_of_devices_that_does_not_add_up_is_incomplete(enum) -> None:
    assert said({rf"{STICK}\Enum": enum}).devices.missing is Why.PARSE_ERROR
