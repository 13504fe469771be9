"""What envelopes does the body of a request or an answer hold?

On the wire an envelope is a frame, because base64 inside JSON defeats the compressor:

    <alias> SP <payload length> SP <keyid>:<base64 signature>[,<keyid>:<signature>] LF
    <payload bytes> LF

Limits come before everything else: bytes sent, bytes inflated, length of a header, number of
frames, length of a payload of its type. A body is frames from its first byte to its last.
"""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator

from evidence.envelope import BY_ALIAS, Envelope, PayloadType, Signature, from_base64
from evidence.errors import Malformed, TooLarge

MEDIA_TYPE = "application/vnd.dentinel.frames.v1"
SENT_LIMIT = 512 * 1024
INFLATED_LIMIT = 2 * 1024 * 1024
RECORD_LIMIT = 64
_HEADER_LIMIT = 1024
_SIGNED = r"[0-9a-f]{64}:[A-Za-z0-9+/]{86}=="
_HEADER = re.compile(
    rf"([a-z]{{1,16}}\.v[0-9]{{1,3}}) (0|[1-9][0-9]{{0,6}}) ({_SIGNED}(?:,{_SIGNED})?)"
)


def write(envelopes: Iterable[Envelope]) -> bytes:
    """These envelopes as one body."""
    return b"".join(piece for envelope in envelopes for piece in _frame(envelope))


def read(data: bytes, most: int = 1 + RECORD_LIMIT) -> tuple[Envelope, ...]:
    """The envelopes of a body, none of them checked yet; Malformed or TooLarge."""
    envelopes: list[Envelope] = []
    at = 0
    while at < len(data):
        if len(envelopes) == most:
            raise TooLarge(f"more than {most} frames in one body")
        envelope, at = _read_frame(data, at)
        envelopes.append(envelope)
    return tuple(envelopes)


def deflate(data: bytes) -> bytes:
    """Compress a body as `Content-Encoding: gzip`; the same bytes give the same bytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def inflate(data: bytes, limit: int = INFLATED_LIMIT) -> bytes:
    """Undo gzip, and never make more than `limit` bytes of it."""
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        plain = unpacker.decompress(data, limit + 1)
    except zlib.error:
        raise Malformed("not gzip") from None
    if len(plain) > limit:
        raise TooLarge(f"more than {limit} bytes when inflated")
    if not unpacker.eof or unpacker.unused_data:
        raise Malformed("gzip that does not end where the body ends")
    return plain


def _frame(envelope: Envelope) -> Iterator[bytes]:
    signatures = ",".join(
        f"{signature.keyid}:{base64.b64encode(signature.sig).decode()}"
        for signature in envelope.signatures
    )
    alias = PayloadType(envelope.payload_type).alias
    yield f"{alias} {len(envelope.payload)} {signatures}\n".encode("ascii")
    yield envelope.payload
    yield b"\n"


def _read_frame(data: bytes, at: int) -> tuple[Envelope, int]:
    header_end = data.find(b"\n", at, at + _HEADER_LIMIT)
    header = _HEADER.fullmatch(data[at : max(header_end, at)].decode("ascii", "replace"))
    if header is None:
        raise Malformed("a frame without the header: alias, length, signatures")
    payload_type = BY_ALIAS.get(header[1])
    if payload_type is None:
        raise Malformed("a frame of a type that is not known here")
    start, end = header_end + 1, header_end + 1 + int(header[2])
    if end - start > payload_type.limit:
        raise TooLarge(f"a payload of {end - start} bytes, where {payload_type.limit} are the most")
    if data[end : end + 1] != b"\n":
        raise Malformed("a frame that does not end where its header says")
    signatures = tuple(
        Signature(signed[:64], from_base64(signed[65:])) for signed in header[3].split(",")
    )
    return Envelope(str(payload_type), data[start:end], signatures), end + 1
