"""What did YAML make of a line, and what would its author have to write?

Each trap has its own sentence: the parser's own words are never shown.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import yaml

from rules.compiled import limits
from rules.errors import Place, Problem
from rules.language.source import Source

_KEY = re.compile(r"^[ ]*(?:-[ ]+)*(?:[\w$-]+[ ]*:[ ]+)?")
_HAS_KEY = re.compile(r"[ ]*(?:-[ ]+)*[\w$-]+[ ]*:[ ]")
_TIGHT = re.compile(r"[ ]*(?:-[ ]+)*[\w$-]+:[^ ]")
_DRIVE = re.compile(r"[^\w][A-Za-z]$")
_WHOLE = "put quotes around the whole value"


class _Mark(Protocol):
    line: int
    column: int


class Stopped(Exception):
    """Nothing more can be read of the file; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def from_one(mark: _Mark | None) -> tuple[int, int]:
    """Line and column from 1; what has no mark is at the start."""
    return (1, 1) if mark is None else (mark.line + 1, mark.column + 1)


def place(source: Source, event: yaml.Event, length: int = 1) -> Place:
    """Where an event begins."""
    line, column = from_one(event.start_mark)
    return Place(source.file, line, column, column + length)


@dataclass(frozen=True, slots=True)
class _Stop:
    """Where the parser stopped, and what it said."""

    text: str
    column: int
    said: str
    is_within: bool

    @property
    def before(self) -> str:
        """What stands before it on its line."""
        return self.text[: self.column - 1]

    @property
    def value(self) -> str:
        """What stands after the key and the dashes."""
        return _KEY.sub("", self.text, count=1)


Trap = tuple[Callable[[_Stop], object], str, str]
"""Is it this one? Then: what YAML made of it, and what to write."""

_TRAPS: tuple[Trap, ...] = (
    (
        lambda at: "\t" in at.text[: len(at.text) - len(at.text.lstrip())],
        "a tab stands before the text",
        "indent with spaces",
    ),
    (
        lambda at: "unknown escape" in at.said or "hexdecimal" in at.said,
        'in "…" a backslash begins an escape, and this is none',
        "write two backslashes, or '…' around the text",
    ),
    (
        lambda at: "alphabetic or numeric" in at.said and "anchor" in at.said,
        "YAML takes & for the beginning of an anchor",
        "write `and`, or put quotes around the whole value",
    ),
    (
        lambda at: "alphabetic or numeric" in at.said,
        "YAML takes * for the beginning of an alias",
        _WHOLE,
    ),
    (
        lambda at: "expected ','" in at.said and "${" in at.text,
        "inside { } the brace of ${ ends the text",
        'quote the text: {that: …, say: "${user.name} is off"}',
    ),
    (
        lambda at: "expected ','" in at.said and at.is_within,
        "inside { } and [ ] these signs end a text: , [ ] { } and ? or : with a blank",
        "put quotes around the text that holds them",
    ),
    (
        lambda at: "expected ','" in at.said,
        "this bracket is never closed",
        "close it on its line, or put quotes around the whole value",
    ),
    (
        lambda at: at.value[:1] in "\"'" and "expected key" in at.said,
        "a text that begins with a quote ends at the next one",
        "quote the whole value: '\"fixed\" == volume.kind'",
    ),
    (
        lambda at: at.value[:1] in "[{" and "expected key" in at.said,
        "YAML makes a list or keys of what begins with a bracket",
        _WHOLE,
    ),
    (
        lambda at: "cannot start any token" in at.said or "expected node content" in at.said,
        "no text may begin with this sign",
        _WHOLE,
    ),
    (
        lambda at: "block scalar" in at.said,
        "YAML takes > and | for a text of several lines",
        _WHOLE,
    ),
    (
        lambda at: "mapping keys are not allowed" in at.said,
        "YAML takes ? and a blank for the beginning of a key",
        _WHOLE,
    ),
    (
        lambda at: "sequence entries" in at.said,
        "a list begins on the line below its key",
        "write it there, or put quotes around the text",
    ),
    (
        lambda at: "mapping values" in at.said and " ? " in at.before,
        "YAML takes the : of `a ? b : c` for the end of a key",
        "put quotes around the whole expression",
    ),
    (
        lambda at: "mapping values" in at.said and _DRIVE.search(at.before),
        "YAML takes the : of a drive letter for the end of a key",
        "put quotes around the whole text",
    ),
    (
        lambda at: "mapping values" in at.said and not _HAS_KEY.match(at.before),
        "the line above is no key with a value, so that this one goes on with it",
        "write a blank after its colon, or put quotes around the text",
    ),
    (
        lambda at: "mapping values" in at.said,
        "YAML takes what stands before this : for a key",
        "put quotes around the whole text: a : with a blank after it ends a key",
    ),
    (
        lambda at: "could not find expected ':'" in at.said and _TIGHT.match(at.text),
        "a key has a blank after its colon",
        "write key: value; or put quotes around text that is no key",
    ),
    (
        lambda at: "could not find expected ':'" in at.said,
        "this is neither a key with its value nor an entry of a list",
        "write key: value, or - value",
    ),
    (
        lambda at: any(word in at.said for word in ("expected key", "expected <", "expected '-'")),
        "this line does not stand under those above it",
        "indent it as the lines that it belongs to",
    ),
)


def too_many(where: Place) -> Problem:
    """What is told when enough was told of a file."""
    help_ = f"mend the first {limits.PROBLEMS_IN_FILE}: what comes after them was not looked at"
    return Problem("DL003", "there are too many problems in this file", where, help_)


def explain(source: Source, odd: yaml.YAMLError) -> Problem:
    """What an error of the parser means to the author of the line."""
    said = str(odd)
    mark, begun = getattr(odd, "problem_mark", None), getattr(odd, "context_mark", None)
    if "end of stream" in said and "quoted scalar" in said:
        return _unclosed(source, *from_one(begun))
    if "document start" in said:
        where = Place(source.file, *from_one(mark), from_one(mark)[1] + 1)
        return Problem("DL006", "a second document begins here", where, "write one document a file")
    is_within = begun is None or begun.line == getattr(mark, "line", 0)
    is_begun = "simple key" in said or ("expected ','" in said and not is_within)
    line, column = from_one(begun if is_begun else mark)
    at = _Stop(source.line(line), column, said, is_within)
    where = Place(source.file, line, column, column + 1)
    for is_it, message, help_ in _TRAPS:
        if is_it(at):
            return Problem("DL002", message, where, help_)
    return Problem("DL002", "YAML cannot read this", where, "look at its quotes and indents")


def _unclosed(source: Source, line: int, column: int) -> Problem:
    sign = source.line(line)[column - 1 : column]
    where = Place(source.file, line, column, column + 1)
    return Problem("DL002", f"this {sign} is never closed", where, f"write {sign} at its end")
