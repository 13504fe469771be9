"""What do the checks of an expression share: what a part was found to be, and how faults are told.

A part that is wrong gets the type `BROKEN`, which complains no further, so one mistake is told
once and the rest of the leaf is checked all the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from rules.compiled import limits
from rules.compiled.operations import NOTHING, bare, kind
from rules.compiled.tree import Node
from rules.errors import Place, Problem
from rules.facts.types import BOOL, List, Nullable, Record, Type
from rules.language.document import Scalar
from rules.language.flow import NOTHING_KNOWN, Known, Path
from rules.language.syntax import Expression, Span

BROKEN = Record("broken", ())

_TIMES = frozenset({"duration", "timestamp"})
_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Typed:
    """A checked part; `if_true` and `if_false` are what is then known, beside what was before."""

    node: Node
    type: Type
    if_true: Known = NOTHING_KNOWN
    if_false: Known = NOTHING_KNOWN

    @property
    def kind(self) -> str:
        """The kind of its type, or `broken`."""
        return "broken" if self.type is BROKEN else kind(self.type)

    @property
    def may_be_null(self) -> bool:
        """Null, or of a type that may be."""
        return isinstance(self.type, Nullable)

    @property
    def is_bool(self) -> bool:
        """Surely true or false."""
        return self.type == BOOL


def _no_hint(_name: str) -> str:
    return ""


@dataclass(slots=True)
class Leaf:
    """The leaf under check: its text, the names that it may use, and what was found wrong.

    `hint` says of a name that is not valid here what its author may have in mind. `settled` are
    the parts that were told to be always the same, `warned` the paths that were told to be null,
    `strange` the names that were told to stand for nothing.
    A leaf that `is_ahead` is of a pack that asks for a newer catalogue: what is not near any name
    of this one may be a name of that.
    """

    scalar: Scalar
    names: Mapping[str, Type]
    rule: str
    problems: list[Problem] = field(default_factory=list)
    hint: Callable[[str], str] = _no_hint
    settled: list[Span] = field(default_factory=list)
    warned: set[Path] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    is_ahead: bool = False
    _columns: list[int] = field(default_factory=list, repr=False)

    def say(self, code: str, message: str, span: Span, help_: str = "") -> None:
        """Note a problem on a stretch of the leaf."""
        self.problems.append(Problem(code, message, self.at(span), help_, self.rule))

    def settle(self, code: str, message: str, span: Span, help_: str = "") -> None:
        """Warn of a part whose answer is known beforehand, unless part of it was told already."""
        if not any(span[0] <= start and end <= span[1] for start, end in self.settled):
            self.say(code, message, span, help_)
        self.settled.append(span)

    def within(self, names: Mapping[str, Type]) -> "Leaf":
        """The same leaf with more names."""
        more = {**self.names, **names} if names else self.names
        return replace(self, names=more)

    def place(self, part: Expression) -> Place:
        """Where a part stands in its file."""
        return self.at(part.span)

    def at(self, span: Span) -> Place:
        """Where a stretch of the leaf stands in its file."""
        if len(self.scalar.text) > limits.LEAF_BYTES:
            return self.scalar.place
        if not self._columns:
            self._columns.extend(self.scalar.columns())
        return self.scalar.part(*span, self._columns)

    def words(self, part: Expression) -> str:
        """The source text of a part, cut short."""
        text = self.scalar.text[part.span[0] : part.span[1]]
        return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


class Check(Protocol):
    """Checks a part of a leaf; `want` is the type that a literal is read as.

    `known` is what holds where the part stands; `patterns` are the loop variables that stand for
    text of the rule itself.
    """

    leaf: Leaf
    known: Known
    patterns: frozenset[str]

    def check(self, part: Expression, want: Type | None = None, subject: str = "") -> Typed:
        """Type a part; `subject` is what stands beside a literal, for messages."""

    def under(self, known: Known) -> "Check":
        """The same check where more is known."""

    def inside(self, name: str, of: Type, *, is_pattern: bool = False) -> "Check":
        """The same check inside a loop, where a name stands for each item."""


def null_word(of: Type) -> str:
    """How null is called for a type: never for times, else none."""
    return "never" if kind(bare(of)) in _TIMES else "none"


def type_words(of: Type) -> str:
    """A type for a reader: `a duration`, `an int`, `a list of strings`, `a user`."""
    if of is NOTHING or (isinstance(of, Nullable) and of.of is NOTHING):
        return "null"
    if isinstance(of, List):
        return f"a list of {_many(of.of)}" if of.of is not NOTHING else "an empty list"
    if isinstance(of, Record):
        return f"{article(of.name)} record"
    return article(_NAMES.get(kind(of), kind(of)))


def article(word: str) -> str:
    """The word with `a` or `an`."""
    return f"an {word}" if word[0] in "aeio" else f"a {word}"


def _many(of: Type) -> str:
    inner = bare(of)
    if isinstance(inner, List):
        return "lists"
    return "records" if isinstance(inner, Record) else f"{_NAMES.get(kind(inner), kind(inner))}s"


_NAMES = {"caseless": "string", "enum": "enum"}
