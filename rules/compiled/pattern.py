r"""What does the pattern of `matches` ask, as a machine that runs in linear time?

    literals  .  [a-z]  [^a-z]  \d \w \s \D \W \S  ( )  (?: )  |  * + ?  {n} {n,} {n,m}  ^  $

- The meaning is that of RE2, whose syntax CEL names: `^` and `$` are the ends of the text and of
  no line, `.` is anything but a line feed.
- No flags, back-references, look-around, lazy or possessive forms: what is not above is refused
  (DL207), and so is what engines read differently, such as `{,3}`.
- At most 256 characters and 1,000 states; nothing recurses, nothing too big is ever built.

A program is a tuple of instructions whose jumps are relative, so that a part that is repeated is
the same tuple many times over. Whoever comes to its end has found the pattern.
"""

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, NoReturn, TypeAlias

from rules.compiled import limits
from rules.compiled.charclass import ANY, PatternError, bracketed, escaped
from rules.compiled.charset import Charset, charset, folded, single

__all__ = ["Edge", "Fork", "Pattern", "PatternError", "Program", "parse"]


class Edge(Enum):
    """Go on at this end of the text only."""

    START = "^"
    END = "$"


class Fork(NamedTuple):
    """Go on in each of these places, counted from here."""

    to: tuple[int, ...]


Program: TypeAlias = tuple[Charset | Edge | Fork, ...]
"""A `Charset` takes one character and goes on behind itself."""


class Pattern(NamedTuple):
    """A pattern that was read; `caseless` is asked of text whose case was folded."""

    text: str
    caseless: bool
    program: Program


def parse(text: str, *, caseless: bool = False) -> Pattern:
    """Read a pattern; PatternError says what is wrong with it, and where."""
    if len(text) > limits.PATTERN:
        message = f"a pattern of {len(text)} characters; {limits.PATTERN} are the most"
        raise PatternError(message, limits.PATTERN, len(text))
    return Pattern(text, caseless, _Parser(text, caseless=caseless).program())


@dataclass(slots=True)
class _Group:
    """A group that is being read: its finished branches, and the parts of the open one."""

    start: int
    branches: list[Program] = field(default_factory=list)
    parts: list[Program] = field(default_factory=list)
    may_repeat: bool = False

    def add(self, part: Program, *, may_repeat: bool = True) -> None:
        self.parts.append(part)
        self.may_repeat = may_repeat

    def end_branch(self) -> None:
        self.branches.append(tuple(step for part in self.parts for step in part))
        self.parts, self.may_repeat = [], False


class _Parser:
    """Reads one pattern from left to right; `groups` are those around, the innermost last."""

    def __init__(self, text: str, *, caseless: bool) -> None:
        self.text = text
        self.caseless = caseless
        self.at = 0
        self.groups = [_Group(0)]

    def program(self) -> Program:
        while self.at < len(self.text):
            _READ.get(self.text[self.at], _Parser.literal)(self)
        group = self.groups[-1]
        if len(self.groups) > 1:
            raise PatternError("this group is never closed", group.start, group.start + 1)
        return self.closed(group)

    # --- what takes a character -----------------------------------------------------------------

    def literal(self) -> None:
        self.take(self.text[self.at], 1)

    def dot(self) -> None:
        self.take(ANY, 1)

    def escape(self) -> None:
        self.take(escaped(self.text, self.at), 2)

    def brackets(self) -> None:
        found, end = bracketed(self.text, self.at, caseless=self.caseless)
        self.take(found, end - self.at)

    def take(self, found: Charset | str, length: int) -> None:
        if isinstance(found, str):
            ranges = [single(found)]
            found = charset(folded(ranges) if self.caseless else ranges)
        self.groups[-1].add((found,))
        self.at += length

    # --- what holds parts together --------------------------------------------------------------

    def edge(self) -> None:
        self.groups[-1].add((Edge(self.text[self.at]),), may_repeat=False)
        self.at += 1

    def branch(self) -> None:
        self.groups[-1].end_branch()
        self.at += 1

    def open_group(self) -> None:
        unnamed = self.text.startswith("(?:", self.at)
        if self.text.startswith("(?", self.at) and not unnamed:
            self.refuse("flags, look-around and names of groups are not used; write (…)", 3)
        self.groups.append(_Group(self.at))
        self.at += 3 if unnamed else 1

    def close_group(self) -> None:
        if len(self.groups) == 1:
            self.refuse("there is no group to close; write \\) for a parenthesis")
        self.at += 1
        program = self.closed(self.groups.pop())
        self.groups[-1].add(program)

    def closed(self, group: _Group) -> Program:
        group.end_branch()
        program = _either(group.branches)
        self.bound(len(program), group.start)
        return program

    def repeat(self) -> None:
        group, start = self.groups[-1], self.at
        sign, least, most = self.count()
        if not group.may_repeat:
            self.refuse(self.why_not(), len(sign))
        self.at += len(sign)
        part = group.parts.pop()
        more = 2 if most is None else (most - least) * (len(part) + 1)
        self.bound(max(least, most or 0, least * len(part) + more), start)
        group.add(_repeated(part, least, most), may_repeat=False)

    def count(self) -> tuple[str, int, int | None]:
        """A sign of repetition, and how often its part may stand; None is without end."""
        sign = self.text[self.at]
        if sign in _SIGNS:
            return (sign, *_SIGNS[sign])
        found = _COUNT.match(self.text, self.at)
        if found is None:
            self.refuse("this brace counts nothing; write {2}, {2,} or {2,5}, or \\{ for a brace")
        least = int(found[1])
        most = int(found[3]) if found[3] else None if found[2] else least
        if most is not None and most < least:
            self.refuse("the most is below the least", len(found[0]))
        return found[0], least, most

    def why_not(self) -> str:
        if not self.groups[-1].parts:
            return "there is nothing here that could be repeated"
        if self.text[self.at - 1] in "^$":
            return "an end of the text cannot be repeated"
        form = {"?": "lazy", "+": "possessive"}.get(self.text[self.at])
        return f"{form} repetition is not used" if form else "write (…) around what is repeated"

    # --- refusals -------------------------------------------------------------------------------

    def bound(self, states: int, start: int) -> None:
        if states > limits.PATTERN_STATES:
            message = f"this takes more than {limits.PATTERN_STATES:,} states; repeat fewer times"
            raise PatternError(message, start, self.at)

    def refuse(self, message: str, length: int = 1) -> NoReturn:
        raise PatternError(message, self.at, min(self.at + length, len(self.text)))


def _either(branches: list[Program]) -> Program:
    if len(branches) == 1:
        return branches[0]
    end = sum(len(branch) + 1 for branch in branches)
    steps: list[Charset | Edge | Fork] = []
    starts = []
    for branch in branches:
        starts.append(len(steps) + 1)
        steps += [*branch, Fork((end - 1 - len(steps) - len(branch),))]
    return (Fork(tuple(starts)), *steps[:-1])


def _repeated(part: Program, least: int, most: int | None) -> Program:
    if most is not None:
        return part * least + (Fork((1, len(part) + 1)), *part) * (most - least)
    if least:
        return part * least + (Fork((-len(part), 1)),)
    return (Fork((1, len(part) + 2)), *part, Fork((-len(part) - 1,)))


_SIGNS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_READ = {
    ".": _Parser.dot,
    "\\": _Parser.escape,
    "[": _Parser.brackets,
    "(": _Parser.open_group,
    ")": _Parser.close_group,
    "|": _Parser.branch,
    "^": _Parser.edge,
    "$": _Parser.edge,
    **dict.fromkeys("*+?{", _Parser.repeat),
}
