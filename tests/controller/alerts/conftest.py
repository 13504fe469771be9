"""North Quay IT, whose alerts nobody has looked at yet, and receivers that are real."""

import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from controller.alerts import actions
from controller.alerts.actions import Wanted
from controller.alerts.decide import Decided
from controller.alerts.deliver import Post
from controller.alerts.look import Whose, look
from controller.alerts.models import Channel, Route
from controller.alerts.outgoing import Outgoing
from controller.findings.models import RuleState
from controller.identity.secrets import Keys
from controller.ledger.actions import By
from tests.controller.bright_smiles import NOW, Practice, new_home, practice

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.fixture
def north_quay(db, tmp_path: Path, settings) -> Practice:
    home = new_home(tmp_path / "controller")
    settings.HOME = home.root
    return practice(home)


@dataclass
class Desk:
    """What is done in a practice about alerts."""

    practice: Practice

    def look(self, after: timedelta = timedelta()) -> Decided:
        return look(self.practice.home, Whose(self.practice.org, self.practice.clinic), NOW + after)

    def by(self, after: timedelta = timedelta()) -> By:
        return By("dr_lee@north-quay-it.example", "", NOW + after)

    def webhook(self, url: str = "https://localhost:1/hook", clinic: Any = None) -> Channel:
        wanted = Wanted(
            self.practice.org.id,
            clinic.id if clinic else None,
            "webhook",
            "Ticket system",
            {"url": url},
        )
        return actions.add_channel(self.practice.home, wanted, self.by())[0]

    def route(self, channel: Channel, existing: str = "all", **more: Any) -> int:
        row = Route(org=self.practice.org, channel=channel, **more)
        return actions.add_route(self.practice.home, row, existing, self.by())

    def passes(self, host: str) -> None:
        self.states(host).update(verdict="pass")

    def states(self, host: str) -> Any:
        states = RuleState.objects.at(self.practice.place)
        return states.filter(machine=self.practice.machines[host])


@pytest.fixture
def desk(north_quay: Practice) -> Desk:
    return Desk(north_quay)


@dataclass(frozen=True)
class Pair:
    """A certificate for localhost, and contexts for both ends."""

    server: ssl.SSLContext
    client: ssl.SSLContext
    authority: str


@pytest.fixture(scope="session")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(tz=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    file = folder / "both.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    authority = certificate.public_bytes(serialization.Encoding.PEM).decode()
    return Pair(server, ssl.create_default_context(cadata=authority), authority)


@dataclass
class Receiver:
    """An HTTPS server that keeps what it is sent, and answers as it is told."""

    url: str = ""
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"thank you"
    location: str = ""
    pause: Callable[[], object] = lambda: None


@pytest.fixture
def receiver(pair: Pair) -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            kept.pause()
            self.send_response(kept.status)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", str(len(kept.answer)))
            self.end_headers()
            self.wfile.write(kept.answer)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Who was killed while it was answered reads no answer."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = pair.server.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    kept.url = f"https://localhost:{server.server_address[1]}/hook"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def outgoing(pair: Pair) -> Outgoing:
    return Outgoing(LOOPBACK, context=pair.client, seconds=3)


@pytest.fixture
def post(north_quay: Practice, outgoing: Outgoing) -> Post:
    return Post(Keys.load(north_quay.home), outgoing)
