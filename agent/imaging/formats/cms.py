"""Is it CMS (S/MIME, PKCS #7, secure DICOM of PS3.15), and can anybody read what is in it?

Enveloped, encrypted and auth-enveloped content is judged by its cipher, once the structure was
walked to its end. Signed, digested and compressed content is readable, whatever `.p7m` suggests:
what is inside is looked at like a file of its own.
"""

from dataclasses import replace
from functools import partial

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Beyond, Glance, Malformed, Stopped
from agent.imaging.judgement import Judgement, Span, no_content, unproven
from agent.imaging.walks import cms
from agent.imaging.walks.cms import Cms, Envelope
from rules.facts.imaging import FileReason

_ENVELOPES = frozenset((cms.ENVELOPED, cms.ENCRYPTED, cms.AUTH_ENVELOPED, cms.SIGNED_AND_ENVELOPED))
_BLOCK = 16
_INFLATED = 64 << 10


def _oid(dotted: str) -> bytes:
    """The octets of an object id (X.690, 8.19)."""
    first, second, *rest = map(int, dotted.split("."))
    octets = bytearray()
    for number in (first * 40 + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return bytes(octets)


_AES = "2.16.840.1.101.3.4.1"
# Length of the nonce by cipher; None: not fixed (RFC 3565, 5084, 8103, 3657).
_GOOD: dict[bytes, tuple[str, int | None]] = {
    **{_oid(f"{_AES}.{n}"): ("aes", _BLOCK) for n in (2, 22, 42)},
    **{_oid(f"{_AES}.{n}"): ("aes", None) for n in (6, 26, 46, 7, 27, 47)},
    **{_oid(f"1.2.392.200011.61.1.1.1.{n}"): ("camellia", _BLOCK) for n in (2, 3, 4)},
    _oid("1.2.840.113549.1.9.16.3.18"): ("chacha20", 12),
}
_WEAK: dict[bytes, tuple[str, FileReason]] = {
    _oid("1.2.840.113549.3.7"): ("3des", "des"),
    _oid("1.3.14.3.2.7"): ("des", "des"),
    _oid("1.2.840.113549.3.2"): ("rc2", "rc2"),
    _oid("1.2.840.113549.3.4"): ("rc4", "rc4"),
    _oid("1.2.840.113533.7.66.10"): ("cast5", "block64"),
    _oid("1.3.6.1.4.1.188.7.1.1.2"): ("idea", "block64"),
    _oid("1.3.6.1.4.1.3029.1.2"): ("blowfish", "block64"),
}


def structure(glance: Glance) -> Judgement | Inside | None:
    """A structure that begins with one of the content types of CMS."""
    if glance.head[:1] != b"\x30":
        return None
    try:
        found = Cms(glance)
    except Stopped:
        return None
    try:
        return _judge(glance, found)
    except Beyond:
        return unproven("partial", "ciphertext" if found.type in _ENVELOPES else "other", "cms")
    except Malformed:
        return unproven("damaged", form="cms")


def _judge(glance: Glance, found: Cms) -> Judgement | Inside:
    if found.type in _ENVELOPES:
        return _enveloped(found.envelope())
    content = found.readable_content()
    if content is None:
        bag = found.type == cms.SIGNED and found.signers() == 0
        return no_content("certificate" if bag else "signature", "cms")
    start, length = found.first_octets(content)
    if found.type == cms.COMPRESSED:
        packed = glance.some(start, min(length, _INFLATED))
        return Inside(glance.unpacked(glance.inflate(packed, _INFLATED)), _as_content)
    return Inside(glance.part(start, length), partial(_as_signed, closed=found.is_whole(content)))


def _enveloped(envelope: Envelope) -> Judgement:
    content = envelope.content
    if content is None:
        return no_content("key", "cms")  # keys for recipients; the content lies elsewhere
    sample = Span(content.start, content.length)
    if weak := _WEAK.get(envelope.cipher):
        method, reason = weak
        return Judgement("weak_encrypted", reason, "ciphertext", "cms", method, sample=sample)
    if envelope.cipher not in _GOOD:
        return unproven("cipher", "ciphertext", "cms")
    method, nonce = _GOOD[envelope.cipher]
    whole = content.constructed or nonce != _BLOCK or content.length % _BLOCK == 0
    if content.length == 0 or not whole or not envelope.parameter:
        raise Malformed
    if nonce is not None and len(envelope.parameter) != nonce:
        raise Malformed
    proof: FileReason = "public_key" if envelope.by_public_key else "cipher"
    return Judgement("encrypted", proof, "ciphertext", "cms", method, sample=sample)


def _as_signed(inside: Judgement, *, closed: bool) -> Judgement:
    if inside.verdict in ("encrypted", "not_content") and not closed:
        return unproven("contradiction", "ciphertext", "cms")  # more follows that was not seen
    reason = "signed_only" if inside.verdict == "plaintext" else inside.reason
    return replace(inside, reason=reason, format="cms", sample=None)


def _as_content(inside: Judgement) -> Judgement:
    if inside.verdict in ("encrypted", "not_content"):
        return unproven("limit", "ciphertext", "cms")  # it was not unpacked to its end
    return replace(inside, format="cms", sample=None)
