"""Of which words, numbers, strings and signs is a leaf made?

Numbers, strings and escapes are CEL's; `//` begins a comment. Every token knows its place in the
text, in code points.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_CEL = "as break const continue else for function if import let loop namespace package return"
RESERVED = frozenset([*_CEL.split(), "var", "void", "while"])
OPERATORS = {"and": "and", "&&": "and", "or": "or", "||": "or", "not": "not", "!": "not"}

_TOKEN = re.compile(
    r"(?P<space>[ \t\n\f\r]+|//.*)"
    r"|(?P<quote>[rR]?(?P<mark>\"\"\"|'''|\"|'))"
    r"|(?P<double>(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+)"
    r"|(?P<int>0x[0-9a-fA-F]+|[0-9]+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])"
)
_ESCAPES = dict(zip("abfnrtv\\?\"'`", "\a\b\f\n\r\t\v\\?\"'`", strict=True))
_DIGITS = "0123456789abcdef"
_NUMBERED = {"x": (2, 16), "X": (2, 16), "u": (4, 16), "U": (8, 16)}
_HELP = {
    "=": "write == to compare",
    "&": "write and",
    "|": "write or",
    "$": "name facts without ${ } in an expression",
    "#": "a comment in an expression begins with //",
    ";": "one expression a leaf; join two with and",
    "~": 'write text.matches("…") or text.glob("…")',
    "^": "there is no operator ^",
    "@": "quote the whole leaf, and text in it",
    "`": 'put text in "double quotes"',
    **dict.fromkeys("“”„«»", 'use straight quotes: "'),
    **dict.fromkeys("‘’‚´", "use straight quotes: '"),
    "≤": "write <=",
    "≥": "write >=",
    "≠": "write !=",
    "−": "write - for minus",
    "–": "write - for minus",
    "×": "write * to multiply",
    "÷": "write / to divide",
    "…": "write the whole expression",
}
_BREAK = 'write \\\\ for a backslash; what YAML reads in "…" as a line break is one'
_LONGEST_INT = 64
_MOST_FAULTS = 8
_RUNS_ON = re.compile(r"[A-Za-z0-9_.]+")
_MEMBER = re.compile(r"\.[A-Za-z_]")
_UNSIGNED = re.compile(r"[uU](?![A-Za-z0-9_])")

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
    """Why a leaf cannot be read: id, sentence, the stretch of its text, and what to do.

    `resume` is where reading can go on, to find more that is wrong.
    """

    def __init__(self, code: str, message: str, span: tuple[int, int], help_: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.span = span
        self.help = help_
        self.resume = span[1]


def tokens(text: str) -> list[Token]:
    """The tokens of a leaf, an `end` last; LeafError at the first that is none."""
    return list(_scan(text))


def faults(text: str) -> list[LeafError]:
    """Everything that is no token, told at once; reading goes on behind each."""
    found: list[LeafError] = []
    at = 0
    while at < len(text) and len(found) < _MOST_FAULTS:
        try:
            for _ in _scan(text, at):
                pass
        except LeafError as odd:
            found.append(odd)
            at = odd.resume
        else:
            break
    return found


def _scan(text: str, at: int = 0) -> Iterator[Token]:
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
    if _UNSIGNED.match(text, end):
        raise LeafError("DL206", "there is no uint in rules", (start, end + 1), "leave out the u")
    if found["double"] or found["int"]:
        _refuse_run(text, start, end)
    if found["double"]:
        return Token("double", word, start, end, _double(word, (start, end)))
    return Token("int", word, start, end, _int(word, (start, end)))


def _refuse_run(text: str, start: int, end: int) -> None:
    """`15m`, `10.0.19045`, `10.0.0.1`: text that its author left without quotes."""
    run = _RUNS_ON.match(text, end)
    if run is None or _MEMBER.match(text, end):
        return
    help_ = f'put quotes around it: "{text[start : min(run.end(), start + 40)]}"'
    raise LeafError("DL201", "a number runs into more text", (start, run.end()), help_)


def _int(word: str, span: tuple[int, int]) -> int:
    if len(word) > _LONGEST_INT:
        raise LeafError("DL204", f"{word[:24]}… is no 64-bit number", span)
    return int(word, 16 if word.startswith("0x") else 10)


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
            character, at = _escape(text, at, mark)
        else:
            character, at = text[at], at + 1
            if character in "\r\n" and len(mark) == 1:
                raise LeafError("DL203", "a line break stands in this string", (start, at), _BREAK)
        made.append(character)
    end = at + len(mark)
    return Token("string", text[start:end], start, end, "".join(made))


def _escape(text: str, at: int, mark: str) -> tuple[str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _ESCAPES:
        return _ESCAPES[letter], at + 2
    first, length, base = (at + 2, *_NUMBERED[letter]) if letter in _NUMBERED else (at + 1, 3, 8)
    digits = text[first : first + length]
    if len(digits) == length and set(digits) <= set(_DIGITS[:base] + _DIGITS[:base].upper()):
        code = int(digits, base)
        if code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF:
            return chr(code), first + length
    end = first + len(digits) if letter in _NUMBERED or letter.isdigit() else at + 2
    raise _no_escape(text, (at, end), mark)


def _no_escape(text: str, span: tuple[int, int], mark: str) -> LeafError:
    odd = LeafError(
        "DL203", "this escape stands for nothing", span, "write \\\\ for \\, or r before the quote"
    )
    at = span[0]
    while at < len(text) and not text.startswith(mark, at):
        at += 2 if text[at] == "\\" else 1
    odd.resume = at + len(mark)
    return odd


def _unexpected(text: str, at: int) -> LeafError:
    sign = text[at]
    if sign == "`" and text[:at].rstrip().endswith("."):
        message = "names in backticks are not part of the language"
        return LeafError("DL206", message, (at, at + 1), "write the name of the field alone")
    if sign.isspace() or unicodedata.category(sign)[0] == "C":
        message = f"an invisible character, U+{ord(sign):04X}, stands here"
        return LeafError("DL201", message, (at, at + 1), "write an ordinary space, or nothing")
    return LeafError("DL201", f"unexpected {sign!r}", (at, at + 1), _help(text, at))


def _help(text: str, at: int) -> str:
    """What the author of `=`, `=<`, `=>` or `=~` had in mind."""
    if text[at] != "=":
        return _HELP.get(text[at], "")
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if before == "=":
        return "two = are enough: =="
    followed = {"<": "write <=", ">": "write >=", "~": _HELP["~"]}
    return followed.get(after, _HELP["="])
