"""What listens: to whom, on which port, by which program; and what cannot be told."""

from typing import Any

import pytest

from agent.facts.listeners import linux as listeners
from agent.host.tree import TreeHost
from rules.facts.base import Unknown, Why
from tests.agent.facts.clinic import (
    EVERYWHERE,
    LOOPBACK,
    ON_LAN,
    TITLES,
    about,
    socket,
    system,
)


def found(**files: Any) -> list[Any]:
    return list(listeners.linux(TreeHost(system() | files), about()).items)


def table(*lines: str) -> str:
    return f"{TITLES}\n{''.join(lines)}"


def test_one_port_on_both_kinds_of_address_is_one_listener() -> None:
    assert [(one.process, one.port, one.exposure) for one in found()] == [
        ("sshd", 22, "any"),
        ("cupsd", 631, "loopback"),
    ]


@pytest.mark.parametrize(
    ("address", "text", "exposure"),
    [
        (EVERYWHERE, "0.0.0.0", "any"),
        (LOOPBACK, "127.0.0.1", "loopback"),
        (ON_LAN, "192.168.1.10", "lan"),
        ("0" * 24 + "01000000", "::1", "loopback"),
        ("0000000000000000FFFF00000100007F", "127.0.0.1", "loopback"),
        ("000080FE000000000000000001000000", "fe80::1", "lan"),
    ],
)
def test_an_address_says_who_may_come(address, text, exposure) -> None:
    files = {"/proc/1/net/tcp6": table(socket(address, 4242, 7001)), "/proc/1/net/tcp": table()}
    (one,) = found(**files)
    assert (one.address, one.exposure) == (text, exposure)


def test_a_port_on_two_networks_is_two_listeners() -> None:
    lines = socket(ON_LAN, 8042, 7001), socket("0A02A8C0", 8042, 7001)
    assert len(found(**{"/proc/1/net/tcp": table(*lines), "/proc/1/net/tcp6": table()})) == 2


def test_a_connection_is_no_listener() -> None:
    lines = table(socket(ON_LAN, 50000, 7001, "01"))
    assert found(**{"/proc/1/net/tcp": lines, "/proc/1/net/tcp6": table()}) == []


def test_a_bound_datagram_socket_takes_what_comes() -> None:
    files = {"/proc/1/net/udp": table(socket(EVERYWHERE, 5353, 7001, "07"))}
    assert ("udp", 5353) in {(one.transport, one.port) for one in found(**files)}


def test_a_kernel_without_ipv6_has_no_table_of_it() -> None:
    files = {path: said for path, said in system().items() if not path.endswith(("tcp6", "udp6"))}
    assert len(listeners.linux(TreeHost(files), about()).items) == 2


@pytest.mark.parametrize(
    ("files", "process"),
    [
        ({}, "sshd"),
        ({"/proc/812/exe": {"link": "/opt/pacs/orthanc (deleted)"}}, "orthanc"),
        ({"/proc/812/exe": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        ({"/proc/812/fd/3": {"error": "access_denied"}}, Unknown(Why.ACCESS_DENIED)),
        ({"/proc/812/fd/3": {"link": "/dev/null"}}, Unknown(Why.UNRECOGNISED)),
    ],
)
def test_a_socket_whose_program_cannot_be_told_stays_in_the_list(files, process) -> None:
    first = found(**{"/proc/1/net/tcp6": table()}, **files)[0]
    assert (first.port, first.process) == (22, process)


def test_where_dicom_is_expected_nothing_is_taken_for_granted() -> None:
    files = {"/proc/1/net/tcp": table(socket(EVERYWHERE, 11112, 7001), socket(ON_LAN, 80, 7002))}
    said = {one.port: one.dicom for one in found(**files)}
    assert said[11112] == Unknown(Why.NOT_COLLECTED)
    assert said[80] == "not_probed"
