"""Which functions are there, and what do they take?

A function of text, of lists or of time; a loop (`all exists exists_one filter map`) binds a name
of its own for each item.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rules.compiled.operations import PLAIN, SCALARS, TYPES, kind
from rules.compiled.tree import Node
from rules.facts.types import BOOL, DURATION, INT, List, Record, Type
from rules.language.checked import BROKEN, NO_PATHS, Check, Typed, type_words
from rules.language.operands import not_null
from rules.language.suggest import did_you_mean
from rules.language.syntax import Call, Constant, Expression, Member, Name, path

_TEXT = ("startsWith", "endsWith", "contains", "glob")
_LOOPS = ("all", "exists", "exists_one", "filter", "map")
_CONVERSIONS = ("int", "double", "string", "bool", "duration", "timestamp", "version")
_LATER = ("matches",)
_FOREIGN = ("type", "dyn", "uint", "bytes", "optional")


def call(check: Check, part: Call) -> Typed:
    """A call of a function, or of one of a value."""
    if part.name in _FOREIGN + _LATER:
        help_ = "use glob, startsWith, endsWith or contains" if part.name in _LATER else ""
        check.leaf.say("DL206", f"{part.name}() is not part of the language", part.name_span, help_)
        return _broken(check, part)
    table = _FREE if part.of is None else _OF_VALUE
    found = table.get(part.name)
    if found is None:
        return _unknown(check, part, table)
    arity, make = found
    if len(part.args) != arity:
        wanted = "one argument" if arity == 1 else f"{arity or 'no'} arguments"
        check.leaf.say("DL311", f"{part.name}() takes {wanted}", part.span)
        return _broken(check, part)
    return make(check, part)


def _unknown(check: Check, part: Call, table: dict[str, tuple[int, "_Make"]]) -> Typed:
    other = _OF_VALUE if table is _FREE else _FREE
    help_ = did_you_mean(part.name, table)
    if part.name in other:
        help_ = f"write x.{part.name}(…)" if table is _FREE else f"write {part.name}(x)"
    message = f"there is no function {part.name[:40]}()"
    check.leaf.say("DL303", message, part.name_span, help_)
    return _broken(check, part)


def _age(check: Check, part: Call) -> Typed:
    of = check.check(part.args[0], TYPES["timestamp"])
    return _strict(check, part, of, part.args[0], _Overload("age", ("timestamp",), DURATION))


def _has(check: Check, part: Call) -> Typed:
    of = check.check(part.args[0])
    words = path(part.args[0])
    if not isinstance(part.args[0], Member):
        check.leaf.say("DL311", "has() takes a field", part.args[0].span, "write has(x.field)")
        return _broken(check, part)
    typed = _made(check, part, "has", (of.node,), BOOL if of.type is not BROKEN else BROKEN)
    return Typed(typed.node, typed.type, frozenset([words]) if words else NO_PATHS)


def _size(check: Check, part: Call) -> Typed:
    of, where = _receiver(check, part)
    name = "size.list" if of.kind == "list" else "size.string"
    return _strict(check, part, of, where, _Overload(name, ("list", "string", "caseless"), INT))


def _receiver(check: Check, part: Call) -> tuple[Typed, Expression]:
    where = part.of if part.of is not None else part.args[0]
    return check.check(where), where


def _text(check: Check, part: Call) -> Typed:
    of, where = _receiver(check, part)
    other = check.check(part.args[0])
    if part.name == "contains" and of.kind == "list":
        help_ = f"write {check.leaf.words(part.args[0])} in {check.leaf.words(where)}"
        check.leaf.say("DL309", "contains() looks into text, not into lists", part.span, help_)
        return _broken(check, part)
    if part.name == "glob" and not _is_pattern(check, part.args[0]):
        return _broken(check, part)
    if other.type is BROKEN or not not_null(check, other, part.args[0]):
        return _broken(check, part)
    if other.kind not in ("string", "caseless"):
        message = f"{part.name}() takes a string, and gets {type_words(other.type)}"
        check.leaf.say("DL311", message, part.args[0].span)
        return _broken(check, part)
    folds = "caseless" in (of.kind, other.kind)
    name = f"{part.name}.{'caseless' if folds else 'string'}"
    found = _strict(check, part, of, where, _Overload(name, ("string", "caseless"), BOOL))
    return Typed(Node(name, found.node.place, (of.node, other.node)), found.type)


def _is_pattern(check: Check, part: Expression) -> bool:
    words = path(part)
    if isinstance(part, Constant) and isinstance(part.value, str):
        if "*" not in part.value and "?" not in part.value:
            check.leaf.say("DL406", "this pattern has neither * nor ?", part.span, "write ==")
        return True
    if words and words[0] == "params":
        return True
    check.leaf.say("DL311", "a pattern is a literal or a param", part.span)
    return False


def _distinct(check: Check, part: Call) -> Typed:
    of, where = _receiver(check, part)
    item = of.type.of if isinstance(of.type, List) else None
    if item is not None and kind(item) not in SCALARS:
        check.leaf.say("DL309", "distinct() takes a list of single values", where.span)
        return _broken(check, part)
    name = f"distinct.{kind(item) if item else ''}"
    return _strict(check, part, of, where, _Overload(name, ("list",), of.type))


def _loop(check: Check, part: Call) -> Typed:
    of, where = _receiver(check, part)
    variable, body = part.args
    if not isinstance(variable, Name):
        help_ = f"write {part.name}(x, …)"
        check.leaf.say("DL311", f"{part.name}() needs a name first", variable.span, help_)
        return _broken(check, part)
    if not isinstance(of.type, List):
        _strict(check, part, of, where, _Overload(part.name, ("list",), BOOL))
        return _broken(check, part)
    if variable.name in check.leaf.names:
        message = f"{variable.name} hides another {variable.name}"
        check.leaf.say("DL313", message, variable.span, "take another name")
    inner = check.within({variable.name: of.type.of}).check(body)
    gives = _gives(check, part, of.type, inner)
    node = Node(part.name, check.leaf.scalar.part(*part.span), (of.node, variable.name, inner.node))
    return Typed(node, gives)


def _gives(check: Check, part: Call, of: List, inner: Typed) -> Type:
    if inner.type is BROKEN:
        return BROKEN
    if part.name == "map":
        return List(inner.type, "item")
    if not is_bool(check, inner, part.args[1]):
        return BROKEN
    return of if part.name == "filter" else BOOL


def is_bool(check: Check, typed: Typed, part: Expression) -> bool:
    """Note DL308 (or DL307) if a part is not surely true or false."""
    if typed.type is BROKEN:
        return False
    if typed.kind != "bool":
        message = f"this must be true or false, and is {type_words(typed.type)}"
        check.leaf.say("DL308", message, part.span)
        return False
    if typed.may_be_null:
        words = check.leaf.words(part)
        check.leaf.say("DL307", f"{words} may be null (none)", part.span, f"write {words} == true")
        return False
    return True


def _convert(check: Check, part: Call) -> Typed:
    of = check.check(part.args[0])
    kinds = tuple(op.partition(".")[2] for op in PLAIN if op.startswith(f"{part.name}."))
    from_kind = "string" if of.kind == "caseless" else of.kind
    name = f"{part.name}.{from_kind}"
    return _strict(
        check, part, of, part.args[0], _Overload(name, (*kinds, "caseless"), TYPES[part.name])
    )


@dataclass(frozen=True, slots=True)
class _Overload:
    """An operation of one value: its name in the tree, what it takes and what it gives."""

    op: str
    takes: tuple[str, ...]
    gives: Type


def _strict(check: Check, part: Call, of: Typed, where: Expression, overload: _Overload) -> Typed:
    """A function of one value that may not be null and must be of certain kinds."""
    if of.type is BROKEN or not not_null(check, of, where):
        return _broken(check, part)
    if of.kind not in overload.takes:
        code = (
            "DL309" if "list" in overload.takes or isinstance(of.type, List | Record) else "DL311"
        )
        kinds = dict.fromkeys("string" if kind == "caseless" else kind for kind in overload.takes)
        message = f"{part.name}() takes a {' or '.join(kinds)}, and gets {type_words(of.type)}"
        check.leaf.say(code, message, where.span)
        return _broken(check, part)
    return _made(check, part, overload.op, (of.node,), overload.gives)


def _made(check: Check, part: Call, op: str, args: tuple[Node, ...], of: Type) -> Typed:
    return Typed(Node(op, check.leaf.scalar.part(*part.span), args), of)


def _broken(check: Check, part: Call) -> Typed:
    return _made(check, part, part.name, (), BROKEN)


_Make = Callable[[Check, Call], Typed]

_FREE: dict[str, tuple[int, _Make]] = {
    "age": (1, _age),
    "has": (1, _has),
    "size": (1, _size),
    **dict.fromkeys(_CONVERSIONS, (1, _convert)),
}
_OF_VALUE: dict[str, tuple[int, _Make]] = {
    "size": (0, _size),
    "distinct": (0, _distinct),
    **dict.fromkeys(_TEXT, (1, _text)),
    **dict.fromkeys(_LOOPS, (2, _loop)),
}
