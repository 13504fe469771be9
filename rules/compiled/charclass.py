r"""What do `\d`, `\.` and `[a-z]` stand for in a pattern?

The named classes are RE2's, ASCII alone: `\s` is `[\t\n\f\r ]`, without the vertical tab that
Python counts. What engines read differently (`[a-d-f]`, `[\w-.]`, `[[:alpha:]]`) is refused.
"""

from typing import NoReturn

from rules.compiled.charset import Charset, Range, all_but, charset, folded, single


class PatternError(ValueError):
    """No pattern of ours: a sentence, and where in the text it went wrong, `end` exclusive."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


def escaped(text: str, at: int) -> Charset | str:
    """What the backslash at a place and the character after it stand for."""
    char = text[at + 1 : at + 2]
    if not char:
        raise PatternError("a backslash at the end; write \\\\ for a backslash", at, at + 1)
    if char in _NAMED:
        return _NAMED[char]
    if char in _CONTROLS:
        return _CONTROLS[char]
    if not char.isascii() or char.isalnum() or char == "_":
        sort = "0" if char.isdigit() else char
        message = _FOREIGN.get(sort, f"\\{char} has no meaning in a pattern")
        raise PatternError(message, at, at + 2)
    return char


def bracketed(text: str, start: int, *, caseless: bool) -> tuple[Charset, int]:
    """The class whose bracket stands at a place, and the place after it."""
    return _Brackets(text, start).read(caseless=caseless)


class _Brackets:
    """Reads one class from left to right."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start + 1

    def read(self, *, caseless: bool) -> tuple[Charset, int]:
        negated = self.stands("^")
        self.at += negated
        first = self.at
        ranges: list[Range] = []
        while self.at == first or not self.stands("]"):
            ranges += self.member(first)
        found = charset(folded(ranges) if caseless else ranges)
        return all_but(found) if negated else found, self.at + 1

    def stands(self, what: str) -> bool:
        """Do these characters stand here? The class must go on in any case."""
        if self.at >= len(self.text):
            raise PatternError("this class is never closed", self.start, self.start + 1)
        return self.text.startswith(what, self.at)

    def member(self, first: int) -> tuple[Range, ...]:
        """A character, a range, or a named class."""
        start = self.at
        if self.stands("[:"):
            self.refuse("[: :] is not used; write a-z, \\d or \\w", start, start + 2)
        if start > first and self.is_hyphen():
            self.refuse("a hyphen inside of a class; write \\-", start, start + 1)
        low = self.one()
        if not self.is_hyphen():
            return low.ranges if isinstance(low, Charset) else (single(low),)
        self.at += 1
        high = self.one()
        if isinstance(low, Charset) or isinstance(high, Charset):
            self.refuse("a class is no end of a range; write \\- for a hyphen", start, self.at)
        if high < low:
            self.refuse("the end of this range comes before its start", start, self.at)
        return ((ord(low), ord(high)),)

    def is_hyphen(self) -> bool:
        """A hyphen that is not the last character of the class."""
        return self.stands("-") and self.text[self.at + 1 : self.at + 2] != "]"

    def one(self) -> Charset | str:
        if self.stands("\\"):
            self.at += 2
            return escaped(self.text, self.at - 2)
        self.at += 1
        return self.text[self.at - 1]

    def refuse(self, message: str, start: int, end: int) -> NoReturn:
        raise PatternError(message, start, end)


_DIGIT = charset([(ord("0"), ord("9"))])
_LETTERS = (ord("A"), ord("Z")), (ord("a"), ord("z"))
_WORD = charset([*_DIGIT.ranges, *_LETTERS, single("_")])
_SPACE = charset(map(single, "\t\n\f\r "))
_NAMED = {
    "d": _DIGIT,
    "w": _WORD,
    "s": _SPACE,
    "D": all_but(_DIGIT),
    "W": all_but(_WORD),
    "S": all_but(_SPACE),
}
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_FOREIGN = {
    "0": "a pattern cannot refer back to a group",
    "A": "write ^ for the start of the text",
    "Z": "write $ for the end of the text",
    "z": "write $ for the end of the text",
    "b": "word boundaries are not used; write what stands there, such as (^|\\W)",
    "B": "word boundaries are not used; write what stands there, such as \\w",
    "p": "classes of Unicode are not used; write the characters themselves",
    "P": "classes of Unicode are not used; write the characters themselves",
    "u": "write the character itself",
    "x": "write the character itself",
}

ANY = all_but(charset([single("\n")]))
"""What `.` stands for: anything but a line feed."""
