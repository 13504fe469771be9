"""Is it text that a person can read?

Text has no control characters but tabs and line ends, and is valid UTF-8, or UTF-16 with its
mark, or at least 95 % printable Latin-1. A file that is nothing but base64, base32 or hexadecimal
is taken out of it first: armoured ciphertext is printable too.
"""

import base64
import binascii
import re

from agent.imaging.formats.base import Inside
from agent.imaging.glance import Glance, Malformed
from agent.imaging.judgement import Judgement, readable
from agent.imaging.walks.armour import Armour

_LINE_ENDS = b"\r\n"
_SHORTEST = 64
_LOOK = 8192
_HEX = frozenset(b"0123456789abcdefABCDEF")
_BASE32 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567=")
_BASE64 = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13} | {127})
_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_MAIL = re.compile(rb"(received|return-path|delivered-to|mime-version|from|message-id):", re.I)


def encoded(glance: Glance) -> Judgement | Inside | None:
    """Nothing but base64, base32 or hexadecimal: what counts is what it stands for."""
    if glance.size < _SHORTEST or not _is_one_of(glance.head, _BASE64):
        return None
    text = glance.some(0, _LOOK)
    chars = text.translate(None, _LINE_ENDS)
    if not _is_one_of(text, _BASE64) or len(chars) < _SHORTEST:
        return None
    try:
        return Inside(_decoded(glance, chars), _as_it_is)
    except Malformed:
        return None


def _decoded(glance: Glance, chars: bytes) -> Glance:
    small = _is_one_of(chars, _HEX) or _is_one_of(chars, _BASE32)
    if not small:
        return Armour(glance, 0, glance.size).opened()
    try:
        if _is_one_of(chars, _HEX):
            return glance.unpacked(bytes.fromhex(chars[: len(chars) // 2 * 2].decode()))
        return glance.unpacked(base64.b32decode(chars[: len(chars) // 8 * 8]))
    except (binascii.Error, ValueError):
        raise Malformed from None


def _as_it_is(inside: Judgement) -> Judgement:
    return inside


def _is_one_of(data: bytes, alphabet: frozenset[int]) -> bool:
    return alphabet.issuperset(data.translate(None, _LINE_ENDS))


def plain(glance: Glance) -> Judgement | None:
    """Readable text; `mail` if it begins as one."""
    head = glance.head
    for mark, encoding in _UTF16:
        if head.startswith(mark):
            return readable("text", encoding) if _is_utf16(head[2:], encoding) else None
    if head.translate(None, _CONTROLS) != head:
        return None
    if _is_utf8(head) or _mostly_latin(head):
        return readable("mail" if _MAIL.match(head) else "text", "text")
    return None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # The head may end inside a character.
        return (
            error.reason == "unexpected end of data" and len(data) - error.start < 4 <= error.start
        )
    return True


def _is_utf16(data: bytes, encoding: str) -> bool:
    try:
        text = data[: len(data) // 2 * 2].decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return False
    printable = sum(char.isprintable() or char in "\t\r\n\f" for char in text)
    return len(text) > 0 and printable >= 0.95 * len(text)


def _mostly_latin(data: bytes) -> bool:
    odd = sum(0x80 <= octet < 0xA0 for octet in data)
    return odd <= 0.05 * len(data)
