"""A real TLS server on loopback, with a CA of its own, for tests: what it hears, it keeps."""

import datetime as dt
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _certificate(subject: str, issuer: str, key: Any, signer: Any, *extensions: Any) -> Any:
    now = dt.datetime.now(tz=dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer, hashes.SHA256())


@dataclass
class Authority:
    """A certificate authority, and the one leaf that it made for 127.0.0.1."""

    name: str = "dentinel CA of Bright Smiles"
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @cached_property
    def certificate(self) -> Any:
        return _certificate(
            self.name, self.name, self.key, self.key,
            (x509.BasicConstraints(ca=True, path_length=0), True),
        )  # fmt: skip

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def context(self, folder: Path) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        leaf = _certificate("controller", self.name, key, self.key, (names, False))
        path = folder / f"{leaf.serial_number}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + leaf.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


@dataclass(frozen=True)
class Heard:
    """One request as the server got it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Says:
    """What the server answers; `drop` hangs up instead, after the request was read."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False


Answers = Callable[[Heard], Says]


class _Handler(BaseHTTPRequestHandler):
    """Reads a request whole, keeps it, and answers as its door says."""

    door: "Door"
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.request.settimeout(20)
        self.request = self.door.context.wrap_socket(self.request, server_side=True)
        self.door.connections += 1
        super().setup()

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        heard = Heard(self.command, self.path, dict(self.headers), body)
        self.door.heard.append(heard)
        says = self.door.answers(heard)
        if says.drop:
            self.close_connection = True
            return
        self.send_response(says.status)
        for name, value in says.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(says.body)))
        self.end_headers()
        self.wfile.write(says.body)

    def log_message(self, *_: Any) -> None:
        pass


class Door:
    """A TLS server that answers by one function, and can change its mind while it runs."""

    def __init__(self, context: ssl.SSLContext, answers: Answers) -> None:
        self.answers = answers
        self.heard: list[Heard] = []
        self.connections = 0
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"door": self})
        )
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # a client may hang up
        self.context = context
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def capture(self) -> bytes:
        """Every byte of every request, as it came out of TLS."""
        return b"".join(f"{h.method} {h.path} {h.headers}".encode() + h.body for h in self.heard)

    def __enter__(self) -> "Door":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def opened(authority: Authority, folder: Path, answers: Answers) -> Iterator[Door]:
    """A door that is open while the block runs."""
    with Door(authority.context(folder), answers) as door:
        yield door
