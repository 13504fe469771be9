"""Is it OpenPGP, and does it need a secret? A `.gpg` is often only signed, packed or a key.

- Encrypted: keys for recipients or passwords, then data with a check of their integrity, which end
  where the file does. Data without that check are weak, and so are ciphers of 64-bit blocks.
- Literal and packed data are readable, whether they are signed or not.
- Behind a recipient's key the cipher is hidden; beside a password it may stand in clear.
"""

import time
import zlib
from collections.abc import Callable

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Beyond, Glance, Malformed
from agent.imaging.judgement import Judgement, no_content, readable, unproven
from agent.imaging.walks import openpgp as walk
from agent.imaging.walks import pgp_armour
from agent.imaging.walks.openpgp import Packet
from rules.facts.imaging import FileReason

_CIPHERS = {
    1: "idea",
    2: "3des",
    3: "cast5",
    4: "blowfish",
    **dict.fromkeys((7, 8, 9), "aes"),
    10: "twofish",
    **dict.fromkeys((11, 12, 13), "camellia"),
}
_WEAK: dict[str, FileReason] = {
    "idea": "block64",
    "3des": "des",
    "cast5": "block64",
    "blowfish": "block64",
}
_RSA, _ELGAMAL, _ECDH, _X25519, _X448 = (1, 2), 16, 18, 25, 26
_KEY_ALGORITHMS = frozenset((1, 2, 3, 16, 17, 18, 19, 22, 25, 26, 27, 28))
_KEYS = (walk.SECRET, walk.PUBLIC, walk.SECRET_SUB, walk.PUBLIC_SUB)
_KEY_PACKETS = frozenset(
    (*_KEYS, walk.USER, walk.ATTRIBUTE, walk.SIGNATURE, walk.TRUST, walk.MARKER, walk.PADDING)
)
_FIRST_YEAR = 662_688_000  # 1991, the year of the first PGP, in seconds
_SALTED_S2K = {0: 2, 1: 10, 3: 11, 4: 20}
_LOOK = 8192
_BEGIN = b"-----BEGIN PGP "
_LABELS = (b"MESSAGE", b"PUBLIC KEY BLOCK", b"PRIVATE KEY BLOCK", b"SIGNATURE")


def message(glance: Glance) -> Judgement | None:
    """Packets without armour."""
    if not glance.head[0] & 0x80:
        return None
    keys: list[Packet] = []
    try:
        return _message(glance, keys)
    except Malformed:
        return None
    except Beyond:
        return unproven("partial", "ciphertext", "openpgp") if keys else None


def _message(glance: Glance, keys: list[Packet]) -> Judgement | None:
    """What stands before the data, then the data; `keys` keeps how far it got."""
    signed = False
    for packet in walk.packets(glance):
        if packet.tag in _BEFORE:
            _BEFORE[packet.tag](packet)
            signed = signed or packet.tag in (walk.SIGNATURE, walk.ONE_PASS)
            if packet.tag in (walk.PKESK, walk.SKESK):
                keys.append(packet)
        elif packet.tag in (walk.SEIPD, walk.AEAD, walk.OLD):
            return _encrypted(glance, packet, keys)
        else:
            return _readable(glance, packet, signed=signed, keyed=bool(keys))
    return no_content("signature", "openpgp") if signed and not keys else None


def _readable(glance: Glance, packet: Packet, *, signed: bool, keyed: bool) -> Judgement | None:
    """Data that need no secret, or keys; behind keys for a message neither has a place."""
    if keyed:
        raise Malformed
    if packet.tag == walk.LITERAL:
        _check_literal(packet)
        return readable("other", "openpgp", "signed_only" if signed else "content").with_names()
    if packet.tag == walk.COMPRESSED:
        return _packed(glance, packet, signed=signed)
    return _keys(glance) if packet.tag in (walk.SECRET, walk.PUBLIC) else None


def _encrypted(glance: Glance, data: Packet, keys: list[Packet]) -> Judgement | None:
    body = data.body
    if data.end != glance.size:
        raise Malformed
    if data.tag == walk.OLD:
        if not keys or len(body) < 18:
            return None
        return Judgement("weak_encrypted", "no_integrity", "ciphertext", "openpgp", "unstated")
    if not _is_protected(data):
        raise Malformed
    cipher = body[1] if (data.tag == walk.AEAD or body[0] == 2) else _stated(keys)
    method = _CIPHERS.get(cipher, "unstated") if cipher else "unstated"
    if cipher and method == "unstated":
        return unproven("cipher", "ciphertext", "openpgp")
    if weak := _WEAK.get(method):
        return Judgement("weak_encrypted", weak, "ciphertext", "openpgp", method)
    by_key = any(key.tag == walk.PKESK for key in keys)
    reason: FileReason = "public_key" if by_key else "cipher"
    return Judgement("encrypted", reason, "ciphertext", "openpgp", method, sample=data.data)


def _is_protected(data: Packet) -> bool:
    """A version that there is, with room for what it must hold."""
    body, first = data.body, data.body[:1]
    if data.tag == walk.AEAD:
        return first == b"\x01" and len(body) >= 36 and body[2] in (1, 2, 3) and body[3] <= 56
    if first == b"\x02":
        return len(body) >= 36 and body[2] in (1, 2, 3) and body[3] <= 16
    return first == b"\x01" and len(body) >= 39


def _stated(keys: list[Packet]) -> int | None:
    """The cipher, where a password gives the session key itself (RFC 9580, 5.3.1)."""
    for key in keys:
        if key.tag == walk.SKESK and key.body[0] == 4:
            size = 2 + _SALTED_S2K.get(key.body[2], 0)
            if key.size == size:
                return key.body[1]
    return None


def _check_key(packet: Packet) -> None:
    body = packet.body
    if packet.size is None or len(body) < 4:
        raise Malformed
    if packet.tag == walk.SKESK:
        known = body[1] in _CIPHERS if body[0] in (4, 5) else True
        if body[0] not in (4, 5, 6) or not known:
            raise Malformed
        if body[0] == 4 and (body[2] not in _SALTED_S2K or packet.size < _SALTED_S2K[body[2]] + 2):
            raise Malformed
        return
    if body[0] == 3:
        _check_numbers(body[9] if len(body) > 9 else 0, body[10:], packet.size - 10)
    elif body[0] == 6:
        at = 2 + body[1]
        _check_numbers(body[at] if len(body) > at else 0, body[at + 1 :], packet.size - at - 1)
    else:
        raise Malformed


def _check_numbers(algorithm: int, fields: bytes, length: int) -> None:
    """Do the numbers of this algorithm fill the packet?"""
    first = 2 + (int.from_bytes(fields[:2], "big") + 7) // 8
    if algorithm in _RSA:
        fits = first == length
    elif algorithm == _ELGAMAL:
        second = fields[first : first + 2]
        fits = first + 2 + (int.from_bytes(second, "big") + 7) // 8 == length or length > 500
    elif algorithm == _ECDH:
        fits = first < len(fields) and first + 1 + fields[first] == length
    elif algorithm in (_X25519, _X448):
        point = 32 if algorithm == _X25519 else 56
        fits = point < len(fields) and point + 1 + fields[point] == length
    else:
        fits = False
    if not fits:
        raise Malformed


def _check_literal(packet: Packet) -> None:
    """A form, a file's name, a date that can be (RFC 9580, 5.9)."""
    body = packet.body
    if len(body) < 6 or body[0] not in b"btulm":
        raise Malformed
    name, stamp = body[2 : 2 + body[1]], int.from_bytes(body[2 + body[1] : 6 + body[1]], "big")
    try:
        printable = name.decode().isprintable()
    except UnicodeDecodeError:
        printable = False
    if not printable or (stamp and not _FIRST_YEAR <= stamp <= _latest()):
        raise Malformed


def _latest() -> float:
    """A day from now: what was made in the future was not made."""
    return time.time() + 86_400


def _check_signature(packet: Packet) -> None:
    body, sizes = packet.body, (3, 6) if packet.tag == walk.ONE_PASS else (2, 3, 4, 5, 6)
    if packet.size is None or len(body) < 10 or body[0] not in sizes:
        raise Malformed
    if packet.tag == walk.ONE_PASS and body[0] == 3 and (packet.size != 13 or body[12] > 1):
        raise Malformed


def _packed(glance: Glance, packet: Packet, *, signed: bool) -> Judgement:
    """Compressed data: what is inside is looked at, if it can be unpacked (RFC 9580, 5.6)."""
    kind = packet.body[0] if packet.body else 255
    start, length = packet.data.offset + 1, packet.data.length - 1
    data = glance.some(start, min(_LOOK, length))
    if kind == 0:
        inside = glance.part(start, length)
    elif kind in (1, 2):
        bits = -zlib.MAX_WBITS if kind == 1 else zlib.MAX_WBITS
        out = glance.inflate(data, _LOOK, bits)
        inside = glance.begun(out, len(out) + (1 << 32))
    elif kind == 3 and data[:3] == b"BZh" and data[4:10] == b"\x31AY&SY":
        return readable("other", "openpgp", "signed_only" if signed else "content")
    else:
        raise Malformed
    if inside.size == 0:
        raise Malformed
    first = next(walk.packets(inside), None)
    if first is None or first.tag not in (walk.LITERAL, walk.SIGNATURE, walk.ONE_PASS):
        raise Malformed
    if first.tag == walk.LITERAL:
        _check_literal(first)
    else:
        _check_signature(first)
    reason: FileReason = "content" if first.tag == walk.LITERAL and not signed else "signed_only"
    return readable("other", "openpgp", reason).with_names()


def _keys(glance: Glance) -> Judgement | None:
    """A key ring: nothing in the file but packets of keys, and dates that can be."""
    secret, tags = False, []
    for packet in walk.packets(glance):
        if packet.tag not in _KEY_PACKETS:
            raise Malformed
        if packet.tag in (walk.SECRET, walk.PUBLIC):
            _check_public(packet)
            secret = secret or packet.tag == walk.SECRET
        tags.append(packet.tag)
    if len(tags) < 2:
        raise Malformed
    return no_content("secret_key" if secret else "key", "openpgp")


def _check_public(packet: Packet) -> None:
    body = packet.body
    if len(body) < 6 or body[0] not in (3, 4, 5, 6):
        raise Malformed
    algorithm = body[7] if body[0] == 3 and len(body) > 7 else body[5]
    made = int.from_bytes(body[1:5], "big")
    if algorithm not in _KEY_ALGORITHMS or not _FIRST_YEAR <= made <= _latest():
        raise Malformed


def _check_marker(packet: Packet) -> None:
    if packet.body != b"PGP":
        raise Malformed


_BEFORE: dict[int, Callable[[Packet], None]] = {
    walk.MARKER: _check_marker,
    walk.PKESK: _check_key,
    walk.SKESK: _check_key,
    walk.SIGNATURE: _check_signature,
    walk.ONE_PASS: _check_signature,
}
"""What may stand before the data, and how it is checked."""


def armoured(glance: Glance) -> Judgement | Inside | None:
    """Packets in lines of base64, between a first and a last line (RFC 9580, 6.2)."""
    if not glance.head.startswith(_BEGIN):
        return None
    label = glance.head[len(_BEGIN) :].split(b"-----", 1)[0]
    if label == b"SIGNED MESSAGE":
        return readable("text", "openpgp", "signed_only")
    if label not in _LABELS:
        return unproven("opaque", "ciphertext", "openpgp")
    found = pgp_armour.between(glance, 0, glance.size, label)
    if isinstance(found, str):
        return unproven(found, "ciphertext", "openpgp")
    return Inside(found, _as_armoured)


def _as_armoured(inside: Judgement) -> Judgement:
    if inside.format != "openpgp":
        return unproven("damaged", "ciphertext", "openpgp")
    return inside
