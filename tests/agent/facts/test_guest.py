"""On Debian's own kernel, with real LUKS, LVM, RAID and a USB stick: is the agent right?

The machine is emulated (tests/agent/guest): nothing of it depends on what this machine's kernel
can do, or on what its disks are. What happens in each scene stands in tests/agent/guest/inside.py.
"""

from typing import Any

import pytest

from rules.compiled import builtin
from rules.engine.judge import judge
from rules.verdict import Verdict
from tests.agent.facts.observed import tell
from tests.agent.guest.boot import FIRMWARE, Readings, Said, boot
from tests.conftest import missing
from tests.prepare import KERNEL

pytestmark = [pytest.mark.live, pytest.mark.slow, pytest.mark.xdist_group("guest")]

STICK = {"serial": "4C530001", "vendor_id": "46f4", "product_id": "0001"}
"""The serial number that boot.py gives it, and the numbers of QEMU and its stick."""


@pytest.fixture(scope="module")
def guest(needs, tmp_path_factory) -> Said:
    """All that was said in it; the machine is started once."""
    for what in (KERNEL, FIRMWARE):
        if not what.is_dir():
            missing(f"no {what} here, tests/prepare.py fetches it", "live")
    return boot(KERNEL, tmp_path_factory.mktemp("guest"), needs)


@pytest.fixture(scope="module")
def scenes(guest: Said) -> dict[str, Readings]:
    """What the agent answered in each scene."""
    return guest.scenes


def verdicts(readings: Readings) -> dict[str, Verdict]:
    at = readings["host"].observed_at
    return {result.rule: result.verdict for result in judge(builtin.pack(), readings, at)}


def value(readings: Readings, fact: str) -> Any:
    tell({fact: readings[fact]})
    return readings[fact].value


def volumes(readings: Readings) -> dict[str, tuple[str, str, str | None]]:
    rows = value(readings, "volumes")
    return {row["name"]: (row["protection"], row["mechanism"], row["cipher"]) for row in rows}


LUKS = ("protected", "luks2", "xts_aes_256")
PLAIN = ("unprotected", "none", None)


def test_a_system_on_lvm_on_luks_on_raid_is_encrypted(scenes) -> None:
    sound = scenes["as_it_should_be"]
    assert volumes(sound) == {"/": LUKS, "swap-1": LUKS}
    assert verdicts(sound)["volumes-encrypted"] is Verdict.PASS


def test_one_plain_disk_under_the_same_volume_lays_it_open(scenes) -> None:
    grown = scenes["a_disk_is_added"]
    assert volumes(grown)["/"] == PLAIN
    assert volumes(grown)["swap-1"] == LUKS
    assert verdicts(grown)["volumes-encrypted"] is Verdict.FAIL


def test_luks_without_a_cipher_is_no_encryption_and_closed_luks_is_not_judged(scenes) -> None:
    found = volumes(scenes["a_week_later"])
    assert found["/srv"] == ("unprotected", "luks2", "null_cipher")
    assert ("locked", "luks2", None) in found.values()


def test_a_stick_in_a_machine_whose_drivers_are_blocked_is_seen_and_holds_no_disk(scenes) -> None:
    usb = value(scenes["as_it_should_be"], "usb_storage")
    (device,) = usb["devices"]
    assert (usb["control"], device["attached"], device["protection"]) == ("blocked", True, None)
    assert device.items() >= STICK.items()


def test_a_blacklist_of_one_driver_does_not_keep_the_stick_out(scenes) -> None:
    """Foretold from the files alone, and then it is plugged in."""
    foretold = value(scenes["one_driver_is_blacklisted"], "usb_storage")
    happened = value(scenes["a_disk_is_added"], "usb_storage")
    assert (foretold["control"], foretold["gaps"]) == ("open", [])
    assert (happened["control"], happened["gaps"]) == ("open", ["already_loaded"])
    assert [device["protection"] for device in happened["devices"]] == ["unprotected"]
    assert verdicts(scenes["a_disk_is_added"])["usb-storage-blocked"] is Verdict.FAIL


def test_a_firewall_counts_while_the_kernel_has_it_loaded(scenes) -> None:
    before = value(scenes["as_it_should_be"], "firewall")
    after = value(scenes["a_disk_is_added"], "firewall")
    assert [(one["enabled"], one["inbound"]) for one in before["profiles"]] == [(True, "block")]
    assert [(one["enabled"], one["inbound"]) for one in after["profiles"]] == [(False, "allow")]


def services(readings: Readings) -> dict[str, tuple[str, str]]:
    return {row["name"]: (row["state"], row["start"]) for row in value(readings, "services")}


def test_a_service_is_told_whether_it_runs_or_not(scenes) -> None:
    before, after = services(scenes["as_it_should_be"]), services(scenes["a_disk_is_added"])
    assert before["pacs.service"] == ("running", "auto")
    assert before["rpcbind.service"] == ("stopped", "disabled")
    assert before["telnet.service"] == ("stopped", "manual")
    assert after["telnet.service"] == ("running", "manual")
    assert before["dbus.socket"] == ("running", "manual")


def recorded(readings: Readings) -> set[str]:
    rows = value(readings, "audit_policy")["categories"]
    return {row["name"] for row in rows if row["success"] and row["failure"]}


def test_what_the_kernel_records_is_what_it_has_rules_for(scenes) -> None:
    before, after = scenes["as_it_should_be"], scenes["a_disk_is_added"]
    told_by_pam = {"account_logon", "account_management", "logon_logoff"}
    assert value(before, "audit_policy")["running"] is True
    assert recorded(before) == told_by_pam | {"policy_change", "system"}
    assert recorded(after) == told_by_pam
    assert value(before, "audit_policy")["log_max_size"] == 5 * 8 * 1024 * 1024
    assert isinstance(value(before, "audit_policy")["oldest_record"], str)


def test_a_clock_is_right_once_something_keeps_it(scenes) -> None:
    before, after = (
        value(scenes["as_it_should_be"], "clock"),
        value(scenes["a_week_later"], "clock"),
    )
    assert (before["synced"], before["source"]) == (False, "none")
    assert (after["synced"], after["source"]) == (True, "other")


def test_firmware_says_whether_it_starts_only_what_is_signed_and_has_a_tpm(scenes) -> None:
    sound = scenes["as_it_should_be"]
    assert value(sound, "boot_security") == {
        "firmware": "uefi",
        "secure_boot": False,
        "setup_mode": True,
        "tpm_version": "2.0",
        "sip": None,
    }


def lasting(readings: Readings) -> dict[str, tuple[Any, ...]]:
    """Facts without what tells of the asking itself: the unit that asks, and since when we know."""
    return {
        name: (reading.status, reading.reasons, reading.privilege, _lasting(reading.value))
        for name, reading in readings.items()
    }


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lasting(one) for key, one in value.items() if key != "state_since"}
    if isinstance(value, list):
        return [_lasting(one) for one in value if not _is_asking(one)]
    return value


def _is_asking(one: Any) -> bool:
    return isinstance(one, dict) and one.get("name") in {"bound.service", "scenes.service"}


def test_no_line_of_the_guards_unit_hides_a_fact_not_of_a_disk_header_either(scenes) -> None:
    free, bound = lasting(scenes["a_week_later"]), lasting(scenes["under_the_unit"])
    assert ("locked", "luks2", None) in volumes(scenes["under_the_unit"]).values()
    assert bound == free


def test_a_patrol_that_eats_memory_ends_and_the_guard_says_so_and_goes_on(guest: Said) -> None:
    assert guest.errand["most_memory"] == 768 * 1024 * 1024
    assert guest.errand["killed_for_memory"] == 1
    assert guest.errand["share_of_cpu"] == 20
    assert "--event=errand_killed=1" in guest.errand["told"]
