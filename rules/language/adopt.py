"""As what is a literal read beside a value? `"15m"` as a duration, `"fixed"` as a word of an enum.

Beside means: the other operand of a comparison or of `+ -`, an element of a list literal that
stands there, a branch of `?:` that stands there. Only literals adopt, never a field or a param. A
literal that does not fit is told with a caret.
"""

import re
from collections.abc import Callable

from rules.compiled import instants, literal
from rules.compiled.literal import Literal
from rules.compiled.operations import NULL, TYPES, bare, kind
from rules.compiled.tree import Node
from rules.facts.types import Enum, Type
from rules.language.checked import BROKEN, Leaf, Typed
from rules.language.suggest import did_you_mean, one_of
from rules.language.syntax import Choice, Constant, Expression, ListOf

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HIDDEN = re.compile(r"[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
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
    """A constant, a list of such, or a choice between such: no value stands in it."""
    match part:
        case Constant():
            return True
        case ListOf(items=items):
            return all(is_literal(item) for item in items)
        case Choice(then=then, other=other):
            return is_literal(then) and is_literal(other)
    return False


def adopts(part: Expression) -> bool:
    """Does a literal stand in it that is read as what stands beside the whole?"""
    match part:
        case Constant():
            return True
        case ListOf(items=items):
            return not items or any(adopts(item) for item in items)
        case Choice(then=then, other=other):
            return adopts(then) or adopts(other)
    return False


def constant(leaf: Leaf, part: Constant, want: Type | None, subject: str) -> Typed:
    """A constant as what is wanted, if it is a literal of that type; else as what it is."""
    want = None if want is None or want is BROKEN else bare(want)
    wanted = "" if want is None else kind(want)
    if part.kind == "string" and not _is_readable(leaf, part):
        return _typed(leaf, part, Literal("string", ""), BROKEN)
    if part.kind == "string" and isinstance(want, Enum):
        return _word(leaf, part, want, subject)
    if part.kind == "string" and wanted in READERS:
        return _read(leaf, part, wanted)
    if part.kind == "int" and wanted == "double":
        return _typed(leaf, part, Literal("double", float(part.value or 0)), TYPES["double"])
    of = NULL if part.kind == "null" else TYPES[part.kind]
    return _typed(leaf, part, Literal(part.kind, part.value), of)


def _is_readable(leaf: Leaf, part: Constant) -> bool:
    """No control character, however it was written, and nothing that a reader cannot see."""
    written = leaf.scalar.text[part.span[0] : part.span[1]]
    if _CONTROL.search(str(part.value)):
        help_ = "write \\\\ for a backslash"
        leaf.say("DL203", "a string holds a control character", part.span, help_)
        return False
    hidden = _HIDDEN.search(written)
    if hidden is not None:
        code = f"{ord(hidden[0]):04x}"
        at = part.span[0] + hidden.start()
        message = f"a string holds the invisible character U+{code.upper()}"
        leaf.say("DL203", message, (at, at + 1), f"leave it out, or write \\u{code}")
    return hidden is None


def _word(leaf: Leaf, part: Constant, want: Enum, subject: str) -> Typed:
    word = str(part.value)
    if word not in want.values:
        help_ = did_you_mean(word, want.values) or one_of(want.values)
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
    return Typed(Node("value", leaf.place(part), (value,)), of)
