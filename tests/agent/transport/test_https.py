"""The courier's HTTPS against real TLS servers on loopback."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import PinMismatch, TransportError
from agent.transport import tls
from agent.transport.base import Address, Limits
from agent.transport.https import Https
from agent.transport.route import Route
from tests.agent.wire import Authority, Door, Heard, Says, opened

CA = Authority()
FRAMES = {"Content-Type": "application/vnd.dentinel.frames.v1"}
INSPECTOR = Authority(name="Antivirus Web Shield CA")


def echo(heard: Heard) -> Says:
    return Says(200, heard.body[::-1], FRAMES)


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Door]:
    with opened(CA, tmp_path, echo) as door:
        yield door


def talk(port: int, *, ca: Authority = CA, proxy: str | None = None, **limits: object) -> Https:
    route = Route(Address("127.0.0.1", port), proxy, Limits(**limits))
    return Https(route, tls.pinned([ca.pem]))


def test_a_body_arrives_as_it_is_and_the_reply_comes_back(controller: Door) -> None:
    with talk(controller.port) as wire:
        reply = wire.post("/v1/sync", b"abc", FRAMES)

    assert (reply.status, reply.body) == (200, b"cba")
    assert controller.heard[0].body == b"abc"
    assert controller.heard[0].headers["Content-Type"] == FRAMES["Content-Type"]


def test_several_exchanges_share_one_connection(controller: Door) -> None:
    with talk(controller.port) as wire:
        for _ in range(3):
            wire.post("/v1/sync", b"abc", FRAMES)

    assert controller.connections == 1


def test_a_connection_closed_while_idle_is_opened_once_more(controller: Door) -> None:
    with talk(controller.port) as wire:
        wire.post("/v1/sync", b"one", FRAMES)
        wire._link.secure.shutdown(socket.SHUT_RDWR)
        reply = wire.post("/v1/sync", b"two", FRAMES)

    assert reply.body == b"owt"
    assert controller.connections == 2


def test_a_lost_answer_on_a_new_connection_is_an_error(tmp_path: Path) -> None:
    with (
        opened(CA, tmp_path, lambda _: Says(drop=True)) as door,
        talk(door.port) as wire,
        pytest.raises(TransportError, match="broke"),
    ):
        wire.post("/v1/sync", b"abc", FRAMES)

    assert len(door.heard) == 1


@pytest.mark.threat("foreign-ca")
def test_another_ca_is_refused_and_its_name_is_said(tmp_path: Path) -> None:
    with (
        opened(INSPECTOR, tmp_path, echo) as door,
        talk(door.port) as wire,
        pytest.raises(PinMismatch) as caught,
    ):
        wire.post("/v1/sync", b"secret", FRAMES)

    assert "Antivirus Web Shield CA" in caught.value.message
    assert "antivirus" in caught.value.advice
    assert door.heard == []


@pytest.mark.threat("foreign-ca")
@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_no_environment_variable_adds_a_ca(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_text(INSPECTOR.pem)
    monkeypatch.setenv(name, str(bundle))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    with (
        opened(INSPECTOR, tmp_path, echo) as door,
        talk(door.port) as wire,
        pytest.raises(PinMismatch),
    ):
        wire.post("/v1/sync", b"secret", FRAMES)


def test_no_environment_variable_sets_a_proxy(
    controller: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with talk(controller.port) as wire:
        assert wire.post("/v1/sync", b"abc", FRAMES).status == 200


def test_a_leaf_for_another_name_is_refused(controller: Door) -> None:
    route = Route(Address("localhost", controller.port))
    with Https(route, tls.pinned([CA.pem])) as wire, pytest.raises(PinMismatch):
        wire.get("/")


def test_tls_1_1_is_not_spoken(tmp_path: Path) -> None:
    assert tls.pinned([CA.pem]).minimum_version.name == "TLSv1_2"


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    away = Says(302, b"", {"Location": "https://elsewhere.example/"})
    with opened(CA, tmp_path, lambda _: away) as door, talk(door.port) as wire:
        assert wire.post("/v1/sync", b"abc", FRAMES).status == 302


def test_retry_after_is_read_in_seconds_alone(tmp_path: Path) -> None:
    waits = iter(["120", "Wed, 21 Oct 2026 07:28:00 GMT", "-5", "99999999"])
    with (
        opened(CA, tmp_path, lambda _: Says(503, b"", {"Retry-After": next(waits)})) as door,
        talk(door.port) as wire,
    ):
        read = [wire.get("/").retry_after for _ in range(4)]

    assert read == [timedelta(seconds=120), None, None, None]


def test_a_reply_without_end_is_cut(tmp_path: Path) -> None:
    with (
        opened(CA, tmp_path, lambda _: Says(200, b"x" * 2000)) as door,
        talk(door.port, reply_bytes=1999) as wire,
        pytest.raises(TransportError, match="more"),
    ):
        wire.get("/")


def test_nobody_there_is_said_in_a_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with talk(port) as wire, pytest.raises(TransportError) as caught:
        wire.get("/")

    assert caught.value.message == f"nothing listens at 127.0.0.1:{port}"


class Plain:
    """A plain TCP server that does one thing to whoever comes."""

    def __init__(self, serve) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, args=(serve,), daemon=True)

    def _run(self, serve) -> None:
        try:
            while True:
                peer, _ = self._listener.accept()
                with peer:
                    serve(peer)
        except OSError:
            return

    def __enter__(self) -> "Plain":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


def test_a_server_that_is_no_tls_is_said_to_be_none() -> None:
    with (
        Plain(lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")) as plain,
        talk(plain.port) as wire,
        pytest.raises(TransportError),
    ):
        wire.get("/")


def test_a_server_that_says_nothing_does_not_hold_the_courier() -> None:
    with Plain(lambda peer: peer.recv(65536) and peer.recv(1)) as silent:
        started = time.monotonic()
        with (
            talk(silent.port, whole=timedelta(seconds=0.3)) as wire,
            pytest.raises(TransportError, match="did not answer"),
        ):
            wire.get("/")

    assert time.monotonic() - started < 10


def test_a_server_that_drips_bytes_does_not_hold_the_courier(tmp_path: Path) -> None:
    context = CA.context(tmp_path)

    def drip(peer: socket.socket) -> None:
        with context.wrap_socket(peer, server_side=True) as secure:
            secure.recv(65536)
            secure.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            for _ in range(200):
                secure.sendall(b"z")
                time.sleep(0.05)

    with (
        Plain(drip) as server,
        talk(server.port, whole=timedelta(seconds=0.5)) as wire,
        pytest.raises(TransportError, match="did not answer"),
    ):
        wire.get("/")


@pytest.fixture
def proxy(controller: Door) -> Iterator[Plain]:
    asked: list[bytes] = []

    def relay(peer: socket.socket) -> None:
        head = peer.recv(4096)
        asked.append(head)
        with socket.create_connection(("127.0.0.1", controller.port)) as onward:
            peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pour, args=(onward, peer), daemon=True)
            back.start()
            _pour(peer, onward)
            back.join()

    with Plain(relay) as server:
        server.asked = asked
        yield server


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while piece := source.recv(65536):
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_a_proxy_of_the_settings_is_asked_for_a_tunnel(controller: Door, proxy: Plain) -> None:
    with talk(controller.port, proxy=f"http://127.0.0.1:{proxy.port}") as wire:
        assert wire.post("/v1/sync", b"abc", FRAMES).body == b"cba"

    wanted = f"CONNECT 127.0.0.1:{controller.port} HTTP/1.1\r\n".encode()
    assert proxy.asked[0].startswith(wanted)
    assert b"abc" not in proxy.asked[0]


def test_a_proxy_that_refuses_is_quoted(controller: Door) -> None:
    no = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
    with (
        Plain(lambda peer: peer.recv(4096) and peer.sendall(no)) as server,
        talk(controller.port, proxy=f"127.0.0.1:{server.port}") as wire,
        pytest.raises(TransportError, match="407 Proxy"),
    ):
        wire.get("/")


@pytest.mark.parametrize("text", ["https://proxy:3128", "proxy", "http://proxy:port", ""])
def test_a_proxy_that_is_no_address_is_refused(text: str) -> None:
    with talk(1, proxy=text) as wire, pytest.raises(TransportError, match="proxy"):
        wire.get("/")


def test_a_ca_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(TransportError, match="CA"):
        tls.pinned(["no certificate"])


@pytest.mark.parametrize(
    ("host", "written"), [("10.0.0.7", "10.0.0.7:8443"), ("::1", "[::1]:8443")]
)
def test_an_address_is_written_as_in_a_url(host: str, written: str) -> None:
    assert str(Address(host, 8443)) == written
