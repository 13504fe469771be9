"""Of which tokens is a file, and which comments stand above and behind each of them?

The tokens are libyaml's: outside of them stand blanks and comments alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import yaml

from rules.workbench.layout.nodes import NO_COMMENT, Behind

Line = tuple[int, str]
"""A whole line that holds a comment or nothing: the column of its `#`, and its text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token with its span; the lines above it, and the comment behind it on its line."""

    kind: str
    start: int
    end: int
    column: int
    value: str = ""
    quote: str = ""
    above: tuple[Line, ...] = ()
    behind: Behind = NO_COMMENT


def scan(text: str) -> list[Token]:
    """The tokens of a text that ends with a line end."""
    tokens = list(_tokens(text))
    before: int | None = None
    for here, token in enumerate(tokens):
        if token.start == token.end and token.kind != "StreamEnd":
            continue
        at = tokens[before].end if before is not None else 0
        behind, above = _comments(text, at, token.start)
        tokens[here] = replace(token, above=above)
        if before is not None:
            tokens[before] = replace(tokens[before], behind=behind)
        before = here
    return tokens


def _tokens(text: str) -> Iterator[Token]:
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        first, last = token.start_mark, token.end_mark
        yield Token(
            kind=type(token).__name__.removesuffix("Token"),
            start=min(starts[first.line] + first.column, len(text)),
            end=min(starts[last.line] + last.column, len(text)),
            column=first.column,
            value=getattr(token, "value", None) or "",
            quote=getattr(token, "style", None) or "",
        )


def _comments(text: str, at: int, end: int) -> tuple[Behind, tuple[Line, ...]]:
    """What stands in a gap between two tokens: the rest of a line, and whole lines."""
    lines = text[at:end].split("\n")
    behind = NO_COMMENT
    if at and text[at - 1] != "\n":
        rest = lines.pop(0)
        if "#" in rest:
            column = at - (text.rfind("\n", 0, at) + 1) + rest.index("#")
            behind = Behind(rest[rest.index("#") :].rstrip(), column)
    return behind, tuple((len(line) - len(line.lstrip()), line.strip()) for line in lines[:-1])
