"""Is a loaded tree sound: are its operands of the kinds that its operations name?

The machine believes no pack: every tree is typed again from its own tables and its own catalogue
before anything is evaluated. Whether a value may be null is not asked here; the engine answers a
null in a wrong place with an error, never with a pass.
"""

from collections.abc import Callable, Mapping

from rules.compiled.literal import Literal
from rules.compiled.operations import (
    NOTHING,
    NULL,
    PLAIN,
    TYPES,
    bare,
    fits,
    join,
    kind,
)
from rules.compiled.tree import LOOPS, Node
from rules.facts.types import BOOL, Enum, List, Record, Type

Names = Mapping[str, Type]


class UnsoundError(ValueError):
    """A tree that no checker of ours can have written; says where and why."""


def infer(node: Node, names: Names) -> Type:
    """The type of a tree whose shape was checked; UnsoundError if it has none."""
    operation = PLAIN.get(node.op)
    if operation is None:
        return _SPECIAL[node.op.partition(".")[0]](node, names)
    for part, wanted in zip(node.args, operation.takes, strict=True):
        found = kind(infer(part, names))
        if not fits(found, wanted):
            raise _unsound(node, f"takes a {wanted}, and gets a {found}")
    return operation.gives


def of_literal(literal: Literal) -> Type:
    """The type of a constant: an enum knows its one word, an empty list nothing."""
    if literal.kind == "null":
        return NULL
    if literal.kind == "enum":
        return Enum((literal.value,))
    if literal.kind != "list":
        return TYPES[literal.kind]
    return List(_common([of_literal(item) for item in literal.value]), "item")


def _common(types: list[Type]) -> Type:
    common: Type = NOTHING
    for of in types:
        joined = _join_words(common, of) or join(common, of)
        if joined is None:
            raise UnsoundError("a list holds items of different types")
        common = joined
    return common


def _join_words(one: Type, other: Type) -> Type | None:
    if isinstance(one, Enum) and isinstance(other, Enum):
        return Enum(tuple(dict.fromkeys(one.values + other.values)))
    return None


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
    joined = _join_words(then, other) or join(then, other)
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
    joined = join(one, other)
    if not isinstance(joined, List):
        raise _unsound(node, "takes two lists of one type")
    return joined


def _in(node: Node, names: Names) -> Type:
    wanted = node.op.partition(".")[2]
    needle, items = kind(infer(node.args[0], names)), infer(node.args[1], names)
    if not isinstance(items, List) or not (fits(needle, wanted) or needle == "null"):
        raise _unsound(node, f"takes a {wanted} and a list")
    if not fits(kind(items.of), wanted):
        raise _unsound(node, f"takes a list of {wanted}")
    return BOOL


def _distinct(node: Node, names: Names) -> Type:
    of = _listed(node, names)
    if not fits(kind(of.of), node.op.partition(".")[2]):
        raise _unsound(node, "takes a list of what it names")
    return of


def _loop(node: Node, names: Names) -> Type:
    of = _listed(node, names)
    body = infer(node.args[2], {**names, node.args[1]: of.of})
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
