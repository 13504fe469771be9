"""How do the lines under a caret stay readable on 80 columns?"""

import textwrap

from rules.engine.words import clean

WIDTH = 72
"""Columns of a note: what stands before it takes eight."""
_LABEL = 10


def labelled(label: str, text: str) -> list[str]:
    """`expected  fail`, wrapped under itself."""
    first, *rest = textwrap.wrap(clean(text), WIDTH - _LABEL) or [""]
    return [f"{label:<{_LABEL}}{first}", *(f"{'':<{_LABEL}}{line}" for line in rest)]


def wrapped(text: str, indent: int = 0) -> list[str]:
    """The text, with what goes over the end of a line two columns further in."""
    pad = " " * indent
    return textwrap.wrap(
        clean(text), WIDTH, initial_indent=pad, subsequent_indent=f"{pad}  ", drop_whitespace=True
    )
