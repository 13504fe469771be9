"""Which overload does a calculation choose, and which calculations are refused?

Subtracting from `now` is: a time in the future would pass `now - t <= …` for ever. `age(t)` says
the time since, and a clock that contradicts itself.
"""

from rules.compiled.operations import PLAIN, bare, join, kind
from rules.compiled.scope import NOW
from rules.compiled.tree import Node
from rules.facts.types import DURATION, Type
from rules.language.adopt import ANY, adopts, is_literal
from rules.language.checked import BROKEN, Check, Typed
from rules.language.demands import are_not_null
from rules.language.mismatch import mismatch
from rules.language.near import reads
from rules.language.syntax import Binary, Choice, Constant, Expression, Name

OPS = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem"}
_MIXED = (("timestamp", "duration"), ("duration", "timestamp"))
_TEXT = ("string", "caseless")


def calculation(check: Check, part: Binary) -> Typed:
    """`+ - * / %`"""
    left, right = _operands(check, part)
    op = OPS[part.op]
    if BROKEN in (left.type, right.type):
        return _made(check, part, op, (left, right), BROKEN)
    if part.op == "-" and _begins_at_now(part.left):
        _refuse_from_now(check, part, right)
        return _made(check, part, op, (left, right), BROKEN)
    if not are_not_null(check, (left, right), (part.left, part.right)):
        return _made(check, part, op, (left, right), BROKEN)
    return _computed(check, part, op, (left, right))


def _begins_at_now(part: Expression) -> bool:
    """Is it `now`, or so much after it, or may it be?"""
    if isinstance(part, Choice):
        return _begins_at_now(part.then) or _begins_at_now(part.other)
    if isinstance(part, Binary) and part.op == "+":
        return _begins_at_now(part.left) or _begins_at_now(part.right)
    return isinstance(part, Name) and part.name == NOW


def _refuse_from_now(check: Check, part: Binary, right: Typed) -> None:
    words = check.leaf.words(part.right)
    help_ = f"write age({words}) for the time since"
    if right.kind == "duration":
        help_ = f"write age(…) <= {words} for the time since"
    check.leaf.say("DL310", "a time in the future would pass this for ever", part.span, help_)


def _computed(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed]) -> Typed:
    kinds = (sides[0].kind, sides[1].kind)
    if kinds == ("list", "list") and op == "add":
        joined = join(sides[0].type, sides[1].type)
        if joined is not None:
            return _made(check, part, "add.list", sides, joined)
    chosen = f"{op}.{_overload(kinds)}"
    if chosen not in PLAIN:
        mismatch(check, part, *sides)
        return _made(check, part, op, sides, BROKEN)
    if op in ("div", "rem") and _is_zero(part.right):
        check.leaf.say("DL304", "nothing can be divided by 0", part.right.span)
    return _made(check, part, chosen, sides, PLAIN[chosen].gives)


def _overload(kinds: tuple[str, str]) -> str:
    if kinds in _MIXED:
        return "_".join(kinds)
    if set(kinds) <= set(_TEXT):
        return "caseless" if "caseless" in kinds else "string"
    return kinds[0] if kinds[0] == kinds[1] else "nothing"


def _is_zero(part: Expression) -> bool:
    return isinstance(part, Constant) and part.kind == "int" and part.value == 0


def _operands(check: Check, part: Binary) -> tuple[Typed, Typed]:
    """Both sides; beside `+ -` alone a literal is read as what the other side is."""
    if part.op not in ("+", "-"):
        return check.check(part.left), check.check(part.right)
    if adopts(part.left) and not is_literal(part.right):
        right = check.check(part.right, ANY)
        return check.check(part.left, _beside(part.left, right, part.op)), right
    left = check.check(part.left, ANY)
    return left, check.check(part.right, _beside(part.right, left, part.op))


def _beside(part: Expression, other: Typed, op: str) -> Type:
    """Text beside a timestamp is a duration, unless it can only be a timestamp."""
    of = bare(other.type)
    if kind(of) != "timestamp":
        return of
    while isinstance(part, Choice):
        part = part.then if isinstance(part.then, Constant) else part.other
    is_span = isinstance(part, Constant) and reads("duration", str(part.value))
    return DURATION if is_span or op == "+" else of


def _made(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed], of: Type) -> Typed:
    place = check.leaf.place(part)
    return Typed(Node(op, place, (sides[0].node, sides[1].node)), of)
