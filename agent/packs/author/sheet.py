"""How does a key come back when the computer, the stick and the passphrase are gone?

From paper: the seed as 52 letters and digits of base32 (RFC 4648) in groups of four, each row with
two check characters of its own, so that a slip of the pen is found in the row where it is. The
sheet is not encrypted: it lies in the safe.
"""

import hashlib
from base64 import b32decode, b32encode
from collections.abc import Mapping, Sequence

from agent.errors import AuthorError
from evidence.keys import SigningKey

_GROUP, _GROUPS_IN_ROW, _CHECK = 4, 4, 2
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_LENGTH = 52


def sheet(keys: Mapping[str, SigningKey], org: str, day: str) -> str:
    """What to print: each key by its name, its id, and the characters that bring it back."""
    lines = [
        "DENTINEL: RECOVERY SHEET OF RULE KEYS",
        "",
        f"{org}, {day}",
        "",
        "Whoever has these characters can decide by which rules every machine is judged.",
        "Print this sheet, put it into the safe, and keep no copy on a computer.",
        "To bring a key back:  dentinel pack keys --recover --to FILE",
        "It asks for the rows of one key, with the two characters at the end of each.",
    ]
    for name, key in keys.items():
        lines += ["", f"Key {name}   id {key.keyid[:16]}", "", *rows(key)]
    return "\n".join([*lines, ""])


def rows(key: SigningKey) -> list[str]:
    """The seed in rows of four groups; the last word of a row is its check."""
    letters = _letters(key.seed)
    step = _GROUP * _GROUPS_IN_ROW
    pieces = [letters[at : at + step] for at in range(0, len(letters), step)]
    return [
        f"   {number}  {_spaced(one)}  {_check(number, one)}"
        for number, one in enumerate(pieces, 1)
    ]


def read(text: str) -> SigningKey:
    """The key of the rows of a sheet; AuthorError says which row was copied wrongly.

    Numbers of rows may be left out; case and blanks mean nothing.
    """
    lines = [line.upper().split() for line in text.splitlines() if line.strip()]
    letters = ""
    for number, words in enumerate(lines, 1):
        kept = words[1:] if words[0] == str(number) else words
        letters += _row(number, kept)
    if len(letters) != _LENGTH:
        raise AuthorError(
            f"a key has {_LENGTH} characters in four rows; these are {len(letters)}",
            "copy the four rows of one key, each with its check",
        )
    return SigningKey.from_seed(b32decode(letters + "=" * (-len(letters) % 8)))


def _row(number: int, words: Sequence[str]) -> str:
    letters, check = "".join(words[:-1]), words[-1] if words else ""
    if not set(letters) <= _LETTERS or _check(number, letters) != check:
        raise AuthorError(
            f"row {number} does not match its check",
            "compare each group of four with the sheet; 0, 1, 8 and 9 do not occur",
        )
    return letters


def _spaced(letters: str) -> str:
    return " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _check(number: int, letters: str) -> str:
    return _letters(hashlib.sha256(f"{number} {letters}".encode()).digest())[:_CHECK]


def _letters(data: bytes) -> str:
    return b32encode(data).decode("ascii").rstrip("=")
