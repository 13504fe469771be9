"""As what is a literal read beside a value? `"15m"` as a duration, `"fixed"` as a word of an enum.

Beside means: the other operand of a comparison or of `+ -`, an element of a list literal that
stands there, a branch of `?:` that stands there. Only literals adopt, never a field or a param. A
literal that does not fit is told with a caret.
"""

import re

from rules.compiled import literal
from rules.compiled.literal import Literal
from rules.compiled.operations import NULL, TYPES, bare, kind
from rules.compiled.tree import Node
from rules.facts.types import Enum, Record, Type
from rules.language import near
from rules.language.checked import BROKEN, Leaf, Typed
from rules.language.near import READERS
from rules.language.suggest import did_you_mean, one_of
from rules.language.syntax import Choice, Constant, Expression, ListOf, Span

ANY = Record("any", ())
"""What is wanted of an operand whose type is not known yet: the branches of `?:` agree."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HIDDEN = re.compile(r"[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_ESCAPE = re.compile(r"\\.")
_BREAKS = {
    "\\n": "a line break",
    "\\r": "a line break",
    "\\t": "a tab",
    "\\a": "a bell",
    "\\b": "a backspace",
    "\\f": "a form feed",
    "\\v": "a tab",
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
    want = None if want is None or want in (BROKEN, ANY) else bare(want)
    wanted = "" if want is None else kind(want)
    if part.kind == "string" and not _is_readable(leaf, part):
        return _typed(leaf, part, Literal("string", ""), BROKEN)
    if part.kind == "string" and isinstance(want, Enum):
        return _word(leaf, part, want, subject)
    if part.kind == "string" and wanted in READERS:
        return _read(leaf, part, wanted, subject)
    if part.kind == "int" and wanted == "double":
        return _typed(leaf, part, Literal("double", float(part.value or 0)), TYPES["double"])
    of = NULL if part.kind == "null" else TYPES[part.kind]
    return _typed(leaf, part, Literal(part.kind, part.value), of)


def _is_readable(leaf: Leaf, part: Constant) -> bool:
    """No control character, however it was written, and nothing that a reader cannot see."""
    written = leaf.scalar.text[part.span[0] : part.span[1]]
    if _CONTROL.search(str(part.value)):
        leaf.say("DL203", *_control(written, part.span))
        return False
    hidden = _HIDDEN.search(written)
    if hidden is not None:
        code = f"{ord(hidden[0]):04x}"
        at = part.span[0] + hidden.start()
        message = f"a string holds the invisible character U+{code.upper()}"
        leaf.say("DL203", message, (at, at + 1), f"leave it out, or write \\u{code}")
    return hidden is None


def _control(written: str, span: Span) -> tuple[str, Span, str]:
    """What makes a control character of a string: message, place, help."""
    for found in _ESCAPE.finditer(written):
        if found[0] in _BREAKS:
            at = span[0] + found.start()
            message = f"{found[0]} in a string is {_BREAKS[found[0]]}"
            return message, (at, at + 2), "write \\\\ for a backslash, or r before the quote"
    return "a string holds a control character", span, "write \\\\ for a backslash"


def _word(leaf: Leaf, part: Constant, want: Enum, subject: str) -> Typed:
    word = str(part.value)
    if word not in want.values:
        help_ = did_you_mean(word, want.values) or one_of(want.values)
        leaf.say("DL306", f'{subject or "this"} is never "{word[:40]}"', part.span, help_)
        return _typed(leaf, part, Literal("enum", want.values[0]), BROKEN)
    return _typed(leaf, part, Literal("enum", word), want)


def _read(leaf: Leaf, part: Constant, wanted: str, subject: str) -> Typed:
    text = str(part.value)
    try:
        return _typed(leaf, part, Literal(wanted, READERS[wanted](text)), TYPES[wanted])
    except ValueError:
        help_ = near.write(wanted, text, subject)
        leaf.say("DL305", f'"{text[:40]}" is no {wanted}', part.span, help_)
        return _typed(leaf, part, literal.NULL, BROKEN)


def _typed(leaf: Leaf, part: Constant, value: Literal, of: Type) -> Typed:
    return Typed(Node("value", leaf.place(part), (value,)), of)
