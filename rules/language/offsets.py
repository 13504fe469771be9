r"""Where in a string literal does each of its characters stand? `"\\d("` has three, at 1, 3, 4.

So the caret of a mistake in a pattern stands under it, though escapes lie before it.
"""

_LENGTHS = {"x": 4, "X": 4, "u": 6, "U": 10}


def offsets(literal: str) -> list[int]:
    """The offset of each character of the value in a literal as it is written, and of its end."""
    raw = literal[0] in "rR"
    at = raw + len(_mark(literal[raw:]))
    end = len(literal) - (at - raw)
    found = []
    while at < end:
        found.append(at)
        at += _length(literal, at) if literal[at] == "\\" and not raw else 1
    return [*found, end]


def _mark(quoted: str) -> str:
    triple = quoted[:3]
    return triple if triple in ('"""', "'''") and len(quoted) >= 6 else quoted[0]


def _length(literal: str, at: int) -> int:
    letter = literal[at + 1 : at + 2]
    return 4 if letter.isdigit() else _LENGTHS.get(letter, 2)
