"""By which certificate do agents know that they talk to their controller?

A built-in CA: P-256, path length 0, ten years, its key derived from the seed. The server's
certificate lives 90 days and is made anew at 60. TLS gives secrecy here; evidence never rests on
it, because reports and answers are signed whatever it does.
"""

import hashlib
import ipaddress
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from controller.errors import HomeProblem
from controller.identity.home import ControllerHome, write_private
from controller.identity.secrets import Keys

CA_LIFE = timedelta(days=3652)
MOST_GENERATIONS = 64
SERVER_LIFE = timedelta(days=90)
RENEW_BEFORE_END = timedelta(days=30)
# Clocks of operatory computers run late: a certificate made just now is valid there too.
_BACKDATED = timedelta(days=1)


def ensure(home: ControllerHome, keys: Keys, names: Sequence[str], now: datetime) -> bool:
    """Make what is missing, due or has other names; True if the server's certificate is new."""
    if not home.ca_certificate.exists():
        write_private(home.ca_certificate, new_ca(home, keys, 1, now).encode())
    if not _is_due(home, names, now):
        return False
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = keys.authority(generation(home, keys))
    certificate = _server(issuer, _read_ca(home), key, names, now)
    write_private(home.server_key, _key_pem(key))
    write_private(home.server_certificate, _pem(certificate))
    return True


def new_ca(home: ControllerHome, keys: Keys, generation: int, now: datetime) -> str:
    """A CA's certificate, PEM, for the key of that generation; it is not stored."""
    return _pem(_ca(keys.authority(generation), home, generation, now)).decode("ascii")


def generation(home: ControllerHome, keys: Keys) -> int:
    """Which of the keys that the seed gives is the CA's; HomeProblem if none of them is."""
    held = spki(ca_pem(home))
    for number in range(1, MOST_GENERATIONS + 1):
        public = keys.authority(number).public_key()
        if _spki(public) == held:
            return number
    raise HomeProblem(
        f"{home.ca_certificate} is not of this controller's seed",
        help="restore both from the same backup, or the seed from its recovery sheet",
    )


def spki(pem: str) -> str:
    """SHA-256, in hex, of a CA's public key (DER, SubjectPublicKeyInfo): so agents name it."""
    key = x509.load_pem_x509_certificate(pem.encode("ascii")).public_key()
    return _spki(key)


def ca_pem(home: ControllerHome) -> str:
    """The CA's certificate as agents pin it; HomeProblem if there is none."""
    return _pem(_read_ca(home)).decode("ascii")


def context(home: ControllerHome) -> ssl.SSLContext:
    """TLS 1.2 or later with the server's certificate; `load_cert_chain` again after a renewal."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(home.server_certificate, home.server_key)
    return made


def _is_due(home: ControllerHome, names: Sequence[str], now: datetime) -> bool:
    if not (home.server_certificate.exists() and home.server_key.exists()):
        return True
    held = x509.load_pem_x509_certificate(home.server_certificate.read_bytes())
    if now >= held.not_valid_after_utc - RENEW_BEFORE_END:
        return True
    if held.issuer != _read_ca(home).subject:
        return True
    has = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return set(has) != {_name(name) for name in names}


def _ca(
    key: ec.EllipticCurvePrivateKey, home: ControllerHome, generation: int, now: datetime
) -> x509.Certificate:
    name = f"dentinel CA {home.id()}{f' {generation}' if generation > 1 else ''}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _begun(subject, subject, key.public_key(), now, CA_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )


def _server(
    issuer: ec.EllipticCurvePrivateKey,
    ca: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    names: Sequence[str],
    now: datetime,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "dentinel controller")])
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    for_servers = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    known_as = x509.SubjectAlternativeName([_name(name) for name in names])
    return (
        _begun(subject, ca.subject, key.public_key(), now, SERVER_LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(authority, critical=False)
        .add_extension(for_servers, critical=False)
        .add_extension(known_as, critical=False)
        .sign(issuer, SHA256())
    )


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    now: datetime,
    life: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _read_ca(home: ControllerHome) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(home.ca_certificate.read_bytes())
    except FileNotFoundError as error:
        raise HomeProblem(
            f"there is no CA in {home.root}",
            help=f"run `dentinel-controller init --home {home.root}` first",
        ) from error


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def _spki(key: CertificatePublicKeyTypes) -> str:
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
