"""Which parts does a CMS structure have?

RFC 5652 (and RFC 5083 for authenticated content, PKCS #7 for signed and enveloped), in DER and in
BER. A part that is not where the grammar wants it is Malformed: that is what keeps a signature
with one flipped bit from looking like an envelope.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from agent.imaging.glance import Glance, Malformed, Stopped
from agent.imaging.walks.der import INTEGER, OCTETS, OID, SEQUENCE, SET, Der, Value

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME_TYPES = bytes.fromhex("2a864886f70d01091001")
SIGNED = _PKCS7 + b"\x02"
ENVELOPED = _PKCS7 + b"\x03"
SIGNED_AND_ENVELOPED = _PKCS7 + b"\x04"
DIGESTED = _PKCS7 + b"\x05"
ENCRYPTED = _PKCS7 + b"\x06"
COMPRESSED = _SMIME_TYPES + b"\x09"
AUTH_ENVELOPED = _SMIME_TYPES + b"\x17"
TYPES = frozenset(
    (SIGNED, ENVELOPED, SIGNED_AND_ENVELOPED, DIGESTED, ENCRYPTED, COMPRESSED, AUTH_ENVELOPED)
)

_CONTEXT = 0xA0
_IMPLICIT_OCTETS = (0x80, 0xA0)
_RECIPIENTS = frozenset((SEQUENCE, 0xA1, 0xA2, 0xA3, 0xA4))
_BY_PUBLIC_KEY = frozenset((SEQUENCE, 0xA1))
_MOST_RECIPIENTS = 512
_PADDING = 512
_SAMPLED = 24


@dataclass(frozen=True, slots=True)
class Envelope:
    """An encrypted content: its cipher, the parameters of it, and where it lies."""

    cipher: bytes
    parameter: bytes
    content: Value | None
    by_public_key: bool


class Cms:
    """One ContentInfo at the start of a file; `type` is the octets of its object id."""

    __slots__ = ("_body", "_der", "_glance", "_outer", "_seen", "type")

    def __init__(self, glance: Glance) -> None:
        """Malformed if the file does not begin as CMS."""
        self._glance = glance
        self._der = Der(glance)
        self._outer = self._tagged(self._der.value(0, glance.size), SEQUENCE)
        parts = self._der.children(self._outer)
        self.type = self._der.content(self._tagged(_next(parts), OID))
        if self.type not in TYPES:
            raise Malformed
        wrapper = self._tagged(_next(parts), _CONTEXT)
        inner = self._der.children(wrapper)
        self._body = self._tagged(_next(inner), SEQUENCE)
        self._seen = (parts, inner)

    def envelope(self) -> Envelope:
        """The encrypted content of one of the four enveloping types, walked to the very end."""
        parts = self._der.children(self._body)
        self._version(_next(parts))
        public = False
        part = _next(parts)
        if self.type != ENCRYPTED:
            if part.tag == _CONTEXT and self.type != SIGNED_AND_ENVELOPED:
                part = _next(parts)
            public = self._recipients(part)
            part = _next(parts)
        if self.type == SIGNED_AND_ENVELOPED:
            self._tagged(part, SET)
            part = _next(parts)
        envelope = self._encrypted_content(self._tagged(part, SEQUENCE), by_public_key=public)
        self._tail([value.tag for value in parts])
        self._ends_here()
        return envelope

    def readable_content(self) -> Value | None:
        """The content of a signed, digested or compressed one; None if it is detached."""
        parts = self._der.children(self._body)
        self._version(_next(parts))
        self._tagged(_next(parts), SEQUENCE if self.type != SIGNED else SET)
        inside = self._der.children(self._tagged(_next(parts), SEQUENCE))
        self._tagged(_next(inside), OID)
        wrapped = next(inside, None)
        if wrapped is None:
            self._ends_here()
            return None
        return _next(self._der.children(self._tagged(wrapped, _CONTEXT)))

    def first_octets(self, content: Value) -> tuple[int, int]:
        """Offset and length of the content, or of its first chunk if it comes in chunks."""
        if content.tag & ~0x20 not in (OCTETS, 0x80):
            raise Malformed
        if not content.constructed:
            return content.start, content.length
        chunk = self._tagged(_next(self._der.children(content)), OCTETS)
        return chunk.start, chunk.length

    def is_whole(self, content: Value) -> bool:
        """Is the content one piece, and does nothing follow the structure?"""
        try:
            self._ends_here()
        except Stopped:
            return False
        return not content.constructed

    def signers(self) -> int:
        """How many signatures stand in a signed structure."""
        *_, last = self._der.children(self._body)
        return sum(1 for _ in self._der.children(self._tagged(last, SET)))

    def _encrypted_content(self, info: Value, *, by_public_key: bool) -> Envelope:
        parts = self._der.children(info)
        self._tagged(_next(parts), OID)
        algorithm = self._der.children(self._tagged(_next(parts), SEQUENCE))
        cipher = self._der.content(self._tagged(_next(algorithm), OID))
        parameter = self._parameter(next(algorithm, None))
        content = next(parts, None)
        if content is not None:
            if content.tag not in _IMPLICIT_OCTETS:
                raise Malformed
            content = self._octets(content)
        if next(parts, None) is not None:
            raise Malformed
        return Envelope(cipher, parameter, content, by_public_key)

    def _parameter(self, value: Value | None) -> bytes:
        """The nonce: the parameter itself, or the first of a sequence (RFC 5084)."""
        if value is not None and value.tag == SEQUENCE:
            value = next(self._der.children(value), None)
        if value is None or value.tag != OCTETS:
            return b""
        return self._der.content(value)

    def _octets(self, content: Value) -> Value:
        """The content with its true end; chunks of one size are sampled, not counted through."""
        if not content.constructed:
            return content
        first = self._tagged(_next(self._der.children(content)), OCTETS)
        head = self._der.take(content.start, first.start - content.start)
        stride = first.behind - content.start
        last = max(0, (content.end - content.start) // stride - 3)
        sampled = range(0, last, max(1, last // _SAMPLED))
        if any(self._der.take(content.start + n * stride, len(head)) != head for n in sampled):
            last = 0
        rest = Value(content.tag, content.start + last * stride, content.end, content.open)
        for chunk in self._der.children(rest):
            self._tagged(chunk, OCTETS)
        whole = self._der.whole(rest)
        self._der.know(content, whole.end)
        return Value(content.tag, content.start, whole.end, mark=content.mark)

    def _recipients(self, part: Value) -> bool:
        """Who may open it, each with its version first: is a public key among them?"""
        tags = []
        for recipient in self._der.children(self._tagged(part, SET)):
            tags.append(recipient.tag)
            if recipient.tag not in _RECIPIENTS or len(tags) > _MOST_RECIPIENTS:
                raise Malformed
            first = _next(self._der.children(recipient))
            self._tagged(first, OID if recipient.tag == 0xA4 else INTEGER)
        if not tags:
            raise Malformed
        return not _BY_PUBLIC_KEY.isdisjoint(tags)

    def _tail(self, tags: list[int]) -> None:
        """What may stand behind the encrypted content, by type."""
        if self.type == AUTH_ENVELOPED:
            tags = tags[1:] if tags[:1] == [0xA1] else tags
            good = tags in ([OCTETS], [OCTETS, 0xA2])
        elif self.type == SIGNED_AND_ENVELOPED:
            good = tags[-1:] == [SET] and set(tags[:-1]) <= {0xA0, 0xA1}
        else:
            good = tags in ([], [0xA1])
        if not good:
            raise Malformed

    def _ends_here(self) -> None:
        """The structure closes, and nothing but padding follows in the file."""
        for parts in reversed(self._seen):
            if next(parts, None) is not None:
                raise Malformed
        end = self._der.whole(self._outer).behind
        behind = self._glance.size - end
        if behind > _PADDING or self._glance.exact(end, behind).strip(b"\0\r\n "):
            raise Malformed

    def _version(self, value: Value) -> None:
        if not 0 <= int.from_bytes(self._der.content(self._tagged(value, INTEGER), 1), "big") <= 5:
            raise Malformed

    @staticmethod
    def _tagged(value: Value, tag: int) -> Value:
        if value.tag != tag:
            raise Malformed
        return value


def _next(parts: Iterator[Value]) -> Value:
    """The next part; Malformed if there is none."""
    part = next(parts, None)
    if part is None:
        raise Malformed
    return part
