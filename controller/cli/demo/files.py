"""Two X-rays for the demo: one that anybody can read, one that nobody can.

Both are made here from nothing: a small intraoral image in DICOM (PS3.10, Explicit VR Little
Endian) of a patient who never lived, and the same bytes in a CMS envelope (RFC 5652) for a key
that is thrown away at once.
"""

import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import pkcs7

_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
_INTRAORAL_IMAGE = "1.2.840.10008.5.1.4.1.1.1.3"
_UID_ROOT = "2.25.314159265358979"
_SIDE = 64
_LONG_LENGTH = (b"OB", b"OW", b"SQ", b"UN", b"UT")


def _element(group: int, element: int, vr: bytes, value: bytes | str) -> bytes:
    raw = value.encode("ascii") if isinstance(value, str) else value
    if len(raw) % 2:
        raw += b"\0" if vr == b"UI" else b" "
    head = struct.pack("<HH2s", group, element, vr)
    if vr in _LONG_LENGTH:
        return head + struct.pack("<HI", 0, len(raw)) + raw
    return head + struct.pack("<H", len(raw)) + raw


def _unsigned(value: int) -> bytes:
    return struct.pack("<H", value)


def bitewing() -> bytes:
    """A readable DICOM file: 64 x 64 pixels of a grey wedge."""
    meta = b"".join(
        (
            _element(0x0002, 0x0001, b"OB", b"\0\1"),
            _element(0x0002, 0x0002, b"UI", _INTRAORAL_IMAGE),
            _element(0x0002, 0x0003, b"UI", f"{_UID_ROOT}.1"),
            _element(0x0002, 0x0010, b"UI", _EXPLICIT_LITTLE_ENDIAN),
        )
    )
    image = b"".join(
        (
            _element(0x0008, 0x0016, b"UI", _INTRAORAL_IMAGE),
            _element(0x0008, 0x0018, b"UI", f"{_UID_ROOT}.1"),
            _element(0x0008, 0x0060, b"CS", "IO"),
            _element(0x0010, 0x0010, b"PN", "DEMO^PATIENT"),
            _element(0x0010, 0x0020, b"LO", "DEMO-0001"),
            _element(0x0028, 0x0002, b"US", _unsigned(1)),
            _element(0x0028, 0x0004, b"CS", "MONOCHROME2"),
            _element(0x0028, 0x0010, b"US", _unsigned(_SIDE)),
            _element(0x0028, 0x0011, b"US", _unsigned(_SIDE)),
            _element(0x0028, 0x0100, b"US", _unsigned(8)),
            _element(0x0028, 0x0101, b"US", _unsigned(8)),
            _element(0x0028, 0x0102, b"US", _unsigned(7)),
            _element(0x0028, 0x0103, b"US", _unsigned(0)),
            _element(
                0x7FE0, 0x0010, b"OB", bytes(4 * x for _ in range(_SIDE) for x in range(_SIDE))
            ),
        )
    )
    length = _element(0x0002, 0x0000, b"UL", struct.pack("<I", len(meta)))
    return bytes(128) + b"DICM" + length + meta + image


def sealed(content: bytes) -> bytes:
    """The same content as CMS EnvelopedData (AES-256-CBC), for a key that nobody has."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "dentinel demo")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return (
        pkcs7.PKCS7EnvelopeBuilder()
        .set_data(content)
        .set_content_encryption_algorithm(algorithms.AES256)
        .add_recipient(certificate)
        .encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
    )


def write(folder: Path) -> None:
    """Put one readable and one encrypted X-ray into a folder."""
    image = bitewing()
    (folder / "bitewing-left.dcm").write_bytes(image)
    (folder / "bitewing-right.dcm.p7m").write_bytes(sealed(image))
