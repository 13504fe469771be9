"""As what is a literal read beside a value? `"15m"` as a duration, `"fixed"` as a word of an enum.

Only literals adopt, never a field or a param. A literal that does not fit is told with a caret.
"""

import re
from collections.abc import Callable

from rules.compiled import instants, literal
from rules.compiled.literal import Literal
from rules.compiled.operations import NULL, TYPES, kind
from rules.compiled.tree import Node
from rules.facts.types import Enum, Type
from rules.language.checked import BROKEN, Leaf, Typed
from rules.language.suggest import did_you_mean
from rules.language.syntax import Choice, Constant, Expression, ListOf

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_EXAMPLES = {
    "duration": 'a duration, such as "15m", "24h" or "1d12h"',
    "timestamp": 'a timestamp, such as "2026-11-22T10:00:00Z"',
    "version": 'a version, such as "10.0.19045"',
}


def read_span(text: str) -> int:
    """A duration as authors write it, with a minus before it if it is negative."""
    span = instants.read_span(text.removeprefix("-"))
    return -span if text.startswith("-") else span


READERS: dict[str, Callable[[str], object]] = {
    "duration": read_span,
    "timestamp": instants.read_timestamp,
    "version": literal.version,
}


def is_literal(part: Expression) -> bool:
    """A constant, a list of such, or a choice between such: what adopts."""
    match part:
        case Constant():
            return True
        case ListOf(items=items):
            return all(is_literal(item) for item in items)
        case Choice(then=then, other=other):
            return is_literal(then) and is_literal(other)
    return False


def constant(leaf: Leaf, part: Constant, want: Type | None, subject: str) -> Typed:
    """A constant as what is wanted, if it is a literal of that type; else as what it is."""
    wanted = kind(want) if want is not None and want is not BROKEN else ""
    if part.kind == "string" and _CONTROL.search(str(part.value)):
        help_ = "write \\\\ for a backslash"
        leaf.say("DL203", "a string holds a control character", part.span, help_)
        return _typed(leaf, part, Literal("string", ""), BROKEN)
    if part.kind == "string" and isinstance(want, Enum):
        return _word(leaf, part, want, subject)
    if part.kind == "string" and wanted in READERS:
        return _read(leaf, part, wanted)
    if part.kind == "int" and wanted == "double":
        return _typed(leaf, part, Literal("double", float(part.value or 0)), TYPES["double"])
    of = NULL if part.kind == "null" else TYPES[part.kind]
    return _typed(leaf, part, Literal(part.kind, part.value), of)


def _word(leaf: Leaf, part: Constant, want: Enum, subject: str) -> Typed:
    word = str(part.value)
    if word not in want.values:
        help_ = did_you_mean(word, want.values) or f"it is one of {', '.join(want.values)}"
        leaf.say("DL306", f'{subject or "this"} is never "{word[:40]}"', part.span, help_)
        return _typed(leaf, part, Literal("enum", want.values[0]), BROKEN)
    return _typed(leaf, part, Literal("enum", word), want)


def _read(leaf: Leaf, part: Constant, wanted: str) -> Typed:
    text = str(part.value)
    try:
        return _typed(leaf, part, Literal(wanted, READERS[wanted](text)), TYPES[wanted])
    except ValueError:
        leaf.say("DL305", f'"{text[:40]}" is no {wanted}', part.span, f"write {_EXAMPLES[wanted]}")
        return _typed(leaf, part, literal.NULL, BROKEN)


def _typed(leaf: Leaf, part: Constant, value: Literal, of: Type) -> Typed:
    return Typed(Node("value", leaf.scalar.part(*part.span), (value,)), of)
