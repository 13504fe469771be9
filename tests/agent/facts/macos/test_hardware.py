"""By which values a Mac would know that it was copied. Nothing here was taken from a real Mac."""

import json
from dataclasses import astuple
from typing import Any

import pytest

from agent.facts.host import hardware
from agent.host import recording
from agent.host.recorded import RecordedHost, Recorder
from agent.host.recording import Header
from agent.host.redaction import redact
from agent.identity.binding import Binding
from agent.identity.copy import MOST
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import (
    ALL,
    APFS,
    DATA,
    HARDWARE,
    SYSTEM,
    apfs,
    containers,
    front_mac,
    layout,
)

BOARD = "5A8D7E21-0C1B-5D3F-9E44-7B1C2D3E4F50"
NVME = "system_profiler -json SPNVMeDataType"
SATA = "system_profiler -json SPSerialATADataType"
DENIED = {"error": "access_denied"}


def board(**said: Any) -> str:
    return json.dumps({"SPHardwareDataType": [{"machine_name": "iMac", **said}]})


def disks(section: str, **serials: str) -> str:
    """The disks of a section by their names, below one controller."""
    found = [{"bsd_name": name, "device_serial": serial} for name, serial in serials.items()]
    return json.dumps({section: [{"_name": "Apple SSD Controller", "_items": found}]})


SAYS = {
    HARDWARE: board(platform_UUID=BOARD),
    NVME: disks("SPNVMeDataType", disk4="EXTERNAL-1", disk0="0ba0123456789abc  "),
    SATA: json.dumps({"SPSerialATADataType": []}),
}
HERE = Binding(BOARD, f"00000000-0000-0000-0000-{DATA}", "0ba0123456789abc")


def read(changed: dict[str, Any] | None = None) -> Binding:
    """The values, with other answers of some programs."""
    return hardware.read(front_mac(run=SAYS | (changed or {})))


def test_board_volume_of_the_data_and_disk_below_it() -> None:
    assert read() == HERE


def test_an_older_mac_has_its_disk_on_sata() -> None:
    none = json.dumps({"SPNVMeDataType": []})
    sata = disks("SPSerialATADataType", disk0="S3Z8NB0K")
    assert read({NVME: none, SATA: sata}).disk == "S3Z8NB0K"


def test_of_two_systems_the_one_that_runs_is_asked() -> None:
    both = containers(disk0s2=[apfs("disk3s9", "Data"), apfs(SYSTEM, "System"), apfs(DATA, "Data")])
    assert read({APFS: both}) == HERE


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({HARDWARE: board()}, "board"),
        ({HARDWARE: DENIED}, "board"),
        ({HARDWARE: "[]"}, "board"),
        ({NVME: DENIED, SATA: DENIED}, "disk"),
        ({NVME: "{}"}, "disk"),
        ({NVME: '{"SPNVMeDataType": [{"_items": 7}]}'}, "disk"),
        ({NVME: disks("SPNVMeDataType", disk0="")}, "disk"),
        ({NVME: disks("SPNVMeDataType", disk1="OTHER")}, "disk"),
    ],
)
def test_what_cannot_be_read_is_none_and_costs_no_other(changed, missing) -> None:
    found = read(changed)
    assert getattr(found, missing) is None
    assert HERE.changes(found) == 0


@pytest.mark.parametrize("changed", [{ALL: DENIED}, {APFS: DENIED}, {ALL: layout({SYSTEM: "/"})}])
def test_without_a_volume_for_data_only_the_board_is_known(changed) -> None:
    assert read(changed) == Binding(board=BOARD)


def test_a_mac_whose_disk_was_cloned_onto_another_is_a_copy() -> None:
    there = read(
        {
            HARDWARE: board(platform_UUID="F0000000-0C1B-5D3F-9E44-000000000000"),
            NVME: disks("SPNVMeDataType", disk0="OTHER-SSD"),
        }
    )
    assert there.install == HERE.install
    assert HERE.changes(there) > MOST


def test_a_recording_that_is_shared_holds_neither_and_is_read_again() -> None:
    recorder = Recorder(front_mac(run=SAYS))
    hardware.read(recorder)
    header = Header("macos", elevated=True, taken_at=about().now)
    calls, _ = redact("macos", recorder.calls)
    text = recording.write(header, calls)
    assert [one for one in (BOARD, "0ba0123456789abc", HERE.install) if str(one) in text] == []
    assert None not in astuple(hardware.read(RecordedHost(*recording.read(text))))
