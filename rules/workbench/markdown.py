"""How is a page of Markdown put together, so that a text can only ever be text?

Tables are those of GitHub Flavored Markdown, section 4.10.
"""

import re
from collections.abc import Iterable, Sequence

from rules.engine.words import clean

_MARKUP = re.compile(r"([\\`*_<>\[\]#~|])")
_LONGEST = 2_000


def plain(text: str) -> str:
    """A text of somebody else's, with nothing in it that Markdown would read."""
    return _MARKUP.sub(r"\\\1", clean(text, _LONGEST))


def code(text: str) -> str:
    """A text as code, also if there are backticks in it."""
    shown = clean(text, _LONGEST)
    if "`" not in shown:
        return f"`{shown}`"
    fence = "`" * (max(map(len, re.findall("`+", shown))) + 1)
    return f"{fence} {shown} {fence}"


def codes(texts: Iterable[str]) -> str:
    """Several of them, with commas."""
    return ", ".join(map(code, texts))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """The lines of a table; nothing at all if it has no rows. Cells are Markdown already."""
    lines = [_row(row) for row in rows]
    return [_row(head), _row(["---"] * len(head)), *lines, ""] if lines else []


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    """A bar ends a cell, even inside code, unless it was escaped."""
    return re.sub(r"(?<!\\)\|", r"\\|", text)


def page(lines: Iterable[str]) -> str:
    """The text of a page: no two empty lines together, one line end at its end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
