"""How wide does text stand in a terminal, and where is it cut or wrapped so that it fits?

Wide characters of East Asia and emoji take two columns, marks that combine none, all else one; a
tab is shown as one blank. What cannot be seen (control, bidi, surrogates) becomes U+FFFD.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_NEAR = 8
"""How many times the room is looked at on either side; the rest of a line is never touched."""
_MORE = "…"
_NEAR = 4
"""How far from a mistake a line is looked at, in rooms: there are marks that take no column."""


@dataclass(frozen=True, slots=True)
class Word:
    """Text that is not broken while a line has room for it; `style` paints it."""

    text: str
    style: str = ""


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(map(_width, text))


def seen(text: str) -> str:
    """A line of a file as it may be shown: one character for one."""
    return "".join(map(_seen, text))


def _width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _seen(character: str) -> str:
    if character == "\t":
        return " "
    hidden = unicodedata.category(character)[0] == "C" or character in "\u2028\u2029"
    return "\ufffd" if hidden else character


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line as it is shown, and the columns from 0 at which its marked stretch stands."""

    text: str
    start: int
    end: int


def excerpt(line: str, start: int, end: int, room: int) -> Excerpt:
    """The part of a line round the stretch `start:end` (from 0) that fits into `room` columns.

    Of a line of a megabyte no more is looked at than could be shown.
    """
    low, high = max(0, start - _NEAR * room), start + _NEAR * room
    shown = seen(line[low:high])
    start, end = min(start - low, len(shown)), max(min(end, high), start + 1) - low
    first = _first(shown, start, end, room - bool(low))
    left = _MORE if low or first else ""
    last = _last(shown, first, room - len(left), is_cut=high < len(line))
    right = _MORE if last < len(shown) or high < len(line) else ""
    at = len(left) + width(shown[first:start])
    marked = width(shown[start : min(end, last)])
    return Excerpt(left + shown[first:last] + right, at, at + max(marked, 1))


def _first(shown: str, start: int, end: int, room: int) -> int:
    """Where a cut line begins: at its start if the stretch is seen then, else a third before it.

    Where the line ends before the room does, it begins earlier.
    """
    if width(shown) <= room or width(shown[:end]) < room:
        return 0
    third = _back(shown, start, room // 3)
    return min(third, _back(shown, len(shown), room - 1))


def _back(shown: str, at: int, room: int) -> int:
    """How far back one may go from a character for so many columns."""
    taken = 0
    while at > 0 and taken + _width(shown[at - 1]) <= room:
        at -= 1
        taken += _width(shown[at])
    return at


def _last(shown: str, first: int, room: int, *, is_cut: bool) -> int:
    """Where it ends: whole if it fits, else a column before the edge for the sign of the cut."""
    if width(shown[first:]) <= room - is_cut:
        return len(shown)
    last, taken = first, 0
    while taken + _width(shown[last]) < room:
        taken += _width(shown[last])
        last += 1
    return last


def wrap(
    words: Sequence[Word], columns: int, indent: str, paint: Callable[[str, str], str]
) -> list[str]:
    """Lines of words; all but the first line begin with `indent`.

    A word longer than a line is broken, but never the first: it is a place, and is clicked.
    """
    lines: list[list[str]] = [[]]
    taken = 0
    for number, word in enumerate(words):
        for part in [word] if number == 0 else _broken(word, columns - len(indent)):
            needed = width(part.text)
            if lines[-1] and taken + 1 + needed > columns:
                lines.append([])
                taken = len(indent)
            taken += needed + bool(lines[-1])
            lines[-1].append(paint(part.text, part.style))
    return [("" if i == 0 else indent) + " ".join(parts) for i, parts in enumerate(lines)]


def _broken(word: Word, room: int) -> list[Word]:
    parts, rest = [], word.text
    while width(rest) > room:
        end = taken = 0
        while taken + _width(rest[end]) <= room:
            taken += _width(rest[end])
            end += 1
        parts.append(Word(rest[:end], word.style))
        rest = rest[end:]
    return [*parts, Word(rest, word.style)]
