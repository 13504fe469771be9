"""The sign-in service of North Quay IT, running as a program of its own."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPSConnection
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from controller.cli.demo.processes import free_ports

PATIENCE_SECONDS = 60
PROGRAM = Path(__file__).with_name("service.py")


@dataclass(frozen=True)
class Running:
    """Where it listens, and the certificate by which it is known."""

    url: str
    authority: Path

    def be(self, **said: Any) -> list[str]:
        """Tell it how to be from now on; which of its addresses were asked for until now."""
        _, _, body = self.ask("POST", "/be", json.dumps(said).encode())
        asked: list[str] = json.loads(body)
        return asked

    def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, str, bytes]:
        """Ask it as a browser would: status, where it sends one, and the page."""
        parts = urlsplit(self.url)
        context = ssl.create_default_context(cafile=str(self.authority))
        connection = HTTPSConnection(parts.hostname or "", parts.port, context=context, timeout=10)
        connection.request(method, path, body)
        answer = connection.getresponse()
        said = answer.status, answer.headers.get("location", ""), answer.read()
        connection.close()
        return said

    def signs_in(self, address: str) -> str:
        """What a browser does that is sent here: the path, at us, that it is sent back to."""
        assert address.startswith(f"{self.url}/authorize?")
        status, back, _ = self.ask("GET", address.removeprefix(self.url))
        assert status == 302
        parts = urlsplit(back)
        return f"{parts.path}?{parts.query}"


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    certificate, key = _pair(folder)
    (port,) = free_ports(1)
    words = [sys.executable, str(PROGRAM), str(port), str(certificate), str(key)]
    with subprocess.Popen(words) as child:
        service = Running(f"https://127.0.0.1:{port}", certificate)
        until = time.monotonic() + PATIENCE_SECONDS
        while not _is_ready(service):
            assert child.poll() is None, "the sign-in service ended by itself"
            assert time.monotonic() < until, "the sign-in service was not ready in time"
            time.sleep(0.1)
        yield service
        child.terminate()


def _is_ready(service: Running) -> bool:
    try:
        return service.ask("GET", "/keys")[0] == 200
    except OSError:
        return False


def _pair(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "login.north-quay.example")])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private
