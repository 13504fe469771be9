"""What listens on a Mac: the kernel's table, and by whom as far as lsof may say."""

from dataclasses import replace
from typing import Any

import pytest

from agent.facts.listeners import macos as listeners
from agent.host.base import HostError
from agent.readers import lsof, netstat
from agent.readers.errors import ParseError
from rules.facts.base import Unknown, Why
from rules.facts.listeners import Listener
from tests.agent.facts.clinic import about
from tests.agent.facts.macs import LSOF, TCP, UDP, front_mac, held, scan_mac, sockets

NO_UDP = {UDP: sockets()}


def found(*tcp: str, owners: Any = "", elevated: bool = True) -> list[Listener]:
    host = front_mac(run={TCP: sockets(*tcp), LSOF: owners} | NO_UDP)
    host.elevated = elevated
    return list(listeners.macos(host, about()).items)


def test_what_waits_is_listed_with_its_program() -> None:
    by_port = {one.port: one for one in listeners.macos(scan_mac(), about()).items}
    assert set(by_port) == {22, 445, 3283, 5353, 5900, 11112}
    assert (by_port[3283].process, by_port[3283].exposure) == ("ARDAgent", "any")
    assert by_port[5353].transport == "udp"


def test_what_is_connected_waits_for_nobody() -> None:
    by_port = {one.port for one in listeners.macos(front_mac(), about()).items}
    assert by_port == {631, 5353}


@pytest.mark.parametrize(
    ("row", "exposure", "address"),
    [
        ("tcp4 127.0.0.1.631 *.* LISTEN", "loopback", "127.0.0.1"),
        ("tcp6 ::1.631 *.* LISTEN", "loopback", "::1"),
        ("tcp4 *.631 *.* LISTEN", "any", "0.0.0.0"),
        ("tcp46 *.631 *.* LISTEN", "any", "::"),
        ("tcp4 192.168.1.20.631 *.* LISTEN", "lan", "192.168.1.20"),
        ("tcp6 fe80::1c:22ff:fe33:4455%en0.631 *.* LISTEN", "lan", "fe80::1c:22ff:fe33:4455"),
    ],
)
def test_the_address_says_who_may_come(row, exposure, address) -> None:
    (one,) = found(row)
    assert (one.exposure, one.address, one.port) == (exposure, address, 631)


def test_a_port_on_both_families_is_one() -> None:
    rows = ("tcp4 *.5900 *.* LISTEN", "tcp6 *.5900 *.* LISTEN")
    (one,) = found(*rows, owners=held("launchd TCP *:5900"))
    assert one.process == "launchd"


def test_a_name_with_blanks_and_escapes_is_read() -> None:
    (one,) = found("tcp4 *.9000 *.* LISTEN", owners=held("Romexis\\x20Server TCP *:9000"))
    assert one.process == "Romexis Server"


@pytest.mark.parametrize(
    ("owners", "elevated", "why"),
    [
        (held("cupsd TCP 127.0.0.1:631"), True, Why.UNRECOGNISED),
        (held("cupsd TCP 127.0.0.1:631"), False, Why.NOT_ELEVATED),
        (held("a TCP *:9000", "b TCP *:9000"), True, Why.UNRECOGNISED),
        ({"rc": 1}, True, Why.API_ERROR),
        ({"rc": 2, "out": held("a TCP *:9000")}, True, Why.API_ERROR),
        ({"error": "timeout"}, True, Why.TIMEOUT),
        ({"error": "tool_missing"}, True, Why.TOOL_MISSING),
        (held("a TCP *:9000")[:-1], True, Why.PARSE_ERROR),
        ("Paketlisten\n", True, Why.PARSE_ERROR),
    ],
)
def test_a_listener_whose_program_nobody_tells_stays(owners, elevated, why) -> None:
    one = next(
        one
        for one in found("tcp4 *.9000 *.* LISTEN", owners=owners, elevated=elevated)
        if one.port == 9000
    )
    assert (one.process, one.exposure) == (Unknown(why), "any")


def test_code_1_of_lsof_with_an_answer_is_an_answer() -> None:
    owners = {"rc": 1, "out": held("Orthanc TCP *:104")}
    (one,) = found("tcp4 *.104 *.* LISTEN", owners=owners)
    assert (one.process, one.dicom) == ("Orthanc", Unknown(Why.NOT_COLLECTED))


def test_what_the_table_lacks_and_a_program_holds_is_listed() -> None:
    (one,) = found(owners=held("Orthanc TCP 10.0.0.5:4242"))
    assert (one.port, one.process, one.exposure) == (4242, "Orthanc", "any")


def test_a_port_that_may_not_be_probed_says_so() -> None:
    asked = about()
    settings = replace(asked.settings, never_probe=frozenset({11112}))
    answer = listeners.macos(scan_mac(), replace(asked, settings=settings))
    assert next(one for one in answer.items if one.port == 11112).dicom == Unknown(Why.DISABLED)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("", ParseError),
        ("netstat: kein Protokoll\n", ParseError),
        (sockets("tcp4 *.22 *.* LISTEN")[:-1], ParseError),
        (sockets("tcp4 *.22 *.* LISTEN").rpartition("LISTEN")[0] + "\n", ParseError),
        (sockets("tcp4 *.ssh *.* LISTEN"), ParseError),
        (sockets("tcp4 *.70000 *.* LISTEN"), ParseError),
        (sockets("tcp5 *.22 *.* LISTEN"), ParseError),
        (sockets("tcp6 fe80::1cf3:2c3d:.22 *.* LISTEN"), ParseError),
        (sockets("tcp4 *.22 *.* hört"), ParseError),
        ({"rc": 1}, HostError),
        ({"error": "timeout"}, HostError),
    ],
)
def test_a_table_that_is_not_understood_is_no_empty_one(said, kind) -> None:
    with pytest.raises(kind):
        listeners.macos(front_mac(run={TCP: said}), about())


def test_a_datagram_socket_without_a_port_takes_nothing_yet() -> None:
    assert netstat.parse(sockets("udp4 *.* *.*").encode(), "udp") == ()


def test_both_ends_of_a_connection_are_no_listener() -> None:
    said = held("syslogd UDP 10.0.0.5:514->10.0.0.9:514")
    assert lsof.parse(said.encode()) == frozenset()
