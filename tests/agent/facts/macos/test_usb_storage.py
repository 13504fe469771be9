"""USB disks on a Mac: open where nobody manages it, unknown where somebody does."""

from typing import Any

import pytest

from agent.facts.usb_storage import macos as usb_storage
from rules.facts.base import Items, Unknown, Why
from rules.facts.usb_storage import UsbStorage
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import ENROLMENT, KINGSTON, MANAGED, SENSOR, USB, scan_mac, usb


def found(run: dict[str, Any] | None = None) -> UsbStorage:
    return usb_storage.macos(scan_mac(run=run), about())


@pytest.mark.parametrize(
    ("said", "control"),
    [
        ("Enrolled via DEP: No\nMDM enrollment: No\n", "open"),
        (MANAGED, Unknown(Why.NOT_COLLECTED)),
        ("", Unknown(Why.PARSE_ERROR)),
        ("MDM-Registrierung: Nein\n", Unknown(Why.PARSE_ERROR)),
        ({"rc": 1}, Unknown(Why.API_ERROR)),
        ({"error": "timeout"}, Unknown(Why.TIMEOUT)),
    ],
)
def test_a_mac_that_nobody_manages_is_open(said, control) -> None:
    answer = found({ENROLMENT: said})
    assert answer.control == control
    assert answer.gaps.missing == (control.why if isinstance(control, Unknown) else None)


def test_a_stick_is_listed_and_a_sensor_is_not() -> None:
    (stick,) = found().devices.items
    assert (stick.name, stick.serial, stick.attached) == ("usb-1", "E0D55EA5", True)
    assert (stick.vendor_id, stick.product_id) == ("0951", "1666")
    assert found({USB: usb(SENSOR)}).devices == Items(())


def test_a_stick_that_does_not_say_who_it_is_is_still_listed() -> None:
    nameless = {"vendor_id": "apple_vendor_id", "Media": [{}]}
    (stick,) = found({USB: usb(nameless)}).devices.items
    unknown = Unknown(Why.UNRECOGNISED)
    assert (stick.serial, stick.vendor_id, stick.product_id) == (unknown, unknown, unknown)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('{"SPUSBDataType": []}', Why.PARSE_ERROR),  # no bus: newer releases call it otherwise
        (usb("a stick"), Why.PARSE_ERROR),
        (usb(KINGSTON)[:-20], Why.PARSE_ERROR),
        (b"\xff\0", Why.PARSE_ERROR),
        ({"error": "timeout"}, Why.TIMEOUT),
    ],
)
def test_devices_that_cannot_be_listed_are_not_none(said, why) -> None:
    assert found({USB: said}).devices == Items((), why)
