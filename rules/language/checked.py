"""What do the checks of an expression share: what a part was found to be, and how faults are told.

A part that is wrong gets the type `BROKEN`, which complains no further, so one mistake is told
once and the rest of the leaf is checked all the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rules.compiled.operations import NOTHING, bare, kind
from rules.compiled.tree import Node
from rules.errors import Problem
from rules.facts.types import List, Nullable, Record, Type
from rules.language.document import Scalar
from rules.language.syntax import Expression, Span

Path = tuple[str, ...]
Paths = frozenset[Path]

BROKEN = Record("broken", ())
NO_PATHS: Paths = frozenset()

_TIMES = frozenset({"duration", "timestamp"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked part; `if_true` and `if_false` are the paths that then are surely not null."""

    node: Node
    type: Type
    if_true: Paths = NO_PATHS
    if_false: Paths = NO_PATHS

    @property
    def kind(self) -> str:
        """The kind of its type, or `broken`."""
        return "broken" if self.type is BROKEN else kind(self.type)

    @property
    def may_be_null(self) -> bool:
        """Null, or of a type that may be."""
        return isinstance(self.type, Nullable)


@dataclass(slots=True)
class Leaf:
    """The leaf under check: its text, the names that it may use, and what was found wrong."""

    scalar: Scalar
    names: Mapping[str, Type]
    rule: str
    problems: list[Problem] = field(default_factory=list)

    def say(self, code: str, message: str, span: Span, help_: str = "") -> None:
        """Note a problem on a stretch of the leaf."""
        place = self.scalar.part(*span)
        self.problems.append(Problem(code, message, place, help_, self.rule))

    def words(self, part: Expression) -> str:
        """The source text of a part, cut short."""
        text = self.scalar.text[part.span[0] : part.span[1]]
        return text if len(text) <= 48 else f"{text[:47]}…"


class Check(Protocol):
    """Checks a part of a leaf; `want` is the type that a literal is read as."""

    leaf: Leaf

    def check(self, part: Expression, want: Type | None = None, subject: str = "") -> Typed:
        """Type a part; `subject` is what stands beside a literal, for messages."""

    def within(self, names: Mapping[str, Type], surely: Paths = NO_PATHS) -> "Check":
        """The same check with more names, and more that is surely not null."""


def null_word(of: Type) -> str:
    """How null is called for a type: never for times, else none."""
    return "never" if kind(bare(of)) in _TIMES else "none"


def type_words(of: Type) -> str:
    """A type for a reader: `a duration`, `an int`, `a list`."""
    if of is NOTHING or (isinstance(of, Nullable) and of.of is NOTHING):
        return "null"
    if isinstance(of, List):
        return "a list"
    word = {"caseless": "string", "enum": "word of a closed set"}.get(kind(of), kind(of))
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
