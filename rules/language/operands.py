"""Which overload of an operator do two operands choose, if they go together at all?"""

from rules.compiled.operations import NOTHING, NULL, ORDERED, PLAIN, SCALARS, bare, join, kind
from rules.compiled.tree import Node
from rules.facts.types import BOOL, DURATION, Enum, List, Type
from rules.language.adopt import is_literal, read_span
from rules.language.checked import BROKEN, NO_PATHS, Check, Typed, null_word, type_words
from rules.language.syntax import Binary, Constant, Expression, ListOf, Name, path

_COMPARE = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_COMPUTE = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "rem"}
_EITHER_WAY = (("timestamp", "duration"), ("duration", "timestamp"))


def binary(check: Check, part: Binary) -> Typed:
    """A comparison, a membership or a calculation."""
    if part.op in _COMPARE:
        return _compare(check, part)
    return _in(check, part) if part.op == "in" else _compute(check, part)


def _pair(check: Check, part: Binary) -> tuple[Typed, Typed]:
    """Both sides, the literal one read as what the other is."""
    if is_literal(part.left) and not is_literal(part.right):
        right = check.check(part.right)
        return check.check(part.left, bare(right.type), check.leaf.words(part.right)), right
    left = check.check(part.left)
    return left, check.check(part.right, bare(left.type), check.leaf.words(part.left))


def _compare(check: Check, part: Binary) -> Typed:
    left, right = _pair(check, part)
    op = _COMPARE[part.op]
    if BROKEN in (left.type, right.type):
        return _made(check, part, op, (left, right), BROKEN)
    if op not in ("eq", "ne"):
        return _order(check, part, op, (left, right))
    if NULL in (left.type, right.type):
        return _null(check, part, op, (left, right))
    chosen = _common(bare(left.type), bare(right.type))
    if chosen is None:
        return _mismatch(check, part, left, right)
    typed = _made(check, part, f"{op}.{chosen}", (left, right), BOOL)
    surely = _surely(part) if is_literal(part.left) or is_literal(part.right) else NO_PATHS
    return _flow(typed, op, surely)


def _null(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed]) -> Typed:
    for typed, side in zip(sides, (part.left, part.right), strict=True):
        if not typed.may_be_null:
            words = check.leaf.words(side)
            check.leaf.say("DL401", f"{words} is never null", part.span, "leave this out")
    return _flow(_made(check, part, f"{op}.null", sides, BOOL), op, _surely(part), is_null=True)


def _flow(
    typed: Typed, op: str, surely: frozenset[tuple[str, ...]], *, is_null: bool = False
) -> Typed:
    """What is surely not null after `x == literal`, or after `x != null`."""
    holds_if_true = (op == "eq") is not is_null
    return Typed(
        typed.node,
        typed.type,
        surely if holds_if_true else NO_PATHS,
        NO_PATHS if holds_if_true else surely,
    )


def _surely(part: Binary) -> frozenset[tuple[str, ...]]:
    return frozenset(words for side in (part.left, part.right) if (words := path(side)))


def _common(one: Type, other: Type) -> str | None:
    """The kind by which two types are compared for equality."""
    kinds = {kind(one), kind(other)}
    if kinds == {"string", "caseless"}:
        return "caseless"
    if len(kinds) > 1 or kinds <= {"record", "nothing"}:
        return None
    return kinds.pop() if join(one, other) is not None else None


def _order(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed]) -> Typed:
    if _has_null(check, part, sides):
        return _made(check, part, op, sides, BROKEN)
    kinds = {side.kind for side in sides}
    chosen = "number" if kinds == {"int", "double"} else _common(sides[0].type, sides[1].type)
    if chosen not in ORDERED:
        return _mismatch(check, part, *sides)
    return _made(check, part, f"{op}.{chosen}", sides, BOOL)


def _in(check: Check, part: Binary) -> Typed:
    if is_literal(part.left) and not is_literal(part.right):
        items = check.check(part.right)
        of = items.type.of if isinstance(items.type, List) else None
        needle = check.check(part.left, of, check.leaf.words(part.right))
    else:
        needle = check.check(part.left)
        words = check.leaf.words(part.left)
        items = check.check(part.right, List(bare(needle.type), "item"), words)
    if BROKEN in (needle.type, items.type):
        return _made(check, part, "in", (needle, items), BROKEN)
    if not isinstance(items.type, List):
        help_ = 'for part of a text write text.contains("…")'
        check.leaf.say("DL309", "`in` needs a list on its right", part.right.span, help_)
        return _made(check, part, "in", (needle, items), BROKEN)
    chosen = _element(bare(needle.type), items.type.of)
    if chosen not in SCALARS:
        return _mismatch(check, part, needle, items)
    _warn_of_all(check, part, needle, items)
    return _made(check, part, f"in.{chosen}", (needle, items), BOOL)


def _element(needle: Type, item: Type) -> str | None:
    if kind(item) == "nothing":
        return kind(needle)
    return _common(needle, bare(item))


def _warn_of_all(check: Check, part: Binary, needle: Typed, items: Typed) -> None:
    of = bare(needle.type)
    if isinstance(of, Enum) and isinstance(part.right, ListOf):
        named = {item.value for item in part.right.items if isinstance(item, Constant)}
        if named == set(of.values) and items.kind == "list":
            check.leaf.say("DL404", "this names every value there is", part.right.span)


def _compute(check: Check, part: Binary) -> Typed:
    left, right = _operands(check, part)
    op = _COMPUTE[part.op]
    if BROKEN in (left.type, right.type):
        return _made(check, part, op, (left, right), BROKEN)
    if part.op == "-" and isinstance(part.left, Name) and part.left.name == "now":
        words = check.leaf.words(part.right)
        message = "a time in the future would pass this for ever"
        check.leaf.say("DL310", message, part.span, f"write age({words}) for the time since")
        return _made(check, part, op, (left, right), BROKEN)
    sides = (left, right)
    if _has_null(check, part, sides):
        return _made(check, part, op, sides, BROKEN)
    return _computed(check, part, op, sides)


def _computed(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed]) -> Typed:
    kinds = (sides[0].kind, sides[1].kind)
    if kinds == ("list", "list") and op == "add":
        joined = join(sides[0].type, sides[1].type)
        if joined is not None:
            return _made(check, part, "add.list", sides, joined)
    same = "string" if set(kinds) <= {"string", "caseless"} else kinds[0]
    chosen = f"{op}.{'_'.join(kinds)}" if kinds in _EITHER_WAY else f"{op}.{same}"
    is_one = kinds in _EITHER_WAY or kinds[0] == kinds[1] or same == "string"
    if chosen not in PLAIN or not is_one:
        return _mismatch(check, part, *sides)
    return _made(check, part, chosen, sides, PLAIN[chosen].gives)


def _operands(check: Check, part: Binary) -> tuple[Typed, Typed]:
    """Both sides; text beside a timestamp is a duration, unless only a timestamp fits."""
    if is_literal(part.left) and not is_literal(part.right):
        right = check.check(part.right)
        return check.check(part.left, _beside(part.left, right, part.op)), right
    left = check.check(part.left)
    return left, check.check(part.right, _beside(part.right, left, part.op))


def _beside(part: Expression, other: Typed, op: str) -> Type:
    of = bare(other.type)
    if kind(of) != "timestamp" or not isinstance(part, Constant):
        return of
    try:
        read_span(str(part.value))
    except ValueError:
        return of if op == "-" else DURATION
    return DURATION


def _has_null(check: Check, part: Binary, sides: tuple[Typed, Typed]) -> bool:
    found = [
        not_null(check, side, of) for side, of in zip(sides, (part.left, part.right), strict=True)
    ]
    return not all(found)


def not_null(check: Check, side: Typed, part: Expression) -> bool:
    """Note DL307 if a part may be null where null cannot stand."""
    if not side.may_be_null:
        return True
    words = check.leaf.words(part)
    help_ = f"write {words} != null and …"
    if bare(side.type) is NOTHING:
        check.leaf.say("DL307", "null cannot stand here", part.span, "compare with == or !=")
    else:
        check.leaf.say("DL307", f"{words} may be null ({null_word(side.type)})", part.span, help_)
    return False


def _mismatch(check: Check, part: Binary, left: Typed, right: Typed) -> Typed:
    one, other = type_words(bare(left.type)), type_words(bare(right.type))
    kinds = {left.kind, right.kind}
    if kinds == {"int", "double"}:
        message = "an int and a double are never compared for equality"
        check.leaf.say("DL312", message, part.span, "compare with <= and >=")
    else:
        help_ = 'write a duration as text, such as "90s"' if kinds == {"int", "duration"} else ""
        message = f"{one} and {other} do not go together with {part.op}"
        check.leaf.say("DL304", message, part.span, help_)
    return _made(check, part, part.op, (left, right), BROKEN)


def _made(check: Check, part: Binary, op: str, sides: tuple[Typed, Typed], of: Type) -> Typed:
    place = check.leaf.scalar.part(*part.span)
    return Typed(Node(op, place, (sides[0].node, sides[1].node)), of)
