"""Real servers on loopback are asked for DICOM: in clear, in TLS, refusing, mute, dripping."""

import http.server
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pynetdicom import AE, evt
from pynetdicom.sop_class import Verification

from agent.readers import association
from agent.readers.probed import Answer
from agent.transport import dicom
from rules.facts.base import Unknown, Why
from rules.facts.types import Version

STEP = 0.3
TLS_1_3, TLS_1_2 = Version((1, 3)), Version((1, 2))


def unknown(why: Why) -> Answer:
    return Answer(Unknown(why), Unknown(why))


@pytest.fixture(autouse=True)
def quiet() -> None:
    """pynetdicom tells of each peer that it did not expect."""
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)


@contextmanager
def pacs(
    tls: ssl.SSLContext | None = None,
    *,
    called: bool = False,
    heard: list[Any] | None = None,
    port: int = 0,
) -> Iterator[int]:
    """A PACS that answers Verification; `called`: only to who calls it by its name."""
    entity = AE(ae_title="PACS")
    entity.add_supported_context(Verification)
    entity.require_called_aet = called
    entity.network_timeout = entity.acse_timeout = 5
    keep = heard if heard is not None else []
    handlers = [(evt.EVT_PDU_RECV, lambda event: keep.append(event.pdu))]
    server = entity.start_server(
        ("127.0.0.1", port), block=False, ssl_context=tls, evt_handlers=handlers
    )
    try:
        yield server.socket.getsockname()[1]
    finally:
        server.shutdown()


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does as it is told with each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        open_: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connected, _ = server.accept()
                except OSError:
                    return
                open_.append(connected)
                threading.Thread(target=act, args=(connected,), daemon=True).start()

        def act(connected: socket.socket) -> None:
            try:
                answer(connected)
            except OSError:
                connected.close()

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            for connected in open_:
                connected.close()


def ask(port: int, *, tls_first: bool = False, whole: float = 10.0) -> Answer:
    first = {port} if tls_first else ()
    return dicom.probe("127.0.0.1", port, time.monotonic() + whole, STEP, first)


@pytest.fixture
def tls(authority, tmp_path) -> Callable[..., ssl.SSLContext]:
    def context(newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, *, mutual: bool = False) -> Any:
        made = authority.context(tmp_path)
        made.maximum_version = newest
        if mutual:
            made.verify_mode = ssl.CERT_REQUIRED
            made.load_verify_locations(cadata=authority.pem)
        return made

    return context


def test_a_pacs_in_clear_is_plain() -> None:
    with pacs() as port:
        assert ask(port) == Answer("plain", None)


def test_a_pacs_that_refuses_our_name_speaks_in_clear_all_the_same() -> None:
    with pacs(called=True) as port:
        assert ask(port) == Answer("plain", None)


@pytest.mark.parametrize("tls_first", [True, False])
@pytest.mark.parametrize(
    ("newest", "version"), [(ssl.TLSVersion.TLSv1_3, TLS_1_3), (ssl.TLSVersion.TLSv1_2, TLS_1_2)]
)
def test_a_pacs_in_tls_says_which(tls, newest, version, tls_first) -> None:
    with pacs(tls(newest)) as port:
        assert ask(port, tls_first=tls_first) == Answer("tls", version)


@pytest.mark.parametrize(
    ("newest", "version"), [(ssl.TLSVersion.TLSv1_3, TLS_1_3), (ssl.TLSVersion.TLSv1_2, TLS_1_2)]
)
def test_a_pacs_that_wants_a_certificate_is_mutual(tls, newest, version) -> None:
    with pacs(tls(newest, mutual=True)) as port:
        assert ask(port) == Answer("mutual_tls", version)


def test_a_pacs_in_clear_on_a_port_of_tls_is_plain() -> None:
    with pacs() as port:
        assert ask(port, tls_first=True) == Answer("plain", None)


def test_nothing_is_asked_but_verification_and_it_says_goodbye() -> None:
    heard: list[Any] = []
    with pacs(heard=heard) as port:
        ask(port)
        until = time.monotonic() + 5
        while len(heard) < 2 and time.monotonic() < until:
            time.sleep(0.01)
    request, release = heard
    assert [type(one).__name__ for one in heard] == ["A_ASSOCIATE_RQ", "A_RELEASE_RQ"]
    assert [one.abstract_syntax for one in request.presentation_context] == [Verification]
    assert (request.called_ae_title, request.calling_ae_title) == ("ANY-SCP", "DENTINEL")
    assert release.pdu_length == 4


class Quiet(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_error(404)


@contextmanager
def web(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """A peer that does not speak HTTP is what is meant here."""

    server = Server(("127.0.0.1", 0), Quiet)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


def say(data: bytes) -> Callable[[socket.socket], None]:
    def answer(connected: socket.socket) -> None:
        connected.recv(4096)
        connected.sendall(data)

    return answer


def greet(connected: socket.socket) -> None:
    connected.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
    time.sleep(2)


def test_a_greeting_and_a_page_are_something_else() -> None:
    with listening(greet) as port:
        assert ask(port) == Answer("no", None)
    with listening(say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert ask(port) == Answer("no", None)


def test_a_web_server_never_passes_for_a_pacs(tls) -> None:
    with web() as port:
        assert ask(port).dicom in ("no", Unknown(Why.TIMEOUT))
    with web(tls()) as port:
        assert ask(port).dicom in ("no", Unknown(Why.TIMEOUT), Unknown(Why.UNRECOGNISED))


def drip(connected: socket.socket) -> None:
    for octet in b"\2\0\0\0\0\xb8" + bytes(100):
        connected.sendall(bytes([octet]))
        time.sleep(0.1)


def test_who_says_nothing_or_drips_is_not_known_and_holds_nobody() -> None:
    for stall in (lambda _: time.sleep(5), drip):
        began = time.monotonic()
        with listening(stall) as port:
            assert ask(port) == unknown(Why.TIMEOUT)
        assert time.monotonic() - began < 10 * STEP


def test_a_door_that_is_shut_proves_nothing() -> None:
    with listening(lambda connected: connected.close()) as port:
        assert ask(port) == unknown(Why.UNRECOGNISED)


def test_a_port_where_nobody_listens_any_more_is_not_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    assert ask(port) == unknown(Why.UNREACHABLE)


def test_without_time_left_nothing_is_known() -> None:
    with pacs() as port:
        assert ask(port, whole=0) == unknown(Why.TIMEOUT)


@pytest.mark.parametrize(
    "said",
    [
        b"\2\1" + bytes(200),
        b"\2\0\xff\xff\xff\xff" + bytes(200),
        b"\3\0\0\0\0\5" + bytes(5),
        b"\7\0\0\0\0\0",
        bytes(64),
    ],
)
def test_what_only_begins_like_an_answer_is_none(said) -> None:
    with listening(say(said)) as port:
        assert ask(port).dicom == "no"


def test_the_request_holds_no_name_but_ours() -> None:
    said = association.request()
    words = {word for word in said.replace(b"\0", b" ").decode("latin-1").split() if len(word) > 6}
    assert {"ANY-SCP", "DENTINEL"} <= {word.strip("\x10\x01") for word in words}
    assert len(said) == 6 + int.from_bytes(said[2:6], "big")
