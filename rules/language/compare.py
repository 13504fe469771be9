"""Which overload does a comparison or a membership choose, and what is known once it held?"""

import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import replace

from rules.compiled.literal import Literal
from rules.compiled.operations import NOTHING, NULL, ORDERED, SCALARS, bare, join, kind
from rules.compiled.tree import Node
from rules.facts.types import BOOL, Enum, List, Nullable, Type
from rules.language.adopt import adopts
from rules.language.bounds import bounded
from rules.language.checked import BROKEN, Check, Typed
from rules.language.demands import are_not_null
from rules.language.flow import NEVER, Known, Possible, domain, these
from rules.language.mismatch import mismatch
from rules.language.syntax import Binary, Expression, Unary, path

OPS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def comparison(check: Check, part: Binary) -> Typed:
    """`== != < <= > >=`"""
    sides = beside(check, part)
    op = OPS[part.op]
    if BROKEN in (sides[0].type, sides[1].type):
        return _made(check, part, op, sides, BROKEN)
    typed = _order(check, part, sides) if op not in ("eq", "ne") else _equal(check, part, sides)
    return bounded(typed) if typed.is_bool else typed


def beside(check: Check, part: Binary) -> tuple[Typed, Typed]:
    """Both sides; a literal is read as what the other side is."""
    if adopts(part.left) and not adopts(part.right):
        right = check.check(part.right)
        return check.check(part.left, bare(right.type), check.leaf.words(part.right)), right
    left = check.check(part.left)
    return left, check.check(part.right, bare(left.type), check.leaf.words(part.left))


def _order(check: Check, part: Binary, sides: tuple[Typed, Typed]) -> Typed:
    op = OPS[part.op]
    if not are_not_null(check, sides, (part.left, part.right)):
        return _made(check, part, op, sides, BROKEN)
    kinds = {side.kind for side in sides}
    chosen = "number" if kinds == {"int", "double"} else _common(sides[0].type, sides[1].type)
    if chosen not in ORDERED:
        mismatch(check, part, *sides)
        return _made(check, part, op, sides, BROKEN)
    return _made(check, part, f"{op}.{chosen}", sides, BOOL)


def _equal(check: Check, part: Binary, sides: tuple[Typed, Typed]) -> Typed:
    op = OPS[part.op]
    if NULL in (sides[0].type, sides[1].type):
        chosen: str | None = "null"
    else:
        chosen = _common(bare(sides[0].type), bare(sides[1].type))
    if chosen is None:
        mismatch(check, part, *sides)
        return _made(check, part, op, sides, BROKEN)
    typed = _made(check, part, f"{op}.{chosen}", sides, BOOL)
    typed = _learned(check, part, typed, sides)
    _tell_of_null(check, part, sides, typed)
    return typed if op == "eq" else replace(typed, if_true=typed.if_false, if_false=typed.if_true)


def _common(one: Type, other: Type) -> str | None:
    """The kind by which two types are compared for equality; None if they never are."""
    joined = join(one, other)
    if joined is None or kind(joined) in ("record", "nothing"):
        return None
    if isinstance(joined, List):
        return _listed(joined)
    return kind(joined)


def _listed(of: List) -> str | None:
    """Lists are compared item by item, and only where an item cannot hold a hole of its own."""
    item = bare(of.of)
    if kind(item) == "caseless":
        return "list_caseless"
    return "list" if kind(item) in SCALARS or item is NOTHING else None


def _tell_of_null(check: Check, part: Binary, sides: tuple[Typed, Typed], typed: Typed) -> None:
    """`x != null` where x is never null has a better sentence than most."""
    if NULL in (sides[0].type, sides[1].type) and typed.if_true.never and not check.known.never:
        which = part.left if sides[1].type is NULL else part.right
        message = f"{check.leaf.words(which)} is never null"
        check.leaf.settle("DL401", message, part.span, "leave this out")


# --- membership ---------------------------------------------------------------------------------


def membership(check: Check, part: Binary) -> Typed:
    """`in`"""
    if isinstance(part.left, Unary) and part.left.op == "not" and not part.left.is_enclosed:
        return _half_denied(check, part, part.left)
    needle, items = _needle_and_items(check, part)
    if BROKEN in (needle.type, items.type):
        return _made(check, part, "in", (needle, items), BROKEN)
    if not isinstance(items.type, List):
        help_ = f"for part of a text write {check.leaf.words(part.right)}.contains(…)"
        message = "in needs a list on its right"
        check.leaf.say("DL309", message, part.right.span, help_)
        return _made(check, part, "in", (needle, items), BROKEN)
    chosen = _element(bare(needle.type), bare(items.type.of))
    if chosen not in SCALARS:
        mismatch(check, part, needle, items)
        return _made(check, part, "in", (needle, items), BROKEN)
    typed = _made(check, part, f"in.{chosen}", (needle, items), BOOL)
    _warn_of_all(check, part, needle, items)
    return _found(check, part, typed, (needle, items))


def _half_denied(check: Check, part: Binary, denied: Unary) -> Typed:
    """`not a in b` denies `a` alone, as CEL reads it; nobody means that."""
    help_ = f"write not ({check.leaf.words(denied.of)} in …)"
    check.leaf.say("DL201", "not stands before one side of in only", denied.span, help_)
    sides = (check.check(denied.of), check.check(part.right))
    return _made(check, part, "in", sides, BROKEN)


def _needle_and_items(check: Check, part: Binary) -> tuple[Typed, Typed]:
    if adopts(part.left) and not adopts(part.right):
        items = check.check(part.right)
        of = items.type.of if isinstance(items.type, List) else None
        return check.check(part.left, of, check.leaf.words(part.right)), items
    needle = check.check(part.left)
    want = List(bare(needle.type), "item")
    return needle, check.check(part.right, want, check.leaf.words(part.left))


def _element(needle: Type, item: Type) -> str | None:
    if item is NOTHING:
        return kind(needle)
    return None if needle is NOTHING else _common(needle, item)


def _warn_of_all(check: Check, part: Binary, needle: Typed, items: Typed) -> None:
    of = bare(needle.type)
    named = _values(items.node, kind(of))
    if not isinstance(of, Enum) or named is None or not set(of.values) <= set(named):
        return
    words = check.leaf.words(part.left)
    help_ = f"write {words} != null" if needle.may_be_null else "name only those that you accept"
    check.leaf.settle("DL404", f"this names every value of {words}", part.right.span, help_)
    check.leaf.settled.append(part.span)


def _found(check: Check, part: Binary, typed: Typed, sides: tuple[Typed, Typed]) -> Typed:
    words, (needle, items) = path(part.left), sides
    values = _values(items.node, kind(bare(needle.type)))
    if values is not None and needle.node.op == "value":
        return _folded(typed, is_true=_value(needle.node, needle.kind) in values)
    if words is None:
        return typed
    if values is not None:
        return _divided(check, typed, words, needle, these(*values))
    if isinstance(items.type, List) and not isinstance(items.type.of, Nullable):
        true, _ = _ways(check, words, needle, ~these(None))
        return replace(typed, if_true=true)
    return typed


# --- what is known afterwards -------------------------------------------------------------------


def _learned(check: Check, part: Binary, typed: Typed, sides: tuple[Typed, Typed]) -> Typed:
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


def _values(node: Node, of: str) -> tuple[Hashable, ...] | None:
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


def _made(check: Check, part: Expression, op: str, sides: Iterable[Typed], of: Type) -> Typed:
    return Typed(Node(op, check.leaf.place(part), tuple(side.node for side in sides)), of)
