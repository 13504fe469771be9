"""Of which words, numbers, strings and signs is a leaf made?

Numbers, strings and escapes are CEL's; `//` begins a comment. Every token knows its place in the
text, in code points.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CEL = "as break const continue else for function if import let loop namespace package return"
RESERVED = frozenset([*_CEL.split(), "var", "void", "while"])
OPERATORS = {"and": "and", "&&": "and", "or": "or", "||": "or", "not": "not", "!": "not"}

_TOKEN = re.compile(
    r"(?P<space>\s+|//.*)"
    r"|(?P<quote>[rR]?(?P<mark>\"\"\"|'''|\"|'))"
    r"|(?P<double>(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
    r"|(?P<int>0x[0-9a-fA-F]+|[0-9]+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])"
)
_ESCAPES = dict(zip("abfnrtv\\?\"'`", "\a\b\f\n\r\t\v\\?\"'`", strict=True))
_NUMBERED = {"x": (2, 16), "X": (2, 16), "u": (4, 16), "U": (8, 16)}
_HELP = {
    "=": "write == to compare",
    "&": "write and",
    "|": "write or",
    "$": "facts are named without ${ } in an expression",
    "`": 'put text in "double quotes"',
    "“": 'use straight quotes: "',
    "”": 'use straight quotes: "',
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
}

Kind = Literal["word", "int", "double", "string", "sign", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number, string or sign; `value` is what a number or string stands for."""

    kind: Kind
    text: str
    start: int
    end: int
    value: str | int | float | None = None


class LeafError(Exception):
    """Why a leaf cannot be read: id, sentence, the stretch of its text, and what to do."""

    def __init__(self, code: str, message: str, span: tuple[int, int], help_: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help_


def tokens(text: str) -> list[Token]:
    """The tokens of a leaf, an `end` last; LeafError at the first that is none."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _unexpected(text, at)
        if found["quote"]:
            token = _string(text, found)
            yield token
            at = token.end
            continue
        at = found.end()
        if not found["space"]:
            yield _token(found, text)
    yield Token("end", "", len(text), len(text))


def _token(found: re.Match[str], text: str) -> Token:
    start, end, word = found.start(), found.end(), found[0]
    if found["word"]:
        if word in ("b", "B", "br", "rb", "bR", "Br", "BR") and text[end : end + 1] in ("'", '"'):
            raise LeafError("DL206", "there are no bytes in rules", (start, end), "use a string")
        return Token("word", word, start, end)
    if found["sign"]:
        return Token("sign", word, start, end)
    if text[end : end + 1] in ("u", "U"):
        raise LeafError("DL206", "there is no uint in rules", (start, end + 1), "leave out the u")
    if re.match(r"[A-Za-z0-9_]", text[end : end + 1]):
        help_ = f'put quotes around it: "{text[start : end + 1]}…"'
        raise LeafError("DL201", "a number runs into a word", (start, end + 1), help_)
    if found["double"]:
        return Token("double", word, start, end, _double(word, (start, end)))
    return Token("int", word, start, end, int(word, 16 if word.startswith("0x") else 10))


def _double(word: str, span: tuple[int, int]) -> float:
    number = float(word)
    if number in (float("inf"), float("-inf")):
        raise LeafError("DL204", f"{word} is too large for a number", span)
    return number


def _string(text: str, found: re.Match[str]) -> Token:
    start, mark = found.start(), found["mark"]
    raw = found["quote"][0] in "rR"
    at, made = found.end(), []
    while not text.startswith(mark, at):
        if at >= len(text):
            raise LeafError("DL202", "this string does not end", (start, len(text)), f"add {mark}")
        if text[at] == "\\" and not raw:
            character, at = _escape(text, at)
        else:
            character, at = text[at], at + 1
            if character in "\r\n" and len(mark) == 1:
                raise LeafError("DL202", "this string does not end", (start, at), f"add {mark}")
        made.append(character)
    end = at + len(mark)
    return Token("string", text[start:end], start, end, "".join(made))


def _escape(text: str, at: int) -> tuple[str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 2
    if letter in _NUMBERED:
        length, base = _NUMBERED[letter]
        return _numbered(text, at, at + 2, length, base)
    if not letter.isdigit():
        raise _no_escape(at, at + 2)
    return _numbered(text, at, at + 1, 3, 8)


def _numbered(text: str, start: int, at: int, length: int, base: int) -> tuple[str, int]:
    digits = text[at : at + length]
    try:
        code = int(digits, base) if len(digits) == length and digits.isalnum() else -1
    except ValueError:
        code = -1
    if not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise _no_escape(start, min(at + length, len(text)))
    return chr(code), at + length


def _no_escape(start: int, end: int) -> LeafError:
    help_ = "write \\\\ for \\"
    return LeafError("DL203", "this escape stands for nothing", (start, end), help_)


def _unexpected(text: str, at: int) -> LeafError:
    sign = text[at]
    if sign == "`" and text[:at].rstrip().endswith("."):
        message = "names in backticks are not part of the language"
        return LeafError("DL206", message, (at, at + 1))
    return LeafError("DL201", f"unexpected {sign!r}", (at, at + 1), _HELP.get(sign, ""))
