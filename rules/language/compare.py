"""Which overload does a comparison or a membership choose?"""

from collections.abc import Iterable
from dataclasses import replace

from rules.compiled.operations import NOTHING, NULL, ORDERED, SCALARS, bare, join, kind
from rules.compiled.tree import Node
from rules.facts.types import BOOL, Enum, List, Type
from rules.language.adopt import ANY, adopts, is_literal
from rules.language.bounds import bounded
from rules.language.checked import BROKEN, Check, Typed
from rules.language.demands import are_not_null
from rules.language.learned import after_equal, after_in, values
from rules.language.mismatch import mismatch
from rules.language.syntax import Binary, Expression, Unary

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
    if adopts(part.left) and not is_literal(part.right):
        right = check.check(part.right, ANY)
        return check.check(part.left, bare(right.type), check.leaf.words(part.right)), right
    left = check.check(part.left, ANY)
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
    typed = after_equal(check, part, typed, sides)
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
    return after_in(check, part, typed, (needle, items))


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
    needle = check.check(part.left, ANY)
    want = List(bare(needle.type), "item")
    return needle, check.check(part.right, want, check.leaf.words(part.left))


def _element(needle: Type, item: Type) -> str | None:
    if item is NOTHING:
        return kind(needle)
    return None if needle is NOTHING else _common(needle, item)


def _warn_of_all(check: Check, part: Binary, needle: Typed, items: Typed) -> None:
    of = bare(needle.type)
    named = values(items.node, kind(of))
    if not isinstance(of, Enum) or named is None or not set(of.values) <= set(named):
        return
    words = check.leaf.words(part.left)
    help_ = f"write {words} != null" if needle.may_be_null else "name only those that you accept"
    check.leaf.settle("DL404", f"this names every value of {words}", part.right.span, help_)
    check.leaf.settled.append(part.span)


def _made(check: Check, part: Expression, op: str, sides: Iterable[Typed], of: Type) -> Typed:
    return Typed(Node(op, check.leaf.place(part), tuple(side.node for side in sides)), of)
