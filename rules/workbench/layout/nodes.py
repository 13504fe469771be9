"""Of what is a file made, if nothing of it may be lost: values as they were written, and comments?

A value knows its own characters (`raw`) and the column at which its entry stood, so that lines
which it runs over can be moved with it. Comments stand above an entry, behind it, or at the end of
a block.
"""

from dataclasses import dataclass
from typing import TypeAlias

Above: TypeAlias = tuple[str, ...]
"""Whole lines: comments from their `#` on, and empty ones, never two of these in a row."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A comment behind something on its line, and the column at which it began; or nothing."""

    text: str = ""
    column: int = 0


NO_COMMENT = Behind()


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar: its value, its quote (`'`, `"`, `|`, `>` or none), and its span in the file."""

    value: str
    quote: str
    raw: str
    start: int
    end: int

    @property
    def is_one_line(self) -> bool:
        """Does it stand on one line?"""
        return "\n" not in self.raw


@dataclass(frozen=True, slots=True)
class Flow:
    """A mapping in `{ }` or a list in `[ ]`; of a list the keys are None."""

    is_mapping: bool
    items: tuple[tuple[Text | None, "Node | None"], ...]
    raw: str
    start: int
    end: int

    @property
    def is_one_line(self) -> bool:
        """Does it stand on one line? Then it is written anew, else word by word as it was."""
        return "\n" not in self.raw


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list (`key` is None).

    `column` is where the key or the dash stood; `after_key` a comment between key and value,
    `between` lines between them, `behind` a comment behind the value.
    """

    key: Text | None
    value: "Node | None"
    column: int
    above: Above = ()
    after_key: Behind = NO_COMMENT
    between: Above = ()
    behind: Behind = NO_COMMENT


@dataclass(frozen=True, slots=True)
class Block:
    """A mapping or a list in lines; `tail` are comments behind its last entry."""

    is_mapping: bool
    entries: tuple[Entry, ...]
    tail: Above = ()


Node: TypeAlias = Text | Flow | Block


@dataclass(frozen=True, slots=True)
class Document:
    """A file: the lines up to `---` if there is one, its mapping, the lines from `...` on."""

    prologue: str
    root: Block
    epilogue: str
