"""An expression as a machine evaluates it: typed operations with their places.

On the wire a node is `[operation, [source, line, column, end], argument…]`. The operation names
its overload (`le.duration`, `eq.caseless`), so a machine infers no types; operations.py lists
them all.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from rules.compiled import limits, literal, names
from rules.compiled.canonical import Json
from rules.compiled.literal import Literal
from rules.compiled.operations import GENERIC, PLAIN
from rules.errors import Place

Argument: TypeAlias = "Node | Literal | str"

LOOPS = frozenset({"all", "exists", "exists_one", "filter", "map"})


class Node(NamedTuple):
    """One operation on its arguments.

    `name` holds a word, `value` a literal, `get` a node and a word, a loop a list, its variable
    and a body; all else holds nodes.
    """

    op: str
    place: Place
    args: tuple[Any, ...]

    @property
    def parts(self) -> tuple["Node", ...]:
        """The nodes right below this one."""
        return tuple(arg for arg in self.args if isinstance(arg, Node))


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, left to right."""
    yield node
    for part in node.parts:
        yield from walk(part)


def size(node: Node) -> int:
    """How many nodes a tree has."""
    return sum(1 for _ in walk(node))


def path(node: Node) -> tuple[str, ...] | None:
    """`user.lock.after` as words, if the node is a name or fields of one."""
    words: list[str] = []
    while node.op == "get":
        words.append(node.args[1])
        node = node.args[0]
    return (node.args[0], *reversed(words)) if node.op == "name" else None


def roots(node: Node) -> set[str]:
    """The first word of every path that a tree reads."""
    found: set[str] = set()
    waiting = [node]
    for one in waiting:
        if one.op == "name":
            found.add(one.args[0])
        else:
            waiting += [arg for arg in one.args if arg.__class__ is Node]
    return found


def paths(node: Node) -> Iterator[tuple[str, ...]]:
    """Every longest path that a tree reads, left to right."""
    words = path(node)
    if words is not None:
        yield words
        return
    for part in node.parts:
        yield from paths(part)


def write(node: Node, sources: Sequence[str]) -> Json:
    """The wire form of a tree; places name their source by its number."""
    place = [sources.index(node.place.file), node.place.line, node.place.column, node.place.end]
    return [node.op, place, *(_write_argument(arg, sources) for arg in node.args)]


def _write_argument(arg: Argument, sources: Sequence[str]) -> Json:
    if isinstance(arg, Node):
        return write(arg, sources)
    return literal.write(arg) if isinstance(arg, Literal) else arg


_SORTS: dict[str, tuple[type, ...]] = {
    **{op: (Node,) * len(of.takes) for op, of in PLAIN.items()},
    **{op: (Node,) * count for op, count in GENERIC.items()},
    **dict.fromkeys(LOOPS, (Node, str, Node)),
    "name": (str,),
    "value": (Literal,),
    "get": (Node, str),
}


def check_shape(node: Node) -> None:
    """A known operation, with as many arguments as it takes, of their sorts; else ValueError."""
    op, place, args = node
    found = tuple(map(type, args))
    wanted = (Node,) * len(found) if op == "list" else _SORTS.get(op)
    if found != wanted:
        what = "is no operation" if wanted is None else "has the wrong arguments"
        raise ValueError(f"{place}: {op[:40]!r} {what}")
    if op in _MATCHES:
        _check_pattern(node)


_MATCHES = {"matches.string": False, "matches.caseless": True}
"""The operations whose second argument is a pattern, and whether it folds case."""


def _check_pattern(node: Node) -> None:
    of = node.args[1]
    found = of.args[0] if of.op == "value" else None
    if not isinstance(found, Literal) or found.kind != "string":
        raise ValueError(f"{node.place}: a pattern is written out")
    from rules.compiled import pattern  # noqa: PLC0415 - few packs have one

    pattern.parse(found.value, caseless=_MATCHES[node.op])


def read(wire: Json, sources: Sequence[str]) -> Node:
    """Read the wire form within the limits of a leaf; ValueError says what is wrong."""
    return _Reader(sources).node(wire, 1)


class _Reader:
    """Reads one leaf, counting its nodes and the text in them."""

    def __init__(self, sources: Sequence[str]) -> None:
        self.sources = sources
        self.nodes = 0
        self.text = 0

    def node(self, wire: Json, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > _NODES or depth > _DEPTH:
            raise ValueError("a leaf has too many nodes or is nested too deep")
        if type(wire) is not list or len(wire) < 2 or type(wire[0]) is not str:
            raise ValueError("a node is an array of operation, place and arguments")
        args = tuple(
            [
                self.node(arg, depth + 1) if type(arg) is list else self.argument(arg)
                for arg in wire[2:]
            ]
        )
        node = Node(wire[0], read_place(wire[1], self.sources), args)
        check_shape(node)
        return node

    def argument(self, wire: Json) -> Literal | str:
        if type(wire) is str:
            if len(wire) <= limits.NAME_LENGTH and _is_word(wire):
                return wire
            raise ValueError(f"{wire[:40]!r} is no name")
        found = literal.read(wire)
        if found.kind in ("string", "enum", "list"):
            self.text += _weight(found)
            if self.text > limits.LEAF_BYTES:
                raise ValueError("a leaf holds more text than its source can have had")
        return found


_NODES, _DEPTH = limits.LEAF_NODES, limits.LEAF_DEPTH
_is_word = lru_cache(maxsize=1024)(names.is_word)
_FOUR_INTS = [int] * 4
_LAST = limits.SOURCE_BYTES


def _weight(found: Literal) -> int:
    """Bytes of text in a constant."""
    if found.kind == "list":
        return sum(map(_weight, found.value))
    return len(found.value.encode()) if isinstance(found.value, str) else 0


def read_place(wire: Json, sources: Sequence[str]) -> Place:
    """Read `[source, line, column, end]`; ValueError if it names no place in a file."""
    if type(wire) is not list or list(map(type, wire)) != _FOUR_INTS:
        raise ValueError("a place is four whole numbers")
    source, line, column, end = wire
    if 0 <= source < len(sources) and 0 < line <= _LAST and 0 < column <= end <= _LAST:
        return Place(sources[source], line, column, end)
    raise ValueError("a place lies outside its sources")
