"""The built-in CA: who pins it reaches the controller, and no other certificate will do."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from controller.identity import authority
from controller.identity.home import ControllerHome
from controller.identity.secrets import Keys

NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = ["localhost", "127.0.0.1"]


@pytest.fixture
def home(tmp_path) -> ControllerHome:
    """A home with its CA and its server's certificate."""
    home = ControllerHome(tmp_path / "home").make(uuid4())
    keys = Keys.make(home, lambda size: bytes([uuid4().int % 256]) * size)
    authority.ensure(home, keys, NAMES, NOW)
    return home


def server(home: ControllerHome) -> x509.Certificate:
    return x509.load_pem_x509_certificate(home.server_certificate.read_bytes())


def shake_hands(home: ControllerHome, pinned: str, name: str) -> str | None:
    """The TLS version of a handshake as the agent makes it."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=pinned)
    near, far = socket.socketpair()

    def answer() -> None:
        try:
            authority.context(home).wrap_socket(far, server_side=True).close()
        except (ssl.SSLError, OSError):
            far.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        with client.wrap_socket(near, server_hostname=name) as shaken:
            return shaken.version()
    finally:
        thread.join()


@pytest.mark.parametrize("name", NAMES)
def test_an_agent_that_pins_the_ca_reaches_the_controller(home: ControllerHome, name: str) -> None:
    assert shake_hands(home, authority.ca_pem(home), name) == "TLSv1.3"


def test_another_name_is_refused(home: ControllerHome) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(home, authority.ca_pem(home), "elsewhere")


def test_another_ca_is_refused(home: ControllerHome, tmp_path) -> None:
    other = ControllerHome(tmp_path / "other").make(uuid4())
    authority.ensure(other, Keys.make(other, lambda size: b"\x55" * size), NAMES, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(home, authority.ca_pem(other), "localhost")


def test_the_ca_signs_servers_and_no_other_ca(home: ControllerHome) -> None:
    ca = x509.load_pem_x509_certificate(authority.ca_pem(home).encode())
    limits = ca.extensions.get_extension_for_class(x509.BasicConstraints).value

    assert (limits.ca, limits.path_length) == (True, 0)
    assert isinstance(ca.public_key(), ec.EllipticCurvePublicKey)
    assert ca.public_key().curve.name == "secp256r1"  # type: ignore[union-attr]
    assert ca.not_valid_after_utc - NOW == timedelta(days=3652)


def test_the_key_of_the_ca_is_in_no_file(home: ControllerHome) -> None:
    assert sorted(path.name for path in home.keys.iterdir()) == [
        "ca.pem",
        "controller-id",
        "seed",
        "server.key",
        "server.pem",
    ]
    assert home.server_key.stat().st_mode & 0o077 == 0


def test_a_certificate_lives_90_days_and_is_new_at_60(home: ControllerHome) -> None:
    keys, before = Keys.load(home), server(home)

    assert before.not_valid_after_utc - NOW == timedelta(days=90)
    assert not authority.ensure(home, keys, NAMES, NOW + timedelta(days=59))
    assert server(home) == before
    assert authority.ensure(home, keys, NAMES, NOW + timedelta(days=60))
    assert server(home).not_valid_after_utc - NOW == timedelta(days=150)


def test_the_ca_stays_when_the_certificate_is_new(home: ControllerHome) -> None:
    before = authority.ca_pem(home)
    authority.ensure(home, Keys.load(home), NAMES, NOW + timedelta(days=80))
    assert authority.ca_pem(home) == before


def test_another_name_makes_a_new_certificate(home: ControllerHome) -> None:
    assert authority.ensure(home, Keys.load(home), [*NAMES, "smiles.example"], NOW)
    assert not authority.ensure(home, Keys.load(home), ["smiles.example", *NAMES], NOW)
