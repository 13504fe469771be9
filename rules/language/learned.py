"""What is known once a comparison held, and once it did not?

Of a path that is compared with literals, which of its values are left; of one that is compared
with what is never null, that it is not null either.
"""

import unicodedata
from collections.abc import Hashable
from dataclasses import replace

from rules.compiled.literal import Literal
from rules.compiled.operations import bare, kind
from rules.compiled.tree import Node
from rules.facts.types import List, Nullable
from rules.language.checked import Check, Typed
from rules.language.flow import NEVER, Known, Possible, domain, these
from rules.language.syntax import Binary, path


def after_in(check: Check, part: Binary, typed: Typed, sides: tuple[Typed, Typed]) -> Typed:
    """What is known after `in`."""
    words, (needle, items) = path(part.left), sides
    named = values(items.node, kind(bare(needle.type)))
    if named is not None and needle.node.op == "value":
        return _folded(typed, is_true=_value(needle.node, needle.kind) in named)
    if words is None:
        return typed
    if named is not None:
        return _divided(check, typed, words, needle, these(*named))
    if isinstance(items.type, List) and not isinstance(items.type.of, Nullable):
        true, _ = _ways(check, words, needle, ~these(None))
        return replace(typed, if_true=true)
    return typed


def after_equal(check: Check, part: Binary, typed: Typed, sides: tuple[Typed, Typed]) -> Typed:
    """What is known after `==`; `!=` swaps it."""
    left, right = sides
    if left.node.op == right.node.op == "value":
        name = typed.node.op.partition(".")[2]
        one, other = (_value(side.node, name) for side in sides)
        return _folded(typed, is_true=one == other)
    ways = ((part.left, left, right), (part.right, right, left))
    for written, value, other in ways:
        words = path(written)
        if words is not None and other.node.op == "value":
            only = _value(other.node, kind(bare(value.type)))
            return _divided(check, typed, words, value, these(only))
    true = check.known
    for written, value, other in ways:
        words = path(written)
        if words is not None and not other.may_be_null:
            true = true.both(_ways(check, words, value, ~these(None))[0])
    return replace(typed, if_true=true)


def _divided(
    check: Check, typed: Typed, words: tuple[str, ...], value: Typed, those: Possible
) -> Typed:
    true, false = _ways(check, words, value, those)
    return replace(typed, if_true=true, if_false=false)


def _ways(
    check: Check, words: tuple[str, ...], value: Typed, those: Possible
) -> tuple[Known, Known]:
    now = check.known.of.get(words) or domain(value.type)
    return check.known.narrowed(words, now & those), check.known.narrowed(words, now & ~those)


def _folded(typed: Typed, *, is_true: bool) -> Typed:
    return replace(typed, if_false=NEVER) if is_true else replace(typed, if_true=NEVER)


def values(node: Node, of: str) -> tuple[Hashable, ...] | None:
    """The values of a list that stands in the leaf itself."""
    if node.op != "list" or any(part.op != "value" for part in node.parts):
        return None
    return tuple(_value(part, of) for part in node.parts)


def _value(node: Node, of: str) -> Hashable:
    """The value of a literal as it is compared."""
    constant: Literal = node.args[0]
    if of == "caseless" and isinstance(constant.value, str):
        return unicodedata.normalize("NFC", constant.value).casefold()
    value: Hashable = constant.value
    return value
