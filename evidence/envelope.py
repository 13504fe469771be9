"""Who signed these bytes?

DSSE 1.0.2 over untouched bytes: a payload is serialised once, then signed, stored and sent as
those bytes, and nobody ever serialises it again to check it. The signature is Ed25519 over
`PAE(type, body) = "DSSEv1" SP len(type) SP type SP len(body) SP body`, lengths in bytes.

`verify` checks in this order: size, number of signatures, key by its id, signature, type. It
gives back the very bytes that were verified, and nothing parses them before.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from evidence import strict_json
from evidence.errors import (
    BadSignature,
    Malformed,
    TooLarge,
    UnknownKey,
    WrongSigners,
    WrongType,
)
from evidence.keys import PublicKey, SigningKey
from evidence.strict_json import Json

_KIB = 1024


class PayloadType(StrEnum):
    """Every shape that is ever signed, by its media type. A new shape gets a new type."""

    REPORT = "application/vnd.dentinel.report.v1+json"
    ENROLL = "application/vnd.dentinel.enroll.v1+json"
    ENROLLED = "application/vnd.dentinel.enrolled.v1+json"
    SYNC = "application/vnd.dentinel.sync.v1+json"
    ANSWER = "application/vnd.dentinel.answer.v1+json"
    NOTICE = "application/vnd.dentinel.notice.v1+json"
    EVIDENCE = "application/vnd.dentinel.evidence.v1+json"

    @property
    def alias(self) -> str:
        """The short name in frames: `report.v1`."""
        return self.removeprefix("application/vnd.dentinel.").removesuffix("+json")

    @property
    def limit(self) -> int:
        """How many bytes a payload of this type may have."""
        return _LIMITS[self]


_LIMITS = {
    PayloadType.REPORT: 256 * _KIB,
    PayloadType.ENROLL: 16 * _KIB,
    PayloadType.ENROLLED: 64 * _KIB,
    PayloadType.SYNC: 4 * _KIB,
    PayloadType.ANSWER: 256 * _KIB,
    PayloadType.NOTICE: 64 * _KIB,
    PayloadType.EVIDENCE: 4096 * _KIB,
}
_WRITTEN = re.compile(
    rb'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"([a-z0-9./+-]*)",'
    rb'"signatures":\[\{"keyid":"([0-9a-f]*)","sig":"([A-Za-z0-9+/=]*)"\}\]\}'
)
BY_ALIAS = {payload_type.alias: payload_type for payload_type in PayloadType}


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; the key id is a hint where to look and proves nothing by itself."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Bytes, what they claim to be, and who claims it."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def pae(self) -> bytes:
        """The bytes that were signed."""
        return pae(self.payload_type, self.payload)

    @property
    def sha(self) -> str:
        """SHA-256 of the PAE in hex: how chain, log and answers name this envelope."""
        return hashlib.sha256(self.pae).hexdigest()


def pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: nothing can move over the seam of type and body."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


def sign(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    """Sign these bytes with each key, in order."""
    message = pae(payload_type, payload)
    return Envelope(
        str(payload_type), payload, tuple(Signature(key.keyid, key.sign(message)) for key in keys)
    )


def verify(
    envelope: Envelope,
    keys: Mapping[str, PublicKey],
    accept: Collection[PayloadType],
    signatures: int = 1,
) -> bytes:
    """The payload, if exactly so many known keys signed it, each once, as one of these types.

    TooLarge, WrongSigners, UnknownKey, BadSignature or WrongType otherwise.
    """
    require_size(envelope, *accept)
    named = {signature.keyid for signature in envelope.signatures}
    if len(envelope.signatures) != signatures or len(named) != signatures:
        raise WrongSigners(
            f"{len(envelope.signatures)} signatures by {len(named)} keys, not {signatures}"
        )
    message = envelope.pae
    for signature in envelope.signatures:
        key = keys.get(signature.keyid)
        if key is None:
            raise UnknownKey("signed by a key that is not known here")
        if not key.verifies(signature.sig, message):
            raise BadSignature(f"the signature of key {key.keyid[:8]} is not over these bytes")
    if envelope.payload_type not in accept:
        raise WrongType("a signed message of another type than this place takes")
    return envelope.payload


def require_size(envelope: Envelope, *accept: PayloadType) -> None:
    """TooLarge, if none of these types has payloads as large as this."""
    limit = max(payload_type.limit for payload_type in accept)
    if len(envelope.payload) > limit:
        raise TooLarge(f"a payload of {len(envelope.payload)} bytes, where {limit} are the most")


def first_signature(envelope: Envelope) -> Envelope:
    """The same with its first signature alone: by it the payload is believed enough to be read.

    The second of a message that brings a new key is by a key that only the payload names.
    """
    if len(envelope.signatures) <= 1:
        return envelope
    return replace(envelope, signatures=envelope.signatures[:1])


def to_json(envelope: Envelope) -> bytes:
    """The standard JSON form, as it stands in files."""
    return strict_json.write(
        {
            "payload": base64.b64encode(envelope.payload).decode(),
            "payloadType": envelope.payload_type,
            "signatures": [
                {"keyid": signature.keyid, "sig": base64.b64encode(signature.sig).decode()}
                for signature in envelope.signatures
            ],
        }
    )


def from_json(data: bytes) -> Envelope:
    """Read the JSON form; fields that DSSE does not know are passed over, as DSSE says."""
    # As `to_json` writes it for one signature: these bytes say nothing else to any reader of JSON.
    if as_written := _WRITTEN.fullmatch(data):
        payload, payload_type, keyid, sig = (part.decode("ascii") for part in as_written.groups())
        signature = Signature(keyid, from_base64(sig))
        return Envelope(payload_type, from_base64(payload), (signature,))
    document = strict_json.read(data)
    try:
        return Envelope(
            payload_type=_text(document["payloadType"]),
            payload=from_base64(_text(document["payload"])),
            signatures=tuple(_signature(entry) for entry in document["signatures"]),
        )
    except (KeyError, TypeError, AttributeError):
        raise Malformed("not a DSSE envelope: payload, payloadType, signatures") from None


def from_base64(text: str) -> bytes:
    """Strict base64 in either alphabet: nothing is skipped, padding is whole."""
    plain = text.replace("-", "+").replace("_", "/")
    try:
        raw = binascii.a2b_base64(plain, strict_mode=True)
    except ValueError:
        raise Malformed("not strict base64") from None
    # What strict_mode lets pass: bits after the end, and padding after nothing.
    if (
        binascii.b2a_base64(raw[len(raw) - (len(raw) % 3 or 3) :], newline=False)
        != plain[-4:].encode()
    ):
        raise Malformed("not strict base64: bits or padding after its end")
    return raw


def _signature(entry: Json) -> Signature:
    return Signature(_text(entry.get("keyid", "")), from_base64(_text(entry["sig"])))


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
