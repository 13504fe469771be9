"""Nobody reaches through a channel what only this server can reach."""

import socket
import time
from collections.abc import Sequence

import pytest

from controller.alerts.outgoing import MOST_BYTES, NotAllowed, Outgoing, https, networks
from controller.errors import Refusal
from tests.controller.alerts.conftest import LOOPBACK, Receiver

INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.0.0.5",
    "172.16.0.1",
    "192.168.1.10",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.5",
    "::ffff:a9fe:a9fe",
    "::7f00:1",
    "2002:7f00:1::",
    "2002:a00:5::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "64:ff9b::a00:5",
    "64:ff9b:1::a00:5",
    "2001:db8::1",
    "100::1",
]
OUTSIDE = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::808:808"]


def says(*addresses: str):
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.threat("channel-inside")
@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(NotAllowed, match="not on the public internet"):
        Outgoing(resolve=says(address)).address("tickets.example", 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_is_spoken_to(address: str) -> None:
    assert Outgoing(resolve=says(address)).address("tickets.example", 443) == address


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost", "::1", "0"]
)
def test_another_way_to_write_loopback_is_loopback(host: str) -> None:
    with pytest.raises(NotAllowed):
        Outgoing().address(host, 443)


def test_one_private_address_among_public_ones_is_enough() -> None:
    with pytest.raises(NotAllowed):
        Outgoing(resolve=says("8.8.8.8", "10.0.0.5")).address("tickets.example", 443)


@pytest.mark.threat("channel-inside")
def test_a_name_that_changes_its_mind_is_asked_once(receiver: Receiver, pair) -> None:
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.255.255.1"]

    guard = Outgoing(LOOPBACK, rebinding, pair.client, seconds=3)

    assert guard.post(receiver.url, {}, b"{}").status == 200
    assert asked == ["localhost"]


def test_what_the_shell_allows_is_allowed_and_nothing_beside_it() -> None:
    guard = Outgoing(networks("192.168.1.25, 10.1.0.0/16"), resolve=says("192.168.1.25"))

    assert guard.address("mail.lan", 587) == "192.168.1.25"
    with pytest.raises(NotAllowed):
        Outgoing(guard.allowed, says("192.168.1.26")).address("mail.lan", 587)


def test_a_list_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Refusal, match="DENTINEL_CONTROLLER_ALLOW_TO"):
        networks("192.168.1.0/24, mail.lan")


@pytest.mark.parametrize(
    "url",
    [
        "http://tickets.example/",
        "https://dr_lee:secret@tickets.example/",
        "https://tickets.example:99999/",
        "https:///hook",
        "file:///etc/passwd",
        "https://tickets.example/a b",
        "https://tickets.example/\r\nX-Injected: 1",
        "tickets.example",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        https(url)


def test_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver, outgoing) -> None:
    receiver.status, receiver.location = 302, "http://169.254.169.254/latest/meta-data/"

    assert outgoing.post(receiver.url, {}, b"{}").status == 302
    assert len(receiver.got) == 1


def test_64_kib_are_read_and_no_more(receiver: Receiver, outgoing) -> None:
    receiver.answer = b"x" * (2 * MOST_BYTES)

    assert len(outgoing.post(receiver.url, {}, b"{}").body) == MOST_BYTES


def test_who_drips_is_cut_off(pair) -> None:
    """One byte now and then keeps any time-out for a single read from ever ending."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        guard = Outgoing(LOOPBACK, context=pair.client, seconds=0.5)
        began = time.monotonic()

        with pytest.raises(OSError):  # noqa: PT011 - whatever the system calls it
            guard.post(f"https://localhost:{server.getsockname()[1]}/", {}, b"{}")

    assert time.monotonic() - began < 5


def test_a_certificate_of_another_name_is_refused(receiver: Receiver, pair) -> None:
    guard = Outgoing(LOOPBACK, says("127.0.0.1"), pair.client, seconds=3)

    with pytest.raises(OSError, match="certificate"):
        guard.post(receiver.url.replace("localhost", "tickets.example"), {}, b"{}")

    assert receiver.got == []
