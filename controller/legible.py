"""What of a text does its reader see? All of it: what hides, or turns what follows, is U+FFFD.

Names and sentences come from machines, from people and from services. A control character moves a
terminal's cursor or ends a header; a character that sets the direction of text (Unicode Standard
Annex 9) has `X-ray\u202egpj.exe` read as a picture; one without a width makes two names look like
one (Unicode Technical Report 36). What leaves goes by here where it leaves: pages, tables,
calendars, messages, the shell.

- Line ends and tabs stay; so do the joiners (U+200C, U+200D), which some languages write with.
"""

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b"
    "\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f](?<!\r(?=\n))"
)


def legible(text: str) -> str:
    """The same with U+FFFD for each character that a reader does not see."""
    return _UNSEEN.sub("\ufffd", text)


def on_one_line(text: str) -> str:
    """The same, and every run of blanks, tabs and line ends is one blank."""
    return " ".join(legible(text).split())


def is_legible(text: str) -> bool:
    """Does a reader see all of it?"""
    return _UNSEEN.search(text) is None
