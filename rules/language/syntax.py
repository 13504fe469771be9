"""What did the author write? The parts of an expression, before anybody asks what they mean.

Each part knows the stretch of the leaf that it stands on, and how deep it goes.
"""

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """What all parts have: `span` in code points, half open; `depth` counted on the tree.

    `is_enclosed` tells `(a and b) or c` from `a and b or c`.
    """

    span: Span
    depth: int = 1
    is_enclosed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant(Expression):
    """`true`, `null`, `42`, `"C:"`; `kind` is null, bool, int, double or string."""

    kind: str
    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Expression):
    """`user`"""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Expression):
    """`user.lock`"""

    of: Expression
    word: str
    word_span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Expression):
    """`age(x)`, or with `of` `x.size()`."""

    of: Expression | None
    name: str
    name_span: Span
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(Expression):
    """`l[0]`"""

    of: Expression
    index: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Expression):
    """`not x`, `-x`"""

    op: str
    of: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Expression):
    """`x and y`, `x <= y`"""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Expression):
    """`c ? x : y`"""

    condition: Expression
    then: Expression
    other: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf(Expression):
    """`[a, b]`"""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf(Expression):
    """`{a: b}`; of open evaluation only."""

    entries: tuple[tuple[Expression, Expression], ...]


def path(expression: Expression) -> tuple[str, ...] | None:
    """`user.lock.after` as words, if that is all it is."""
    words: list[str] = []
    while isinstance(expression, Member):
        words.append(expression.word)
        expression = expression.of
    return (expression.name, *reversed(words)) if isinstance(expression, Name) else None
