"""Which tree is an expression before anybody asks for types?

As a compiled tree, but its operations name no overload: `add`, not `add.int`; they are chosen when
the values are there (rules.engine.open). Loops and `has()` are read as CEL reads its macros.
"""

from functools import reduce

from rules.compiled.literal import Literal
from rules.compiled.tree import LOOPS, Node
from rules.errors import Place
from rules.language.syntax import (
    Binary,
    Call,
    Choice,
    Constant,
    Expression,
    Index,
    ListOf,
    MapOf,
    Member,
    Name,
    Span,
    Unary,
)
from rules.language.tokens import LeafError

_BINARY = {
    **dict(
        zip(("==", "!=", "<", "<=", ">", ">="), ("eq", "ne", "lt", "le", "gt", "ge"), strict=True)
    ),
    **dict(zip("+-*/%", ("add", "sub", "mul", "div", "rem"), strict=True)),
    **{word: word for word in ("and", "or", "in")},
}
_CONVERSIONS = ("int", "double", "string", "bool", "duration", "timestamp", "version")
_FREE = frozenset({"age", "size", *_CONVERSIONS})
_OF_VALUE = {
    "size": 0,
    "distinct": 0,
    **dict.fromkeys(("startsWith", "endsWith", "contains", "glob", "matches"), 1),
}
_PARTS = "FullYear Month Date DayOfMonth DayOfWeek DayOfYear Hours Minutes Seconds Milliseconds"
_FOREIGN = frozenset({"type", "uint", "bytes", *(f"get{part}" for part in _PARTS.split())})
_FOREIGN_SPACES = frozenset({"optional"})


def untyped(part: Expression) -> Node:
    """The tree of an expression, its places on line 1 of a text without a name.

    LeafError if a loop or `has()` is misused, or for a function of CEL that rules do not have.
    """
    match part:
        case Constant(kind=kind, value=value):
            return _node("value", part.span, Literal(kind, value))
        case Name(name=name):
            return _node("name", part.span, name)
        case Member(of=of, word=word):
            return _node("get", part.span, untyped(of), word)
        case Call():
            return _call(part)
    return _operator(part)


def _operator(part: Expression) -> Node:
    match part:
        case Binary(op=op, left=left, right=right):
            return _node(_BINARY[op], part.span, untyped(left), untyped(right))
        case Unary(op=op, of=of):
            return _node("not" if op == "not" else "neg", part.span, untyped(of))
        case Choice(condition=condition, then=then, other=other):
            return _node("if", part.span, untyped(condition), untyped(then), untyped(other))
        case Index(of=of, index=index):
            return _node("index", part.span, untyped(of), untyped(index))
        case ListOf(items=items):
            return _node("list", part.span, *map(untyped, items))
    entries = part.entries if isinstance(part, MapOf) else ()
    return _node("entries", part.span, *(untyped(one) for pair in entries for one in pair))


def _call(part: Call) -> Node:
    if part.name in _FOREIGN or _space(part.of) in _FOREIGN_SPACES:
        raise LeafError("DL206", f"{part.name}() is not part of the language", part.name_span)
    if part.of is None:
        return _free(part)
    if part.name in LOOPS and len(part.args) >= 2:
        return _loop(part, part.of)
    if _OF_VALUE.get(part.name) == len(part.args):
        return _node(part.name, part.span, untyped(part.of), *map(untyped, part.args))
    return _unknown(part)


def _space(of: Expression | None) -> str:
    return of.name if isinstance(of, Name) else ""


def _free(part: Call) -> Node:
    if part.name == "has":
        return _has(part)
    if len(part.args) == 1:
        if part.name == "dyn":
            return untyped(part.args[0])
        if part.name in _FREE:
            return _node(part.name, part.span, untyped(part.args[0]))
    return _unknown(part)


def _has(part: Call) -> Node:
    if len(part.args) != 1 or not isinstance(part.args[0], Member):
        raise LeafError("DL311", "has() takes a field", part.span, "write has(x.field)")
    return _node("has", part.span, untyped(part.args[0]))


def _loop(part: Call, of: Expression) -> Node:
    """A loop; `map` with three arguments maps what the one in the middle selects."""
    name, *bodies = part.args
    if not isinstance(name, Name):
        message = f"{part.name}() needs a name first"
        raise LeafError("DL311", message, name.span, f"write {part.name}(x, …)")
    if len(bodies) > 2 or (len(bodies) == 2 and part.name != "map"):
        return _unknown(part)
    steps = ["filter", "map"] if len(bodies) == 2 else [part.name]
    items = _node("items", of.span, untyped(of))
    pairs = zip(steps, map(untyped, bodies), strict=True)
    return reduce(
        lambda node, step: _node(step[0], part.span, node, name.name, step[1]), pairs, items
    )


def _unknown(part: Call) -> Node:
    parts = part.args if part.of is None else (part.of, *part.args)
    return _node("call", part.span, part.name, *map(untyped, parts))


def _node(op: str, span: Span, *args: Node | Literal | str) -> Node:
    return Node(op, Place("", 1, span[0] + 1, span[1] + 1), args)
