"""What Windows leaves in memory becomes the document of a probe."""

import ctypes
import struct
import uuid

import pytest

from agent.probes import accounts, audit, listeners, passwords, power
from agent.probes.calls import eventlog, native


def table(*rows: bytes) -> bytes:
    return struct.pack("<I", len(rows)) + b"".join(rows)


def test_a_row_of_ipv4_is_an_address_and_a_port() -> None:
    # 192.168.1.5:11112, as they go over the network
    row = struct.pack("<6I", 2, 0x0501A8C0, 0x0000682B, 0, 0, 4711)
    (found,) = listeners.rows(table(row) + b"more", listeners.Tcp4Row)
    said = listeners.socket(found, {4711: "Orthanc.exe"}.get)
    assert said == {
        "address": "192.168.1.5",
        "port": 11112,
        "pid": 4711,
        "process": "Orthanc.exe",
    }


ONE = bytes(15) + b"\1"


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (
            ONE + struct.pack("<2I", 0, 0x5000) + bytes(24) + struct.pack("<2I", 2, 4),
            listeners.Tcp6Row,
        ),
        (ONE + struct.pack("<3I", 0, 0x5000, 4), listeners.Udp6Row),
    ],
)
def test_a_row_of_ipv6_is_too(row, kind) -> None:
    (found,) = listeners.rows(table(row), kind)
    said = listeners.socket(found, {}.get)
    assert (said["address"], said["port"], said["pid"], said["process"]) == ("::1", 80, 4, None)


def test_a_row_of_udp_has_no_state() -> None:
    row = struct.pack("<3I", 0, 0xE914, 8)
    (found,) = listeners.rows(table(row), listeners.Udp4Row)
    assert listeners.socket(found, {}.get)["port"] == 5353


def test_the_name_of_a_program_ends_at_its_first_zero() -> None:
    entry = listeners.ProcessEntry()
    name = "svchost.exe\0left over".encode("utf-16-le")
    ctypes.memmove(ctypes.addressof(entry) + listeners.ProcessEntry.szExeFile.offset, name, 40)
    assert listeners.exe(entry) == "svchost.exe"


def test_entries_lie_one_after_the_other() -> None:
    both = (passwords.ModalsInfo3 * 2)((1, 2, 3), (4, 5, 6))
    found = native.entries(ctypes.addressof(both), passwords.ModalsInfo3, 2)
    assert [passwords.lockout(one) for one in found] == [
        {"after": 3, "for": 1},
        {"after": 6, "for": 4},
    ]


def test_of_an_account_nothing_is_told_that_nobody_asks() -> None:
    one = accounts.UserInfo3(usri3_user_id=1001, usri3_flags=513, usri3_last_logon=7)
    assert accounts.user(one, "lee", online=False) == {
        "name": "lee",
        "rid": 1001,
        "flags": 513,
        "last_logon": 7,
        "online": False,
    }


def test_what_is_asked_of_passwords_keeps_its_numbers() -> None:
    one = passwords.ModalsInfo0(
        usrmod0_min_passwd_len=14, usrmod0_max_passwd_age=0xFFFFFFFF, usrmod0_password_hist_len=24
    )
    assert passwords.passwords(one) == {"min_length": 14, "max_age": 0xFFFFFFFF, "history": 24}


def test_a_guid_is_written_as_windows_writes_it() -> None:
    guid = uuid.UUID("0cce9215-69ae-11d9-bed3-505054503030")
    one = audit.AuditPolicyInformation.from_buffer_copy(guid.bytes_le + b"\3\0\0\0" + bytes(16))
    assert audit.setting(one) == {"subcategory": str(guid), "setting": 3}


@pytest.mark.parametrize(("bit", "modern"), [(0, False), (1, True)])
def test_modern_standby_is_one_switch_of_many(bit, modern) -> None:
    one = power.SystemPowerCapabilities(AoAc=bit, SystemS3=1 - bit)
    assert power.sleeps(one) == {"modern_standby": modern}


@pytest.mark.parametrize(("kind", "ticks"), [(17, 134396064000000000), (0, None)])
def test_the_time_of_an_event_is_the_ninth_of_its_own_values(kind, ticks) -> None:
    values = (eventlog.Variant * 18)()
    values[8] = eventlog.Variant(134396064000000000, 1, kind)
    assert eventlog.written_at(bytes(values)) == ticks
