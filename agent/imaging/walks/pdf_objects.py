"""Which PDF object stands at a place?

The tokenizer of ISO 32000-2, section 7.3, over bytes in memory: names with `#xx`, nested and
escaped strings, hexadecimal strings, references, arrays and dictionaries, 16 deep.

What is no object is Malformed; what runs over the end of the bytes is Beyond, so that a caller
can tell a cut file from a wrong one.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from agent.imaging.glance import Beyond, Malformed


@dataclass(frozen=True, slots=True)
class Ref:
    """`12 0 R`."""

    number: int
    generation: int


class Name(bytes):
    """`/Standard`, without its slash and with `#xx` resolved."""

    __slots__ = ()


Dict: TypeAlias = dict[bytes, "Object"]
Object: TypeAlias = bytes | int | float | bool | Ref | list["Object"] | Dict | None

_SPACE = re.compile(rb"(?:[\0\t\n\f\r ]+|%[^\r\n]*)*")
_REGULAR = re.compile(rb"[^\0\t\n\f\r ()<>\[\]{}/%]*")
_REF = re.compile(
    rb"(\d{1,10})[\0\t\n\f\r ]+(\d{1,5})[\0\t\n\f\r ]+R(?![^\0\t\n\f\r ()<>\[\]{}/%])"
)
_NUMBER = re.compile(rb"[+-]?(\d{1,19})(\.\d*)?|[+-]?\.\d+")
_HASH = re.compile(rb"#([0-9A-Fa-f]{2})")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_WORDS: dict[bytes, bool | None] = {b"true": True, b"false": False, b"null": None}
_DEPTH = 16


class Tokens:
    """Reads objects one after the other from bytes; `at` is the place of the next."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def skip(self) -> None:
        """Over white space and comments."""
        found = _SPACE.match(self.data, self.at)
        self.at = found.end() if found else self.at

    def word(self) -> bytes:
        """A keyword or number as it stands; empty in front of a delimiter."""
        self.skip()
        found = _REGULAR.match(self.data, self.at)
        word = found[0] if found else b""
        self.at += len(word)
        return word

    def expect(self, word: bytes) -> None:
        """Read this keyword; any other is Malformed."""
        if self.word() != word:
            raise Beyond if self.at >= len(self.data) else Malformed

    def integer(self) -> int:
        """A number without sign or fraction."""
        word = self.word()
        if not word.isdigit() or len(word) > 19:
            raise Beyond if self.at >= len(self.data) else Malformed
        return int(word)

    def object(self, depth: int = 0) -> Object:
        """The next object, whole."""
        self.skip()
        if depth > _DEPTH:
            raise Malformed
        start = self.data[self.at : self.at + 2]
        if not start:
            raise Beyond
        if start == b"<<":
            return self._dictionary(depth)
        match start[:1]:
            case b"/":
                return self._name()
            case b"(":
                return self._string()
            case b"<":
                return self._hexadecimal()
            case b"[":
                return self._array(depth)
        return self._scalar()

    def _scalar(self) -> Object:
        if found := _REF.match(self.data, self.at):
            self.at = found.end()
            return Ref(int(found[1]), int(found[2]))
        word = self.word()
        if word in _WORDS:
            return _WORDS[word]
        if not (found := _NUMBER.fullmatch(word)):
            raise Beyond if self.at >= len(self.data) else Malformed
        return float(word) if b"." in word else int(word)

    def _name(self) -> Name:
        self.at += 1
        found = _REGULAR.match(self.data, self.at)
        word = found[0] if found else b""
        self.at += len(word)
        return Name(_HASH.sub(lambda code: bytes([int(code[1], 16)]), word))

    def _array(self, depth: int) -> list[Object]:
        self.at += 1
        items: list[Object] = []
        while not self._closes(b"]"):
            items.append(self.object(depth + 1))
        return items

    def _dictionary(self, depth: int) -> Dict:
        self.at += 2
        entries: Dict = {}
        while not self._closes(b">>"):
            if self.data[self.at : self.at + 1] != b"/":
                raise Malformed
            name = self._name()
            entries[bytes(name)] = self.object(depth + 1)
        return entries

    def _closes(self, mark: bytes) -> bool:
        self.skip()
        if self.at >= len(self.data):
            raise Beyond
        closes = self.data.startswith(mark, self.at)
        self.at += len(mark) if closes else 0
        return closes

    def _hexadecimal(self) -> bytes:
        end = self.data.find(b">", self.at)
        if end < 0:
            raise Beyond
        digits = self.data[self.at + 1 : end].translate(None, b"\0\t\n\f\r ")
        self.at = end + 1
        try:
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
        except ValueError:
            raise Malformed from None

    def _string(self) -> bytes:
        out, nested, at = bytearray(), 0, self.at
        while at < len(self.data):
            char = self.data[at : at + 1]
            at += 1
            if char == b"\\":
                piece, at = self._escape(at)
                out += piece
                continue
            nested += (char == b"(") - (char == b")")
            if nested == 0:
                self.at = at
                return bytes(out[1:])
            out += char
        raise Beyond

    def _escape(self, at: int) -> tuple[bytes, int]:
        """What a backslash stands for, and the place behind it."""
        char = self.data[at : at + 1]
        if char.isdigit() and char < b"8":
            end = at + 1
            while end < at + 3 and self.data[end : end + 1] in _OCTAL:
                end += 1
            return bytes([int(self.data[at:end], 8) & 0xFF]), end
        if char == b"\r":
            return b"", at + 1 + (self.data[at + 1 : at + 2] == b"\n")
        return (b"" if char == b"\n" else _ESCAPES.get(char, char)), at + 1


_OCTAL = frozenset(bytes([digit]) for digit in b"01234567")
