"""Is a loaded tree sound: are its operands of the kinds that its operations name?

The machine believes no pack: every tree is typed again from its own tables and its own catalogue
before anything is evaluated. It takes what the checker compiles and nothing else of another type.
Whether a value may be null is not asked here; the engine answers a null in a wrong place with an
error, never with a pass.
"""

from collections.abc import Callable, Mapping

from rules.compiled.literal import Literal
from rules.compiled.operations import (
    NOTHING,
    NULL,
    PLAIN,
    SCALARS,
    TYPES,
    bare,
    fits,
    join,
    kind,
)
from rules.compiled.tree import LOOPS, Node
from rules.facts.types import BOOL, Enum, List, Nullable, Record, Type

Names = Mapping[str, Type]


class UnsoundError(ValueError):
    """A tree that no checker of ours can have written; says where and why."""


def infer(node: Node, names: Names) -> Type:
    """The type of a tree whose shape was checked; UnsoundError if it has none."""
    operation = PLAIN.get(node.op)
    if operation is None:
        return _SPECIAL[node.op.partition(".")[0]](node, names)
    types = [infer(part, names) for part in node.args]
    for of, wanted in zip(types, operation.takes, strict=True):
        if not fits(kind(of), wanted):
            raise _unsound(node, f"takes a {wanted}, and gets a {kind(of)}")
    if len(types) == 2:
        _check_pair(node, types[0], types[1])
    return operation.gives


def of_literal(literal: Literal) -> Type:
    """The type of a constant: an enum knows its one word, an empty list nothing."""
    if literal.kind == "null":
        return NULL
    if literal.kind == "enum":
        return _Words((literal.value,))
    if literal.kind != "list":
        return TYPES[literal.kind]
    return List(_common([of_literal(item) for item in literal.value]), "item")


class _Words(Enum):
    """Words that stand in the leaf itself: of which enum, only what is beside them can say."""

    __slots__ = ()


def _joined(one: Type, other: Type) -> Type | None:
    """The one type of two, as the checker joins them; words of the leaf gather."""
    if isinstance(one, Nullable) or isinstance(other, Nullable):
        inner = _joined(bare(one), bare(other))
        return Nullable(inner) if inner else None
    if isinstance(one, List) and isinstance(other, List):
        item = _joined(one.of, other.of)
        return List(item, one.item) if item else None
    if isinstance(one, _Words) and isinstance(other, _Words):
        return _Words(tuple(dict.fromkeys(one.values + other.values)))
    return join(one, other)


def _common(types: list[Type]) -> Type:
    common: Type = NOTHING
    for of in types:
        joined = _joined(common, of)
        if joined is None:
            raise UnsoundError("a list holds items of different types")
        common = joined
    return common


def _check_pair(node: Node, one: Type, other: Type) -> None:
    """What the kinds of two operands leave open: which enum, which list, with case or without."""
    name, _, wanted = node.op.partition(".")
    kinds = (kind(one), kind(other))
    if wanted == "null" and "null" not in kinds:
        raise _unsound(node, "compares with null what is none")
    if wanted in ("enum", "list", "list_caseless"):
        _check_joined(node, wanted, _joined(bare(one), bare(other)))
    if wanted in _CASES and ("caseless" in kinds) is not (wanted == "caseless"):
        raise _unsound(node, "reads text with and without case")
    if name == "glob" and node.args[1].op not in ("value", "get", "name"):
        raise _unsound(node, "takes a pattern that is written out, or a param")


_CASES = ("string", "caseless")


def _check_joined(node: Node, wanted: str, joined: Type | None) -> None:
    if joined is None:
        raise _unsound(node, "compares what is not of one type")
    if isinstance(joined, List):
        found = kind(joined.of)
        if found not in (*SCALARS, "nothing"):
            raise _unsound(node, f"compares lists of {found}")
        if (found == "caseless") is not (wanted == "list_caseless"):
            raise _unsound(node, "reads text with and without case")


def _name(node: Node, names: Names) -> Type:
    if node.args[0] not in names:
        raise _unsound(node, f"reads {node.args[0][:40]!r}, which is not there")
    return names[node.args[0]]


def _value(node: Node, _names: Names) -> Type:
    return of_literal(node.args[0])


def _get(node: Node, names: Names) -> Type:
    parent = bare(infer(node.args[0], names))
    field = parent.field(node.args[1]) if isinstance(parent, Record) else None
    if field is None:
        raise _unsound(node, f"reads a field {node.args[1][:40]!r}, which is not there")
    return field.type


def _has(node: Node, names: Names) -> Type:
    if node.args[0].op != "get":
        raise _unsound(node, "takes a field")
    infer(node.args[0], names)
    return BOOL


def _if(node: Node, names: Names) -> Type:
    condition, then, other = (infer(part, names) for part in node.args)
    joined = _joined(then, other)
    if kind(condition) != "bool" or joined is None:
        raise _unsound(node, "takes a bool and two branches of one type")
    return joined


def _list(node: Node, names: Names) -> Type:
    return List(_common([infer(part, names) for part in node.args]), "item")


def _index(node: Node, names: Names) -> Type:
    of, at = _listed(node, names), infer(node.args[1], names)
    if kind(at) != "int":
        raise _unsound(node, "takes a list and an int")
    return of.of


def _add(node: Node, names: Names) -> Type:
    one, other = (infer(part, names) for part in node.args)
    joined = _joined(one, other)
    if not isinstance(joined, List):
        raise _unsound(node, "takes two lists of one type")
    return joined


def _in(node: Node, names: Names) -> Type:
    wanted = node.op.partition(".")[2]
    needle, items = infer(node.args[0], names), infer(node.args[1], names)
    if not isinstance(items, List) or not fits(kind(needle), wanted):
        raise _unsound(node, f"takes a {wanted} and a list")
    if not fits(kind(items.of), wanted):
        raise _unsound(node, f"takes a list of {wanted}")
    if items.of is not NOTHING:
        _check_pair(node, needle, items.of)
    return BOOL


def _distinct(node: Node, names: Names) -> Type:
    of, wanted = _listed(node, names), node.op.partition(".")[2]
    found = kind(of.of)
    if found != wanted and (found, wanted) != ("nothing", "string"):
        raise _unsound(node, "takes a list of what it names")
    return of


def _loop(node: Node, names: Names) -> Type:
    of, variable = _listed(node, names), node.args[1]
    if variable in names:
        raise _unsound(node, f"hides another {variable[:40]}")
    body = infer(node.args[2], {**names, variable: of.of})
    if node.op == "map":
        return List(body, "item")
    if kind(body) != "bool":
        raise _unsound(node, "takes a body that is true or false")
    return of if node.op == "filter" else BOOL


def _listed(node: Node, names: Names) -> List:
    of = infer(node.args[0], names)
    if not isinstance(of, List):
        raise _unsound(node, "takes a list")
    return of


def _unsound(node: Node, why: str) -> UnsoundError:
    return UnsoundError(f"{node.place}: {node.op[:40]!r} {why}")


_SPECIAL: dict[str, Callable[[Node, Names], Type]] = {
    "name": _name,
    "value": _value,
    "get": _get,
    "has": _has,
    "if": _if,
    "list": _list,
    "index": _index,
    "add": _add,
    "in": _in,
    "distinct": _distinct,
    **dict.fromkeys(LOOPS, _loop),
}
